"""Every format of coordinates and runs, read with other tools, is the volume."""

from __future__ import annotations

import csv
import gzip
import json
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

import oracle
from napari_label_index.errors import UnsupportedFormatError, UnsupportedLabelsError
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import FORMATS, export_coords, export_table, verify_export
from napari_label_index.io.exports import _gather
from napari_label_index.io.exports._runs_file import export_runs
from strategies import INTEGER_DTYPES, label_images

BIG_IDS = [1, 2**53 + 1, 2**63, 2**64 - 1]


def read_rows(path):
    """Every line as a list of numbers, ids and voxels as exact integers."""
    if path.name.endswith(".parquet"):
        return [list(row.values()) for row in parquet.read_table(path).to_pylist()]
    if path.name.endswith(".npz"):
        with np.load(path, allow_pickle=False) as arrays:
            counts = np.diff(arrays["offsets"])
            labels = np.repeat(arrays["labels"], counts).tolist()
            return [
                [label, *place]
                for label, place in zip(labels, arrays["coords"].tolist(), strict=True)
            ]
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "rt", newline="") as file:
        _, *rows = csv.reader(file)
    return [[json.loads(cell) for cell in row] for row in rows]


def expected_rows(volume, labels):
    return [
        [int(label), *place]
        for label in labels
        for place in oracle.coords(volume, label).tolist()
    ]


@pytest.mark.parametrize("ending", FORMATS["coords"].endings)
@settings(max_examples=25)
@given(data=st.data(), volume=label_images(dtypes=tuple(INTEGER_DTYPES), max_dims=4))
def test_coordinates_in_any_order_are_those_of_argwhere(ending, volume, data):
    index = build_index(volume)
    known = oracle.labels_of(volume)
    labels = data.draw(st.permutations(known)) if known else []
    order = data.draw(st.permutations(index.axes))
    places = [index.axes.index(name) for name in order]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{ending}")
        export_coords(index, labels, path, order=order)
        expected = [
            [row[0], *(row[1 + place] for place in places)]
            for row in expected_rows(volume, labels)
        ]
        assert read_rows(path) == expected
        report = verify_export(path, volume)
        assert report.ok, str(report)
        assert (report.n_labels, report.n_voxels) == (len(labels), len(expected))


@pytest.mark.parametrize("ending", FORMATS["runs"].endings)
@settings(max_examples=25)
@given(volume=label_images(dtypes=tuple(INTEGER_DTYPES), max_dims=4))
@example(volume=np.zeros(1, np.uint8))  # no row: PyArrow 18 failed to read that
def test_runs_are_those_of_a_walk_along_each_row(ending, volume):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a{ending}")
        export_runs(build_index(volume), None, path)
        expected = [
            [label, *map(int, np.unravel_index(start, volume.shape)), length]
            for label, start, length in oracle.runs(volume)
        ]
        assert read_rows(path) == expected
        assert verify_export(path, volume).ok


@pytest.mark.parametrize("ending", FORMATS["coords"].endings)
def test_ids_to_the_last_digit(tmp_path, ending, campaign):
    volume = np.zeros((2, 9), np.uint64)
    volume[1, 1:5] = BIG_IDS
    path = export_coords(build_index(volume), None, tmp_path / f"a{ending}")
    rows = read_rows(path)
    with campaign("C25", "coordinates: ids to 2^64 - 1 in every format") as count:
        count.case(len(rows))
        assert [row[0] for row in rows] == BIG_IDS
    if ending == ".parquet":
        assert pandas.read_parquet(path)["label"].tolist() == BIG_IDS
    if ending.startswith(".csv"):
        assert pandas.read_csv(path)["label"].tolist() == BIG_IDS
        notes = json.loads(Path(f"{path}.manifest.json").read_text())["notes"]
        assert any("15 digits" in note for note in notes)


def test_parquet_keeps_small_types_and_page_checksums(tmp_path, index):
    path = export_coords(index, None, tmp_path / "a.parquet")
    found = parquet.read_table(path, page_checksum_verification=True)
    kinds = [str(field.type) for field in found.schema]
    assert kinds == ["uint16", "uint8", "uint8", "uint8"]


