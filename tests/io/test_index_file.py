"""The index file: what was saved comes back, here and in other programs."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index_files import assert_same_runs
from napari_label_index.errors import (
    Cancelled,
    CorruptIndexError,
    UnknownLabelError,
    UnsupportedFormatError,
    WriteFailedError,
)
from napari_label_index.index import LabelImage, RunTable, build_index
from napari_label_index.io import (
    check_source,
    open_index,
    open_label_ranges,
    save_index,
)
from napari_label_index.io.index_file import _index_file
from napari_label_index.io.index_file._label_ranges import LabelRanges
from napari_label_index.io.index_file._run_checks import check_runs
from strategies import label_images


@pytest.fixture
def saved(tmp_path, index):
    return save_index(index, tmp_path / "cells.labelindex.parquet")


@pytest.fixture
def small_groups(monkeypatch):
    """Row groups of a few runs, so that labels go on from one to the next."""
    monkeypatch.setattr(_index_file, "GROUP_RUNS", 7)


def test_an_index_comes_back_with_all_that_is_known_about_it(saved, volume, index):
    found = open_index(saved)
    np.testing.assert_array_equal(found.to_label_image(), volume)
    for name in ("shape", "dtype", "background", "axes", "spacing", "origin", "unit"):
        assert getattr(found, name) == getattr(index, name), name
    assert found.source == "cells.tif", "a name, not a path on somebody's disk"
    for name, column in index.table().items():
        np.testing.assert_array_equal(found.table()[name], column)


@given(volume=label_images(), n_runs=st.integers(1, 20), background=st.integers(0, 2))
def test_every_volume_comes_back(tmp_path_factory, volume, n_runs, background):
    path = tmp_path_factory.mktemp("index") / "a.parquet"
    index = build_index(volume, background=background)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_index_file, "GROUP_RUNS", n_runs)
        save_index(index, path)
    found = open_index(path)
    assert_same_runs(found, index)
    assert found.dtype == index.dtype
    np.testing.assert_array_equal(found.to_label_image(), volume)
    for label in index:
        np.testing.assert_array_equal(
            open_index(path, [label]).positions(label), index.positions(label)
        )


@pytest.mark.parametrize("shape", [(0,), (0, 5, 5), (5, 0), (3, 4, 5)])
def test_an_index_without_labels_comes_back(tmp_path, shape):
    path = save_index(build_index(np.zeros(shape, ">i4")), tmp_path / "a.parquet")
    found = open_index(path)
    assert (found.shape, len(found), found.dtype) == (shape, 0, np.dtype("i4"))
    assert pq.read_table(path).num_rows == 0


def test_an_edited_index_comes_back(tmp_path, volume, index):
    edited = volume.copy()
    edited[2:4, 3:9, 5:20] = 4242
    box = (slice(2, 4), slice(3, 9), slice(5, 20))
    path = save_index(index.update(edited, box), tmp_path / "a.parquet")
    np.testing.assert_array_equal(open_index(path).to_label_image(), edited)


EXTREMES = {
    "u8": [1, 2**53, 2**53 + 1, 2**63, 2**64 - 1],
    "i8": [-(2**63), -1, 1, 2**63 - 1],
    "i1": [-128, -1, 127],
}


@pytest.mark.parametrize("dtype", EXTREMES)
def test_ids_are_exact_to_the_ends_of_their_type(tmp_path, dtype, small_groups):
    ids = np.array(EXTREMES[dtype], dtype)
    volume = np.zeros((4, 5, 6), dtype)
    volume[1, :, ::2] = np.resize(ids, (5, 3))
    index = build_index(volume)
    path = save_index(index, tmp_path / "a.parquet")
    assert_same_runs(open_index(path), index)
    for label in ids.tolist():
        found = open_index(path, [label])
        assert found.labels.tolist() == [label]
        np.testing.assert_array_equal(found.coords(label), index.coords(label))


# -- other programs ------------------------------------------------------------


def drawn(columns, shape, dtype):
    """The volume, from the columns as another program reads them."""
    image = np.zeros(shape, dtype)
    for label, *place, length in zip(*columns, strict=True):
        z, y, x = (int(coordinate) for coordinate in place)
        image[z, y, x : x + int(length)] = label
    return image


def columns_in_pandas(path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(path)
    return list(frame), [frame[name].to_numpy() for name in frame]


def columns_in_polars(path):
    polars = pytest.importorskip("polars")
    frame = polars.read_parquet(path)
    return frame.columns, [column.to_numpy() for column in frame]


def columns_in_duckdb(path):
    duckdb = pytest.importorskip("duckdb")
    table = duckdb.sql(f"select * from '{path}'").fetchnumpy()
    return list(table), list(table.values())


@pytest.mark.parametrize(
    "read", [columns_in_pandas, columns_in_polars, columns_in_duckdb]
)
def test_other_programs_read_it_as_it_is(saved, volume, read):
    names, columns = read(saved)
    assert names == ["label", "z", "y", "x", "length"]
    np.testing.assert_array_equal(drawn(columns, volume.shape, volume.dtype), volume)
    assert columns[0].dtype == volume.dtype


@pytest.mark.parametrize("axes", [("length", "y", "x"), ("", "y", "x")])
def test_axes_whose_names_cannot_be_columns_are_numbered(tmp_path, volume, axes):
    index = build_index(LabelImage(volume, axes=axes))
    path = save_index(index, tmp_path / "a.parquet")
    names = ["label", "axis-0", "axis-1", "axis-2", "length"]
    assert pq.read_schema(path).names == names
    assert open_index(path).axes == axes


def test_pages_have_checksums_for_other_programs_too(tmp_path, saved):
    whole = bytearray(saved.read_bytes())
    whole[120] ^= 1
    (tmp_path / "b.parquet").write_bytes(whole)
    with pytest.raises(OSError, match="CRC"):
        pq.read_table(tmp_path / "b.parquet", page_checksum_verification=True)


# -- saving --------------------------------------------------------------------


def test_saving_twice_gives_the_same_bytes(tmp_path, saved, index):
    again = save_index(index, tmp_path / "again.parquet")
    assert again.read_bytes() == saved.read_bytes()


def test_the_method_saves_the_source_too(tmp_path, index, saved):
    index.save(tmp_path / "a.parquet", source=saved)
    assert check_source(tmp_path / "a.parquet", saved, "stamp").verdict == "same"


def test_only_names_that_say_parquet_are_written(tmp_path, index):
    with pytest.raises(UnsupportedFormatError, match=r"must end in \.parquet"):
        save_index(index, tmp_path / "cells.npz")
    with pytest.raises(WriteFailedError):
        save_index(index, tmp_path / "none" / "cells.parquet")


def test_saving_and_opening_tell_how_far_they_are(tmp_path, index, small_groups):
    told = []
    path = save_index(
        index, tmp_path / "a.parquet", on_progress=lambda *step: told.append(step)
    )
    assert told[-1] == (index.n_runs, index.n_runs)
    assert told == sorted(set(told))
    told.clear()
    open_index(path, on_progress=lambda *step: told.append(step))
    assert told[-1] == (index.n_runs, index.n_runs)


def test_a_cancelled_save_leaves_the_old_file(tmp_path, saved, index, small_groups):
    before = saved.read_bytes()
    answers = iter([False] * 5 + [True])
    with pytest.raises(Cancelled):
        save_index(index, saved, cancel=lambda: next(answers))
    assert saved.read_bytes() == before
    assert list(tmp_path.iterdir()) == [saved]
    with pytest.raises(Cancelled):
        open_index(saved, cancel=lambda: True)


def test_neither_saving_nor_opening_imports_pandas(tmp_path):
    code = f"""
