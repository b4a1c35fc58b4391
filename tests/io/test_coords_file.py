"""Exported coordinates, read again with other tools, are those of the volume."""

from __future__ import annotations

import csv
import io
import tracemalloc

import numpy as np
import pytest

from napari_label_index.errors import (
    Cancelled,
    UnknownLabelError,
    UnsupportedFormatError,
    WriteFailedError,
)
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import (
    estimate_export_bytes,
    export_coords,
    export_table,
    write_columns,
)
from napari_label_index.io.exports._csv import header_line, neutral


def read_csv(path):
    """Header and rows of a CSV, as text."""
    with path.open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return header, rows


def expected_rows(volume, labels):
    """What must be in the file: label by label, C order within."""
    return [
        [int(label), *position]
        for label in labels
        for position in np.argwhere(volume == label).tolist()
    ]


def test_a_csv_of_all_labels_holds_every_voxel_in_order(tmp_path, volume, index):
    path = export_coords(index, None, tmp_path / "a.csv")
    header, rows = read_csv(path)
    assert header == ["label", "z", "y", "x"]
    labels = [label for label in np.unique(volume) if label != 0]
    found = [[int(cell) for cell in row] for row in rows]
    assert found == expected_rows(volume, labels)


def test_chosen_labels_come_in_the_order_given_and_once(tmp_path, volume, index):
    chosen = [int(index.labels[k]) for k in (9, 2, 9, 30)]
    _, rows = read_csv(export_coords(index, chosen, tmp_path / "a.csv"))
    found = [[int(cell) for cell in row] for row in rows]
    assert found == expected_rows(volume, [chosen[0], chosen[1], chosen[3]])


def test_no_labels_give_a_header_alone(tmp_path, index):
    for labels in ([], np.array([], np.uint16)):
        path = export_coords(index, labels, tmp_path / "a.csv")
        assert path.read_bytes() == b"label,z,y,x\n"
        with np.load(export_coords(index, labels, tmp_path / "a.npz")) as arrays:
            assert arrays["coords"].shape == (0, 3)
            assert arrays["offsets"].tolist() == [0]


def test_an_npz_holds_every_voxel_and_is_read_without_pickle(tmp_path, volume, index):
    path = export_coords(index, None, tmp_path / "a.npz")
    with np.load(path, allow_pickle=False) as arrays:
        assert set(arrays) == {"labels", "offsets", "coords", "axes"}
        assert arrays["axes"].tolist() == ["z", "y", "x"]
        assert arrays["coords"].dtype == np.uint8
        np.testing.assert_array_equal(arrays["labels"], np.unique(volume)[1:])
        owned = np.split(arrays["coords"], arrays["offsets"][1:-1])
        for label, coords in zip(arrays["labels"], owned, strict=True):
            np.testing.assert_array_equal(coords, np.argwhere(volume == label))


@pytest.mark.parametrize(
    ("dtype", "labels"),
    [
        (np.uint64, [1, 2**53 + 1, 2**63, 2**64 - 1]),
        (np.int64, [-(2**63), -1, 2**53 + 1, 2**63 - 1]),
        (np.int8, [-128, -5, 127]),
        (np.dtype(">i4"), [-7, 1, 2**31 - 1]),
        (np.bool_, [1]),
        (np.float64, [1, 2**53]),
    ],
)
def test_every_id_is_exact_to_the_last_digit(tmp_path, dtype, labels):
    volume = np.zeros((2, 9), dtype)
    volume[1, 1 : 1 + len(labels)] = labels
    index = build_index(volume)
    _, rows = read_csv(export_coords(index, None, tmp_path / "a.csv"))
    assert [row[0] for row in rows] == [str(label) for label in sorted(labels)]
    chosen = export_coords(index, labels[-1:], tmp_path / "b.csv")
    assert read_csv(chosen)[1] == [[str(labels[-1]), "1", str(len(labels))]]
    with np.load(export_coords(index, None, tmp_path / "a.npz")) as arrays:
        assert arrays["labels"].tolist() == sorted(labels)