@pytest.mark.parametrize("ending", FORMATS["table"].endings)
def test_a_table_has_every_column(tmp_path, index, ending):
    chosen = [int(label) for label in index.labels[[7, 3]]]
    names = list(index.columns)
    path = export_table(index, tmp_path / f"t{ending}", chosen, names)
    # Read by pandas itself, before 3.1, some floats are a few last places off.
    floats = [name for name in names if index.column(name).dtype.kind == "f"]
    exactly = partial(pandas.read_csv, converters=dict.fromkeys(floats, float))
    found = (pandas.read_parquet if ending == ".parquet" else exactly)(path)
    assert list(found.columns) == names
    rows = index.rows_of(chosen)
    for name in names:
        np.testing.assert_array_equal(found[name], index.column(name)[rows])
    assert verify_export(path, index).ok


@pytest.mark.parametrize("ending", FORMATS["coords"].endings)
@pytest.mark.parametrize("in_memory", [True, False], ids=["memory", "file"])
def test_intensities_stand_beside_their_voxels(
    tmp_path, monkeypatch, volume, index, ending, in_memory
):
    if not in_memory:
        monkeypatch.setattr(_gather, "_IN_MEMORY_BYTES", 0)
    monkeypatch.setattr(_gather, "_SLAB_VOXELS", 1000)
    image = np.random.default_rng(0).random(volume.shape, np.float32)
    chosen = index.labels[[9, 2, 30]]
    path = tmp_path / f"a{ending}"
    export_coords(index, chosen, path, intensity=image)
    expected = np.concatenate([image[volume == label] for label in chosen])
    if ending == ".npz":
        found = np.load(path)["intensity"]
    else:
        found = np.array([row[-1] for row in read_rows(path)], np.float32)
    np.testing.assert_array_equal(found, expected)
    report = verify_export(path, volume)
    assert report.ok
    assert report.remarks == ("intensities",)


def test_an_image_is_read_once_and_in_slabs(tmp_path, monkeypatch, volume, index):
    monkeypatch.setattr(_gather, "_SLAB_VOXELS", 1000)

    class Counted:
        shape, dtype = volume.shape, volume.dtype
        read = np.zeros(volume.shape, int)

        def __getitem__(self, key):
            self.read[key] += 1
            return volume[key]

    export_coords(index, None, tmp_path / "a.csv", intensity=Counted())
    assert (Counted.read == 1).all()
    with pytest.raises(UnsupportedLabelsError, match="one for each"):
        export_coords(index, None, tmp_path / "b.csv", intensity=volume[1:])


def test_axes_are_named_as_asked(tmp_path, index):
    path = export_coords(
        index, None, tmp_path / "a.csv", order="xyz", axis_names=["X", "Y", "=Z"]
    )
    assert path.read_text().splitlines()[0] == "label,X,Y,'=Z"
    plain = export_coords(
        index, None, path, axis_names=["Z", "Y", "=X"], neutral_text=False
    )
    assert plain.read_text().splitlines()[0] == "label,Z,Y,=X"
    assert verify_export(plain, index).ok


@pytest.mark.parametrize(
    "how",
    [
        {"order": "xy"},
        {"order": "xyy"},
        {"axis_names": ["a", "b"]},
        {"axis_names": ["a", "b", "a"]},
        {"axis_names": ["label", "b", "a"]},
    ],
)
def test_orders_and_names_that_do_not_fit_are_refused(tmp_path, index, how):
    with pytest.raises(ValueError, match=r"once|must be 3 different"):
        export_coords(index, None, tmp_path / "a.csv", **how)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_unknown_files_is_refused(tmp_path, index):
    with pytest.raises(UnsupportedFormatError):
        export_coords(index, None, tmp_path / "a", per_label=".xlsx")


def test_world_units_follow_the_order_of_the_columns(tmp_path, volume):
    index = build_index(LabelImage(volume, spacing=(2, 0.5, 0.25)))
    path = export_coords(
        index, None, tmp_path / "a.parquet", order="xyz", spacing=index.spacing
    )
    rows = np.array(expected_rows(volume, index.labels), float)
    found = pandas.read_parquet(path).to_numpy()
    np.testing.assert_array_equal(found[:, 1:], rows[:, :0:-1] * [0.25, 0.5, 2])
    assert verify_export(path, volume).ok
