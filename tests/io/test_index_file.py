"""The index file: what was saved comes back, and damage is always noticed."""

from __future__ import annotations

import io
import json
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from napari_label_index.errors import (
    CorruptIndexError,
    UnsupportedFormatError,
    WriteFailedError,
)
from napari_label_index.index import RunTable, build_index
from napari_label_index.io import open_index, save_index
from napari_label_index.io.index_file._run_checks import check_runs


@pytest.fixture
def saved(tmp_path, index):
    return save_index(index, tmp_path / "cells.labelindex.npz")


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def npy(array, **how):
    output = io.BytesIO()
    np.save(output, array, **how)
    return output.getvalue()


def test_an_index_comes_back_with_all_that_is_known_about_it(saved, volume, index):
    found = open_index(saved)
    np.testing.assert_array_equal(found.to_label_image(), volume)
    for name in ("shape", "dtype", "background", "axes", "spacing", "origin", "unit"):
        assert getattr(found, name) == getattr(index, name), name
    assert found.source == "cells.tif", "a name, not a path on somebody's disk"
    for name, column in index.table().items():
        np.testing.assert_array_equal(found.table()[name], column)


@given(
    volume=st.sampled_from(["u1", "<i2", ">u4", "i8", "u8", "?"]).flatmap(
        lambda dtype: arrays(
            dtype,
            array_shapes(min_dims=1, max_dims=4, max_side=5, min_side=0),
            elements=None if dtype == "?" else st.sampled_from([0, 1, 2, 100]),
            fill=st.nothing(),
        )
    )
)
def test_every_volume_comes_back(tmp_path_factory, volume):
    path = tmp_path_factory.mktemp("index") / "a.npz"
    save_index(build_index(volume), path)
    np.testing.assert_array_equal(open_index(path).to_label_image(), volume)


def test_an_index_file_is_read_without_pickle_by_numpy_too(saved, index):
    with np.load(saved, allow_pickle=False) as members:
        np.testing.assert_array_equal(members["labels"], index.labels)


def test_saving_twice_gives_the_same_bytes(tmp_path, saved, index):
    again = save_index(index, tmp_path / "again.npz")
    assert again.read_bytes() == saved.read_bytes()


def test_only_names_that_say_npz_are_written(tmp_path, index):
    with pytest.raises(UnsupportedFormatError, match=r"must end in \.npz"):
        save_index(index, tmp_path / "cells.parquet")
    with pytest.raises(WriteFailedError):
        save_index(index, tmp_path / "none" / "cells.npz")


def open_damaged(path, content, index):
    """Open a damaged file: it is refused by name, or nothing of it has changed."""
    path.write_bytes(content)
    try:
        found = open_index(path)
    except CorruptIndexError as error:
        told = str(error)
        assert str(path) in told
        return False
    assert found.shape == index.shape
    assert found.axes == index.axes
    assert found.spacing == index.spacing
    np.testing.assert_array_equal(found.labels, index.labels)
    for name in ("offsets", "starts", "lengths"):
        expected = getattr(index.runs, name)
        np.testing.assert_array_equal(getattr(found.runs, name), expected)
    return True


def test_a_flipped_bit_is_refused_or_harmless(tmp_path, saved, index):
    whole = saved.read_bytes()
    rng = np.random.default_rng(2)
    ends = [*range(400), *range(len(whole) - 700, len(whole))]
    places = [*ends, *rng.integers(400, len(whole) - 700, 400).tolist()]
    n_harmless = 0
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << int(rng.integers(8))
        n_harmless += open_damaged(tmp_path / "b.npz", flipped, index)
    assert n_harmless < len(places) / 3, "dates, modes and versions in the zip's tables"


def test_a_cut_anywhere_is_refused(tmp_path, saved, index):
    whole = saved.read_bytes()
    cuts = [*range(60), *range(60, len(whole), 23), *range(len(whole) - 60, len(whole))]
    for cut in cuts:
        assert not open_damaged(tmp_path / "b.npz", whole[:cut], index)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole + b"junk",
        lambda whole: b"junk" + whole,
        lambda whole: whole[:-500] + bytes(500),
        lambda whole: b"",
        lambda whole: whole[: len(whole) // 2] * 2,
        lambda whole: b"GIF89a" + whole[6:],
    ],
    ids=["appended", "prepended", "zeros", "empty", "half twice", "another kind"],
)
def test_junk_is_refused(tmp_path, saved, index, spoil):
    assert not open_damaged(tmp_path / "b.npz", spoil(saved.read_bytes()), index)