import sys, numpy as np, napari_label_index as nli
nli.build_index(np.eye(5, dtype="u2")).save(r"{tmp_path / "a.parquet"}")
assert len(nli.open_index(r"{tmp_path / "a.parquet"}")) == 1
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


# -- some labels ---------------------------------------------------------------


def test_some_labels_are_read_without_the_rest(tmp_path, index, small_groups):
    path = save_index(index, tmp_path / "a.parquet")
    chosen = index.labels[[3, 17, 40]]
    found = open_index(path, chosen)
    assert found.labels.tolist() == chosen.tolist()
    assert (found.shape, found.spacing) == (index.shape, index.spacing)
    for label in chosen.tolist():
        np.testing.assert_array_equal(found.coords(label), index.coords(label))
    # the rest may be damaged: it is not looked at
    whole = bytearray(path.read_bytes())
    whole[10] ^= 255
    path.write_bytes(whole)
    assert open_index(path, chosen).labels.tolist() == chosen.tolist()
    with pytest.raises(CorruptIndexError, match="bytes 4 to"):
        open_index(path)
    with pytest.raises(CorruptIndexError, match="bytes 4 to"):
        open_index(path, index.labels[:1])


def test_a_label_that_is_not_there_is_named(saved, index):
    for label in (7, -1, 2**70):
        with pytest.raises(UnknownLabelError, match=f"no voxel has label {label};"):
            open_index(saved, [int(index.labels[0]), label])
    with pytest.raises(UnknownLabelError, match="no label from 7 to 9"):
        open_label_ranges(saved, [(7, 9)])
    assert len(open_index(saved, [])) == 0


