"""The text of an export does the same export."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

from napari_label_index.io import FORMATS, as_python_call, export

CASES = [
    ("coords", "a.csv", {"order": "xyz", "axis_names": ("X", "Y", "Z")}),
    ("coords", "a.parquet", {"spacing": np.array([2, 0.1, 1 / 3])}),
    ("coords", "a.npz", {"affine": np.diag([1.5, 2, 3, 1])}),
    ("runs", "a.csv.gz", {"neutral_text": True}),
    ("table", "a.csv", {"columns": ["label", "area", "n_holes"]}),
    ("mask", "a.tif", {"crop": False}),
    ("label_image", "a.tif", {"smallest": True, "flavour": "plain"}),
    ("rois", "a.zip", {}),
    ("meshes", "a.stl", {"spacing": (1, 2, np.float64(3))}),
]


@pytest.mark.parametrize(("what", "name", "options"), CASES)
@pytest.mark.parametrize("chosen", ["all", "some", "query"])
def test_it_runs_and_writes_the_same_bytes(
    tmp_path, monkeypatch, volume, index, what, name, options, chosen
):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    query = "num_pixels > 40" if chosen == "query" else ""
    labels = {
        "all": None,
        "some": index.labels[[3, 4, 5, 9, 1]],
        "query": index.select("num_pixels > 40"),
    }[chosen]
    meant = export(index, labels, tmp_path / "one" / name, what, query=query, **options)
    text = as_python_call(
        labels, name, what, query=query, cancel=lambda: False, **options
    )
    assert "cancel" not in text
    monkeypatch.chdir(tmp_path / "two")
    script = text.replace("nli.build_index(label_image)", "index")
    exec(compile(script, "copied.py", "exec"), {"index": index})
    assert (tmp_path / "two" / name).read_bytes() == meant.read_bytes()


def test_a_volume_with_a_file_is_read(tmp_path, monkeypatch, volume):
    monkeypatch.chdir(tmp_path)
    tifffile.imwrite("it's.tif", volume)
    text = as_python_call([1000], "a.csv", source="it's.tif")
    exec(compile(text, "copied.py", "exec"), {})
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert len(lines) == 1 + np.count_nonzero(volume == 1000)


def test_axes_and_voxel_size_come_from_the_index(tmp_path, monkeypatch, volume, index):
    monkeypatch.chdir(tmp_path)
    tifffile.imwrite("cells.tif", volume)
    options = {"columns": ["label", "area"], "like": index}
    for source in ("", "cells.tif"):
        text = as_python_call(None, "a.csv", "table", source=source, **options)
        exec(compile(text, "copied.py", "exec"), {"label_image": volume})
        areas = np.genfromtxt("a.csv", delimiter=",", names=True)["area"]
        np.testing.assert_allclose(areas, index.column("area"))


def test_a_file_with_other_labels_is_noticed(tmp_path, monkeypatch, volume, index):
    monkeypatch.chdir(tmp_path)
    tifffile.imwrite("cells.tif", np.where(volume == 1000, 0, volume))
    text = as_python_call(None, "a.csv", source="cells.tif", like=index)
    with pytest.raises(AssertionError, match="not what was exported"):
        exec(compile(text, "copied.py", "exec"), {})
    assert not (tmp_path / "a.csv").exists()


def test_ids_in_a_row_are_a_range_and_large_ones_exact():
    text = as_python_call([9, 1, 2, 3, 4, 2**64 - 1], "a.csv")
    assert "labels = [9, *range(1, 5), 18446744073709551615]" in text


def test_an_image_is_a_name_and_an_unknown_option_is_refused():
    assert "intensity=image" in as_python_call(None, "a.csv", intensity=np.ones(3))
    for what in FORMATS:
        with pytest.raises(ValueError, match="no option colour"):
            as_python_call(None, "a.csv", what, colour="red")