@pytest.mark.parametrize(
    ("how", "scale", "shift"),
    [
        ({"spacing": (4, 0.1, 3)}, (4, 0.1, 3), (1.0, 0.0, -3.0)),
        ({"origin": (5, 5, 5)}, (2.0, 0.5, 0.25), (5, 5, 5)),
        ({"spacing": (1, 2, 3), "origin": (0, 0, 0.5)}, (1, 2, 3), (0, 0, 0.5)),
        ({"affine": np.diag([3.0, 2.0, 1.0, 1.0])}, (3, 2, 1), (0, 0, 0)),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_world_units_are_spacing_times_voxel_plus_origin(
    tmp_path, volume, index, how, scale, shift, suffix
):
    path = export_coords(index, None, tmp_path / f"a{suffix}", **how)
    if suffix == ".csv":
        found = np.array(read_csv(path)[1], float)[:, 1:]
    else:
        found = np.load(path)["coords"]
    voxels = np.array(expected_rows(volume, index.labels))[:, 1:]
    # Bit for bit: a CSV of floats loses nothing.
    np.testing.assert_array_equal(found, voxels * np.array(scale) + np.array(shift))


def test_an_affine_with_rotation_and_shear_is_applied(tmp_path, volume, index):
    affine = np.eye(4)
    affine[:3] = np.random.default_rng(1).normal(size=(3, 4))
    path = export_coords(index, None, tmp_path / "a.npz", affine=affine)
    voxels = np.array(expected_rows(volume, index.labels))[:, 1:]
    homogeneous = np.column_stack([voxels, np.ones(len(voxels))])
    np.testing.assert_allclose(np.load(path)["coords"], (homogeneous @ affine.T)[:, :3])


@pytest.mark.parametrize(
    "how",
    [
        {"spacing": (1, 2)},
        {"spacing": (1, 2, np.nan)},
        {"affine": np.eye(3)},
        {"affine": np.eye(4), "origin": (0, 0, 0)},
    ],
)
def test_arguments_that_do_not_fit_are_refused(tmp_path, index, how):
    with pytest.raises(ValueError, match=r"must hold finite|not both"):
        export_coords(index, None, tmp_path / "a.csv", **how)
    assert list(tmp_path.iterdir()) == []


def test_another_ending_an_unknown_label_or_no_folder_leave_no_file(tmp_path, index):
    with pytest.raises(UnsupportedFormatError, match=r"\.parquet or \.npz, got \.xlsx"):
        export_coords(index, None, tmp_path / "a.xlsx")
    with pytest.raises(UnknownLabelError, match="12345"):
        export_coords(index, [12345], tmp_path / "a.csv")
    with pytest.raises(WriteFailedError, match="make its folder first"):
        export_coords(index, None, tmp_path / "none" / "a.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_cancel_and_progress_of_an_export(tmp_path, suffix):
    index = build_index(np.ones((300, 40, 50), np.uint8))  # more than two blocks
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"old")
    seen = []

    def export(cancel):
        seen.clear()
        export_coords(
            index,
            None,
            path,
            on_progress=lambda *step: seen.append(step),
            cancel=cancel,
        )

    with pytest.raises(Cancelled):
        export(lambda: len(seen) >= 1)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    export(None)
    assert seen == sorted(seen)
    assert seen[-1] == (600_000, 600_000)


def test_an_export_takes_bounded_memory(tmp_path):
    index = build_index(np.ones((60, 256, 256), np.uint8))  # 3.9 M voxels
    export_coords(index, None, tmp_path / "warm.csv")
    tracemalloc.start()
    try:
        export_coords(index, None, tmp_path / "a.csv")
        export_coords(index, None, tmp_path / "a.npz")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 16e6, "all coordinates at once would be 50 MB and more"


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
@pytest.mark.parametrize("world", [False, True], ids=["voxels", "world"])
def test_the_estimate_is_near_the_size(tmp_path, index, suffix, world):
    world_units = {"spacing": index.spacing} if world else {}
    for labels in (None, index.labels[3:9]):
        path = export_coords(index, labels, tmp_path / f"a{suffix}", **world_units)
        estimate = estimate_export_bytes(index, labels, suffix, world)
        assert estimate == pytest.approx(path.stat().st_size, rel=0.1)


@pytest.mark.parametrize("suffix", [".csv", ".npz"])
def test_the_estimate_knows_that_a_turned_layer_has_long_numbers(
    tmp_path, index, suffix
):
    affine = np.array(
        [[2, 0, 0, 5], [0, 0.4, -0.3, 6], [0, 0.3, 0.4, 7], [0, 0, 0, 1.0]]
    )
    for labels in (None, index.labels[3:9]):
        path = export_coords(index, labels, tmp_path / f"a{suffix}", affine=affine)
        estimate = estimate_export_bytes(index, labels, suffix, True, affine)
        assert estimate == pytest.approx(path.stat().st_size, rel=0.1)


def test_the_estimate_of_an_empty_index_is_the_header():
    empty = build_index(np.zeros((2, 3), np.uint8))
    for world in (False, True):
        n_bytes = estimate_export_bytes(empty, None, ".csv", world)
        assert n_bytes == len("label,y,x\n")


def test_the_same_export_gives_the_same_bytes(tmp_path, index):
    for suffix in (".csv", ".npz"):
        one = export_coords(index, None, tmp_path / f"a{suffix}").read_bytes()
        assert export_coords(index, None, tmp_path / f"b{suffix}").read_bytes() == one


@pytest.mark.parametrize("start", "=+-@\t\r\n\0＝＋－＠")  # noqa: RUF001 - meant
def test_text_never_becomes_a_formula(start):
    name = f'{start}cmd|"/c calc",A1'
    (cell,) = next(csv.reader(io.StringIO(header_line([name]).decode(), newline="")))
    assert cell == "'" + name
    assert neutral("z") == "z"


def test_hostile_axis_names_are_text_in_the_header(tmp_path):
    volume = np.ones((2, 2), np.uint8)
    index = build_index(LabelImage(volume, axes=('=1+1,"', "x")))
    header, rows = read_csv(export_coords(index, None, tmp_path / "a.csv"))
    assert header == ["label", "'=1+1,\"", "x"]
    assert len(rows) == 4


def test_the_table_has_scikit_images_columns_and_values(tmp_path, volume, index):
    measure = pytest.importorskip("skimage.measure")
    expected = measure.regionprops_table(
        volume, properties=("label", "num_pixels", "bbox", "centroid")
    )
    header, rows = read_csv(export_table(index, tmp_path / "a.csv"))
    assert header == list(expected)
    found = np.array(rows, float)
    np.testing.assert_allclose(found, np.column_stack(list(expected.values())))
    assert rows[0][0] == str(index.labels[0]), "integers are written as such"


def test_the_table_of_chosen_labels_and_of_none(tmp_path, index):
    chosen = [int(index.labels[4]), int(index.labels[1])]
    _, rows = read_csv(export_table(index, tmp_path / "a.csv", chosen))
    assert [int(row[0]) for row in rows] == chosen
    output = io.BytesIO()
    write_columns(build_index(np.zeros((3, 3), np.uint8)).table(), output)
    assert output.getvalue().count(b"\n") == 1
    with pytest.raises(UnsupportedFormatError):
        export_table(index, tmp_path / "a.npz")