def test_halves_of_two_saves_are_refused(tmp_path, saved, volume, index):
    other = save_index(build_index(volume[:, ::-1].copy()), tmp_path / "other.npz")
    one, two = saved.read_bytes(), other.read_bytes()
    middle = len(one) // 2
    assert not open_damaged(tmp_path / "b.npz", one[:middle] + two[middle:], index)


@pytest.mark.parametrize(
    "make", [lambda folder: folder, lambda folder: folder / "none"]
)
def test_a_folder_and_a_missing_file_are_refused_by_name(tmp_path, make):
    with pytest.raises(CorruptIndexError) as caught:
        open_index(make(tmp_path))
    assert str(make(tmp_path)) in str(caught.value)


class Payload:
    ran = False

    def __reduce__(self):
        return (setattr, (Payload, "ran", True))


@pytest.mark.parametrize("name", ["labels", "starts"])
def test_a_pickle_is_never_loaded(tmp_path, saved, name):
    Payload.ran = False
    members = members_of(saved)
    bomb = np.array([Payload()], dtype=object)
    members[f"{name}.npy"] = npy(bomb, allow_pickle=True)
    write_members(tmp_path / "b.npz", members)
    with pytest.raises(CorruptIndexError):
        open_index(tmp_path / "b.npz")
    assert not Payload.ran
    pickle.loads(pickle.dumps(Payload()))
    assert Payload.ran, "the payload would have worked"


def change_meta(**changes):
    def change(members):
        page = json.loads(members["meta.json"])
        page.update(changes)
        return {**members, "meta.json": json.dumps(page).encode()}

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (change_meta(version=2), "format version 2, and this release reads up to 1"),
        (change_meta(version="1"), "version is '1'"),
        (change_meta(format="other"), "not of an index file"),
        (change_meta(shape=[10**6, 10**9, 10**9]), "starts must be uint64"),
        (change_meta(shape=[6, 24]), "do not have one entry per axis"),
        (change_meta(shape=[6, 24, -21]), "shape is"),
        (change_meta(shape=[6, 24, True]), "must be a list of int"),
        (change_meta(shape=[5, 24, 21]), "inside the volume"),
        (change_meta(shape=[8, 24, 20]), "cross the end of its row"),
        (change_meta(dtype="O"), "dtype is object"),
        (change_meta(dtype="<u4"), "labels must be uint32"),
        (change_meta(background=1000), "must not be a label"),
        (change_meta(spacing=[1.0, 1.0, float("nan")]), "not finite"),
        (change_meta(unit=3), "unit is no str"),
        (lambda members: {**members, "meta.json": b"[" * 100_000}, "no whole index"),
        (lambda members: {**members, "meta.json": b" " * (2 << 20)}, "more than"),
        (lambda members: {**members, "more.npy": npy([1])}, "so it is no index file"),
        (
            lambda members: {**members, "offsets.npy": npy([[0, 1]])},
            "must be a row of integers",
        ),
    ],
)
def test_members_that_break_a_rule_are_refused(tmp_path, saved, change, told):
    write_members(tmp_path / "b.npz", change(members_of(saved)))
    with pytest.raises(CorruptIndexError, match=told):
        open_index(tmp_path / "b.npz")


def test_members_that_would_blow_up_are_refused_unread(tmp_path, saved):
    members = members_of(saved)
    members["starts.npy"] = npy(np.zeros(10_000_000, np.uint32))
    write_members(tmp_path / "b.npz", members, zipfile.ZIP_DEFLATED)
    assert (tmp_path / "b.npz").stat().st_size < 200_000
    with pytest.raises(CorruptIndexError, match="is compressed"):
        open_index(tmp_path / "b.npz")


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
