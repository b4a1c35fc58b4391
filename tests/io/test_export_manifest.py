"""The manifest beside an export."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from importlib.metadata import version

import numpy as np
import pytest

from napari_label_index.index import build_index
from napari_label_index.io import FORMATS, export, export_coords, verify_export


@pytest.mark.parametrize("what", FORMATS)
def test_it_says_what_was_exported_and_how(tmp_path, index, what):
    ending = FORMATS[what].endings[0]
    labels = index.select("num_pixels > 20")
    path = export(index, labels, tmp_path / f"a{ending}", what, query="num_pixels > 20")
    text = path.with_name(f"{path.name}.manifest.json").read_text()
    page = json.loads(text)
    assert page["what"] == what
    assert page["written_by"] == f"napari-label-index {version('napari-label-index')}"
    assert datetime.fromisoformat(page["written_at"]).tzinfo is not None
    content = path.read_bytes()
    assert page["files"] == {
        path.name: {
            "n_bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
    }
    assert page["volume"] == {
        "source": "cells.tif",
        "shape": [6, 24, 21],
        "dtype": "uint16",
        "background": 0,
        "axes": ["z", "y", "x"],
        "spacing": [2.0, 0.5, 0.25],
        "origin": [1.0, 0.0, -3.0],
        "unit": "um",
    }
    assert page["selection"]["query"] == "num_pixels > 20"
    assert page["selection"]["labels"] == labels.tolist()
    assert page["counts"]["labels"] == labels.size
    rows = index.rows_of(labels)
    assert page["counts"]["voxels"] == index.voxel_counts[rows].sum()
    assert str(tmp_path) not in text, "a path tells about somebody's disk"
    assert "somewhere" not in text


def test_world_units_and_order_are_told(tmp_path, index):
    export_coords(
        index,
        None,
        tmp_path / "a.csv",
        spacing=(3, 2, 1),
        origin=(0, 0, 9),
        order="xyz",
    )
    layout = json.loads((tmp_path / "a.csv.manifest.json").read_text())["layout"]
    assert layout["order"] == ["x", "y", "z"]
    assert layout["units"] == "um"
    assert layout["matrix"] == [[3, 0, 0], [0, 2, 0], [0, 0, 1]]
    assert layout["offset"] == [0, 0, 9]


def test_long_lists_of_labels_are_cut_where_the_file_has_them(tmp_path):
    index = build_index(np.arange(5000).reshape(50, 100))
    for what, ending, n_told in (("coords", ".csv", 1000), ("mask", ".tif", 4000)):
        path = export(index, index.labels[:4000], tmp_path / f"a{ending}", what)
        page = json.loads(path.with_name(f"{path.name}.manifest.json").read_text())
        assert len(page["selection"]["labels"]) == n_told
        assert page["selection"]["is_cut"] == (n_told == 1000)


def test_none_is_written_where_none_is_wanted(tmp_path, index):
    export_coords(index, None, tmp_path / "a.csv", manifest=False)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("part", "name"),
    [
        *(("volume", name) for name in ("shape", "axes", "spacing", "origin")),
        *(("selection", name) for name in ("labels", "is_cut")),
        *(("layout", name) for name in ("file_ending", "per_label")),
        *(("counts", name) for name in ("labels", "voxels", "rows")),
    ],
)
def test_a_manifest_that_lacks_something_is_told(tmp_path, index, volume, part, name):
    path = export(index, None, tmp_path / "a.csv")
    place = path.with_name("a.csv.manifest.json")
    page = json.loads(place.read_text())
    for other in (None, {"a": 1}):
        page[part][name] = other
        place.write_text(json.dumps(page))
        (told,) = verify_export(path, volume).differences
        assert "is no manifest of an export" in told
    del page[part][name]
    place.write_text(json.dumps(page))
    assert not verify_export(path, volume).ok