@given(
    pairs=st.lists(st.tuples(st.integers(-3, 300), st.integers(-3, 300)), max_size=6),
    labels=st.sets(st.integers(0, 255), max_size=30),
)
def test_ranges_hold_what_they_say(pairs, labels):
    ranges = LabelRanges.of(pairs, np.dtype("u1"))
    vector = np.array(sorted(labels), "u1")
    expected = [any(a <= label <= b for a, b in pairs) for label in sorted(labels)]
    assert ranges.holds(vector).tolist() == expected


# -- the rules of a run table --------------------------------------------------

GOOD = {
    "labels": [3, 5],
    "offsets": [0, 2, 3],
    "starts": [0, 10, 4],
    "lengths": [2, 3, 4],
}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, None),
        ({"labels": [5, 3]}, "sorted and unique"),
        ({"labels": [3, 3]}, "sorted and unique"),
        ({"labels": [0, 3]}, "must not be a label"),
        ({"offsets": [0, 2]}, "match in length"),
        ({"offsets": [1, 2, 3]}, "from 0 to the number"),
        ({"offsets": [0, 2, 4]}, "from 0 to the number"),
        ({"offsets": [0, 3, 3]}, "must have a run"),
        ({"offsets": [0, -1, 3]}, "must have a run"),
        ({"lengths": [2, 3]}, "match in length"),
        ({"lengths": [2, 0, 4]}, "must have a voxel"),
        ({"starts": [0, 20, 4]}, "inside the volume"),
        ({"lengths": [2, 3, 7]}, "end of its row"),
        ({"starts": [10, 0, 4]}, "in order and apart"),
        ({"starts": [0, 1, 4]}, "in order and apart"),
    ],
)
def test_a_run_table_is_held_to_its_rules(change, told):
    dtypes = {"labels": "i4", "offsets": "i8", "starts": "u4", "lengths": "u2"}
    columns = {**GOOD, **change}
    runs = RunTable(**{name: np.array(columns[name], dtypes[name]) for name in dtypes})
    if told is None:
        check_runs(runs, (2, 10), np.dtype("i4"), 0)
        return
    with pytest.raises(ValueError, match=told):
        check_runs(runs, (2, 10), np.dtype("i4"), 0)
