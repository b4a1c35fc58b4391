"""An index folder behind an address: read by parts with all checks, or told why not."""

from __future__ import annotations

import socket
import sys

import fsspec
import numpy as np
import pytest

from campaigns import rounds
from datasets import (
    assert_same_index,
    blocky,
    content_of,
    flush_nothing,
    is_refused,
    shrink,
)
from napari_label_index import build_index_dataset, open_index, read_label_image
from napari_label_index.distributed import _partition_files, _partition_ranges
from napari_label_index.errors import (
    CorruptIndexError,
    UnreadableImageError,
    UnreadableIndexError,
)
from napari_label_index.index import build_index
from napari_label_index.io import _address, is_index_path, read_meta
from napari_label_index.io.index_dataset import _run_files
from napari_label_index.io.index_dataset._layout import MANIFEST
from web_server import Handler

pytest.importorskip("aiohttp")

IMAGE = blocky((3, 6, 10), 20, seed=5, scale=2)
INDEX = build_index(IMAGE)
FOREST = (np.random.default_rng(1).integers(0, 40, (24, 90, 100)) % 29).astype("u1")


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A dataset of several partitions, all of whose files are small."""
    shrink(monkeypatch)
    flush_nothing(monkeypatch)
    return build_index_dataset(IMAGE, tmp_path / "a.labelindex")


@pytest.fixture
def large(tmp_path, monkeypatch):
    """A dataset of three partitions whose run files are read in parts."""
    for module in (_partition_files, _run_files):
        monkeypatch.setattr(module, "GROUP_RUNS", 5000)
    monkeypatch.setattr(_partition_ranges, "_PART_RUNS", 80_000)
    return build_index_dataset(FOREST, tmp_path / "b.labelindex")


@pytest.fixture
def in_memory(small):
    """The store of fsspec that is in memory, with the small dataset in it."""
    store = fsspec.filesystem("memory")
    for name, content in content_of(small).items():
        store.pipe(f"/bucket/a.labelindex/{name}", content)
    yield store
    store.rm("/bucket", recursive=True)


URL = "memory://bucket/a.labelindex"


def n_requests(work):
    Handler.asked.clear()
    work()
    return len(Handler.asked)


def test_it_is_the_same_index(server, small, in_memory):
    for address in (f"{server}/{small.name}", f"{URL}/"):
        assert_same_index(open_index(address), INDEX)
        assert read_meta(address) == read_meta(small)
        index = open_index(address)
        for label in INDEX.labels.tolist():
            for one, other in zip(
                index.neighbours(label), INDEX.neighbours(label), strict=True
            ):
                np.testing.assert_array_equal(one, other)


def test_opening_takes_a_request_for_each_partition(server, large):
    n_parts = len(read_meta(large).partitions)
    assert n_parts == 3
    assert n_requests(lambda: open_index(f"{server}/{large.name}")) == 1 + n_parts


def test_a_label_takes_a_request_or_two(server, large):
    expected = open_index(large)
    index = open_index(f"{server}/{large.name}")
    edges, offsets = index.runs._files.group_edges, index.runs.offsets
    n_seen = 0
    for label in index.labels.tolist():
        row = index.row_of(label)
        first, last = np.searchsorted(
            edges, [offsets[row], offsets[row + 1] - 1], "right"
        )
        Handler.asked.clear()
        np.testing.assert_array_equal(index.coords(label), expected.coords(label))
        # Row groups that it lies in, and the footer of a file not met before.
        n_seen += len(Handler.asked)
        assert len(Handler.asked) <= (last - first + 1) + 1, label
    n_groups = edges.size - 1
    # The end of a file has some of its row groups with the footer.
    assert 3 < n_seen <= n_groups + 3
    assert n_requests(lambda: index.coords(label)) == 0


def test_boxes_and_neighbours_take_a_request_for_each_file(server, large):
    index = open_index(f"{server}/{large.name}")
    assert n_requests(lambda: index.bboxes) == 3
    # How many neighbours each label has, and then the pairs of one.
    assert n_requests(lambda: index.neighbours(5)) == 3 + 1
    assert n_requests(lambda: index.neighbours(5)) <= 2


def test_many_labels_read_each_footer_once(server, large):
    index = open_index(f"{server}/{large.name}")
    n_groups = index.runs._files.group_edges.size - 1
    assert 3 < n_requests(index.to_label_image) <= n_groups + 3
    np.testing.assert_array_equal(index.to_label_image(), FOREST)


def test_damage_is_refused_by_the_name_of_the_file(in_memory, small, campaign):
    rng = np.random.default_rng(3)
    assert not is_refused(URL, "", INDEX)
    with campaign("C7", "datasets at an address: flipped, cut, gone", 3) as count:
        for name, whole in content_of(small).items():
            path = f"/bucket/a.labelindex/{name}"
            spoilt = [whole[: rng.integers(0, len(whole))], b"", whole + b"\1", None]
            for _ in range(rounds(3, 100)):
                content = bytearray(whole)
                content[rng.integers(0, len(whole))] ^= 1 << rng.integers(0, 8)
                spoilt.append(bytes(content))
            for content in spoilt:
                count.case()
                in_memory.rm(path) if content is None else in_memory.pipe(path, content)
                # White space of the manifest may be another one; and only so much is
                # read as a file must have.
                is_read_as_before = content is not None and content.startswith(whole)
                is_right = name == MANIFEST or is_read_as_before
                assert is_refused(URL, name, INDEX) or is_right
                in_memory.pipe(path, whole)
    assert not is_refused(URL, "", INDEX)


def test_parts_of_another_index_are_refused(server, large):
    index = open_index(f"{server}/{large.name}")
    part = "runs/part-00001.parquet"
    (large / part).write_bytes((large / "runs/part-00002.parquet").read_bytes())
    index.coords(int(index.labels[0]))
    with pytest.raises(CorruptIndexError, match=part):
        index.to_label_image()


@pytest.mark.parametrize("status", [403, 500])
def test_a_server_that_fails_is_no_damage(server, large, status):
    url, part = f"/{large.name}", "runs/part-00000.parquet"
    index = open_index(server + url)
    Handler.broken[f"{url}/{part}"] = status
    with pytest.raises(UnreadableIndexError, match=rf"{part}: .*{status}.*check the"):
        index.coords(1)
    Handler.broken.clear()
    np.testing.assert_array_equal(index.coords(1), np.argwhere(FOREST == 1))
    Handler.broken[f"{url}/{MANIFEST}"] = status
    with pytest.raises(UnreadableIndexError, match=f"{MANIFEST}: .*{status}"):
        open_index(server + url)


def test_a_file_that_is_not_there_is_named(server, large):
    index = open_index(f"{server}/{large.name}")
    (large / "runs/part-00000.parquet").unlink()
    with pytest.raises(CorruptIndexError, match=r"part-00000.*no such file"):
        index.coords(1)
    with pytest.raises(
        CorruptIndexError, match=r"no manifest\.json.*check the address"
    ):
        open_index(f"{server}/none.labelindex")


def test_a_server_that_gives_no_parts_is_told(server, large, monkeypatch):
    monkeypatch.setattr(Handler, "knows_parts", False)
    index = open_index(f"{server}/{large.name}")  # of whole files
    with pytest.raises(UnreadableIndexError, match="range requests"):
        index.to_label_image()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("s3://bucket/a.labelindex", "missing, pip install s3fs$"),
        ("gs://bucket/a.labelindex", "missing, pip install gcsfs$"),
        ("http://127.0.0.1:1/a.labelindex", "ClientConnectorError"),
        ("nosuch://bucket/a.labelindex", "Protocol not known"),
    ],
)
def test_an_address_that_cannot_be_read_says_why(monkeypatch, url, told):
    for module in ("s3fs", "gcsfs"):  # as if they were not installed
        monkeypatch.setitem(sys.modules, module, None)
    for read in (open_index, read_meta):
        with pytest.raises(UnreadableIndexError, match=told):
            read(url)


def test_a_server_that_is_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(_address, "_WAIT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a.labelindex"
        with pytest.raises(UnreadableIndexError, match="Timeout"):
            open_index(url)
        with pytest.raises(UnreadableImageError, match="Timeout"):
            read_label_image(url)


def test_an_index_file_is_read_from_there_too(server, tmp_path):
    index = build_index(FOREST)
    index.save(tmp_path / "cells.labelindex.parquet")
    url = f"{server}/cells.labelindex.parquet"
    np.testing.assert_array_equal(open_index(url).to_label_image(), FOREST)
    one = open_index(url, labels=[7])
    np.testing.assert_array_equal(one.coords(7), index.coords(7))
    assert read_meta(url).n_labels == len(index)
    with pytest.raises(CorruptIndexError, match="no such file"):
        open_index(f"{server}/none.parquet")


def test_some_labels_of_it_are_opened(server, large):
    index = open_index(f"{server}/{large.name}", labels=[3, 11])
    assert index.is_partial
    np.testing.assert_array_equal(index.coords(11), np.argwhere(FOREST == 11))


def test_it_is_told_from_a_volume(server, small, in_memory):
    small.rename(small.with_name("plain"))
    for url in (URL, f"{server}/plain", f"{server}/c.parquet"):
        assert is_index_path(url)
    assert not is_index_path(f"{server}/cells.zarr")
    assert not is_index_path("http://127.0.0.1:1/cells.zarr")
    assert n_requests(lambda: is_index_path(f"{server}/a.labelindex")) == 0
