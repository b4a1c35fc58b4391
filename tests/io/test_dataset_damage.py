"""Damaged and foreign files of a dataset: refused by name, or exactly right."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from campaigns import rounds
from datasets import blocky, content_of, flush_nothing, is_refused, read_all, shrink
from napari_label_index.distributed import build_index_dataset
from napari_label_index.errors import CorruptIndexError
from napari_label_index.index import build_index
from napari_label_index.io import open_index, read_meta
from napari_label_index.io.index_dataset._layout import FOLDERS, MANIFEST
from napari_label_index.io.index_dataset._manifest import _crc_of

IMAGE = blocky((3, 6, 10), 20, seed=5, scale=2)
OTHER = blocky((3, 6, 10), 20, seed=6, scale=2)
INDEX = build_index(IMAGE)


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    shrink(monkeypatch)
    flush_nothing(monkeypatch)


@pytest.fixture
def dataset(tmp_path):
    return build_index_dataset(IMAGE, tmp_path / "a")


def files_of(dataset):
    return sorted(content_of(dataset))


def test_a_dataset_of_several_partitions_is_whole(dataset):
    assert len(files_of(dataset)) >= 1 + len(FOLDERS) * 3
    assert not is_refused(dataset, "", INDEX)


def test_every_flipped_bit_is_refused(dataset, campaign):
    rng = np.random.default_rng(3)
    with campaign("C7", "datasets: random bits of every file flipped", 3) as count:
        for name, whole in content_of(dataset).items():
            for _ in range(rounds(6, 600)):
                count.case()
                content = bytearray(whole)
                for bit in rng.choice(8 * len(whole), rng.integers(1, 3)).tolist():
                    content[bit // 8] ^= 1 << bit % 8
                (dataset / name).write_bytes(content)
                # White space and digits of the manifest may say the same.
                is_same = name == MANIFEST and says(content) == says(whole)
                assert is_refused(dataset, name, INDEX) or is_same or content == whole
            (dataset / name).write_bytes(whole)
    assert not is_refused(dataset, "", INDEX)


def says(content):
    try:
        return json.loads(content)
    except ValueError:
        return None


def test_a_file_that_is_cut_or_longer_is_refused(dataset, campaign):
    rng = np.random.default_rng(4)
    with campaign("C8", "datasets: every file cut, empty, longer, gone", 4) as count:
        for name, whole in content_of(dataset).items():
            ends = rng.integers(0, len(whole) - 1, rounds(3, 100)).tolist()
            spoilt = [whole[:end] for end in [0, *ends]]
            for content in [*spoilt, whole + b"\1", whole + whole, None]:
                count.case()
                (dataset / name).unlink(missing_ok=True)
                if content is not None:
                    (dataset / name).write_bytes(content)
                assert is_refused(dataset, name, INDEX)
            (dataset / name).write_bytes(whole)


def test_files_in_each_others_place_are_refused(tmp_path, dataset, campaign):
    other = content_of(build_index_dataset(OTHER, tmp_path / "b"))
    own = content_of(dataset)
    with campaign("C8", "datasets: files of other partitions and datasets") as count:
        for name in own:
            folder = name.partition("/")[0]
            beside = {own[n] for n in own if n.partition("/")[0] == folder}
            for content in (beside | {other[name]}) - {own[name]}:
                count.case()
                (dataset / name).write_bytes(content)
                assert is_refused(dataset, folder, INDEX)
            (dataset / name).write_bytes(own[name])
    assert not is_refused(dataset, "", INDEX)


def forge(dataset, **change):
    """Write a manifest with its checksum right."""
    page = json.loads((dataset / MANIFEST).read_bytes()) | change
    del page["crc32"]
    page["crc32"] = _crc_of(page)
    (dataset / MANIFEST).write_text(json.dumps(page))


def test_a_newer_version_is_refused_by_its_number(dataset, campaign):
    with campaign("C22", "a newer dataset is refused by its version") as count:
        count.case()
        forge(dataset, version=2)
        with pytest.raises(
            CorruptIndexError, match=r"format version 2.* newer release"
        ):
            open_index(dataset)


FORGED = [
    {"shape": [3, 10, 6]},
    {"shape": [6, 3, 10]},
    {"shape": [3, 6]},
    {"shape": [3, 6, -10]},
    {"shape": [2**40, 2**40, 1]},
    {"shape": []},
    {"dtype": "<u8"},
    {"dtype": "|O"},
    {"dtype": "no type"},
    {"dtype": 5},
    {"background": int(INDEX.labels[1])},
    {"background": "0"},
    {"axes": ["z", "y"]},
    {"spacing": [1.0, 1.0, float("nan")]},
    {"source": "../secret"},
    {"source": "/etc/passwd"},
    {"spacing": [1.0, 1.0, 2.0]},
    {"stamp": 5},
    {"partitions": []},
    {"partitions": {}},
    {"partitions": [[1]]},
    {"partitions": [[1, 2, 3, 4] + [2**70, -1] * 5]},
    {"partitions": [["../../etc/passwd"] * 14]},
    {"n_missing_chunks": "4"},
    {"format": "zarr"},
    {"version": "1"},
    {"version": None},
]


@pytest.mark.parametrize("change", FORGED, ids=str)
def test_a_forged_manifest_is_refused(dataset, change):
    forge(dataset, **change)
    with pytest.raises(CorruptIndexError, match=str(dataset)):
        read_all(dataset)


@pytest.mark.parametrize("at", range(14))
@pytest.mark.parametrize("by", [1, -1, 2**40])
def test_numbers_of_a_partition_must_fit_its_files(dataset, at, by):
    partitions = json.loads((dataset / MANIFEST).read_bytes())["partitions"]
    partitions[1][at] += by
    forge(dataset, partitions=partitions)
    with pytest.raises(CorruptIndexError, match=str(dataset)):
        read_all(dataset)


@pytest.mark.parametrize("text", ["", "null", "[" * 10**6, "{}", "\0" * 99, "\xff"])
def test_a_manifest_that_is_none_is_refused(dataset, text):
    (dataset / MANIFEST).write_text(text, "latin-1")
    for read in (open_index, read_meta):
        with pytest.raises(CorruptIndexError, match=str(dataset)):
            read(dataset)


def test_what_is_not_there_yet_is_told(tmp_path, dataset):
    with pytest.raises(CorruptIndexError, match=r"no such (folder|file)"):
        open_index(tmp_path / "none")
    (tmp_path / "b.building").mkdir()
    with pytest.raises(CorruptIndexError, match="not finished; build it again"):
        open_index(tmp_path / "b")
    (dataset / MANIFEST).unlink()
    with pytest.raises(CorruptIndexError, match="the folder is no index"):
        open_index(dataset)


def test_an_index_that_was_replaced_meanwhile_is_never_mixed(dataset):
    index = open_index(dataset)
    build_index_dataset(OTHER, dataset)
    with pytest.raises(CorruptIndexError, match="of another index"):
        index.to_label_image()


def test_runs_are_read_where_nothing_else_is_damaged(dataset):
    """One bad partition: labels of the others come as they were."""
    whole = open_index(dataset)
    bad = dataset / "runs/part-00001.parquet"
    content = bytearray(bad.read_bytes())
    content[20] ^= 4
    bad.write_bytes(content)
    index = open_index(dataset)
    first, *_, last = whole
    for label in (first, last):
        np.testing.assert_array_equal(index.coords(label), INDEX.coords(label))
    with pytest.raises(CorruptIndexError, match=bad.name):
        index.to_label_image()
    shutil.rmtree(dataset / "runs")
    with pytest.raises(CorruptIndexError):
        open_index(dataset)
