"""An index folder that is uploaded: there is a whole index at an address, or none."""

from __future__ import annotations

import fsspec
import pytest

from datasets import assert_same_index, blocky, content_of, flush_nothing, shrink
from napari_label_index import build_index_dataset, open_index, upload_index
from napari_label_index.errors import (
    Cancelled,
    CorruptIndexError,
    UnsupportedFormatError,
    WriteFailedError,
)
from napari_label_index.index import build_index
from web_server import serving

IMAGE = blocky((3, 6, 10), 20, seed=5, scale=2)
FEWER = (IMAGE.max() == IMAGE).astype("u1")
URL = "memory://bucket/a.labelindex"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A dataset of several partitions."""
    shrink(monkeypatch)
    flush_nothing(monkeypatch)
    return build_index_dataset(IMAGE, tmp_path / "a")


@pytest.fixture
def store():
    """The store of fsspec that is in memory."""
    store = fsspec.filesystem("memory")
    yield store
    if store.exists("/bucket"):
        store.rm("/bucket", recursive=True)


def uploaded(store):
    """Every file at the address, by its path."""
    root = "/bucket/a.labelindex"
    return {name[len(root) + 1 :]: store.cat_file(name) for name in store.find(root)}


def test_the_same_bytes_are_there(folder, store):
    told = []
    url = upload_index(folder, f"{URL}/", on_progress=lambda *both: told.append(both))
    assert url == URL
    assert uploaded(store) == content_of(folder)
    n_bytes = sum(map(len, content_of(folder).values()))
    manifest = (folder / "manifest.json").stat().st_size
    assert told[-1] == (n_bytes - manifest,) * 2
    assert_same_index(open_index(URL), build_index(IMAGE))


def test_an_index_that_was_there_is_gone_until_the_new_one_is_whole(
    folder, store, tmp_path
):
    upload_index(folder, URL)
    old = open_index(URL)
    fewer = build_index_dataset(FEWER, tmp_path / "b")
    assert len(content_of(fewer)) < len(content_of(folder))
    with pytest.raises(Cancelled):
        upload_index(fewer, URL, cancel=lambda: True)
    with pytest.raises(CorruptIndexError, match="no whole index"):
        open_index(URL)
    upload_index(fewer, URL)
    assert uploaded(store) == content_of(fewer)
    assert_same_index(open_index(URL), build_index(FEWER))
    with pytest.raises(CorruptIndexError, match="if it was replaced, open it again"):
        old.to_label_image()


def test_the_manifest_comes_last(folder, store, monkeypatch):
    put = type(store).put_file
    names = []

    def put_file(self, path, name, **options):
        names.append(name)
        if name.endswith("contacts/part-00001.parquet"):
            raise OSError("the network is gone")
        put(self, path, name, **options)

    monkeypatch.setattr(type(store), "put_file", put_file)
    with pytest.raises(WriteFailedError, match="the network is gone; check"):
        upload_index(folder, URL)
    assert "manifest.json" not in uploaded(store)
    monkeypatch.setattr(type(store), "put_file", put)
    upload_index(folder, URL)
    assert uploaded(store) == content_of(folder)


def test_a_file_that_came_in_part_is_noticed(folder, store, monkeypatch):
    put = type(store).put_file

    def put_file(self, path, name, **options):
        put(self, path, name, **options)
        if name.endswith("runs/part-00001.parquet"):
            self.pipe(name, self.cat_file(name)[:-1])

    monkeypatch.setattr(type(store), "put_file", put_file)
    with pytest.raises(WriteFailedError, match="do not have the sizes"):
        upload_index(folder, URL)
    assert "manifest.json" not in uploaded(store)


@pytest.mark.parametrize("name", ["thesis.txt", "runs/mine.parquet", "a/b/c"])
def test_files_of_others_are_never_touched(folder, store, name):
    store.pipe(f"/bucket/a.labelindex/{name}", b"years of work")
    with pytest.raises(WriteFailedError, match=f"other files, such as {name}"):
        upload_index(folder, URL)
    assert uploaded(store) == {name: b"years of work"}


def test_what_is_no_whole_index_is_not_uploaded(folder, store, tmp_path):
    with pytest.raises(UnsupportedFormatError, match="is no address"):
        upload_index(folder, str(tmp_path / "b"))
    with pytest.raises(CorruptIndexError, match="no such folder"):
        upload_index(tmp_path / "none", URL)
    part = folder / "labels/part-00001.parquet"
    part.write_bytes(part.read_bytes()[:-1])
    with pytest.raises(CorruptIndexError, match=r"part-00001.*must have"):
        upload_index(folder, URL)
    assert uploaded(store) == {}


def test_a_store_that_takes_nothing_is_told(folder, tmp_path):
    pytest.importorskip("aiohttp")
    with serving(tmp_path) as server, pytest.raises(WriteFailedError, match="was not"):
        upload_index(folder, f"{server}/b.labelindex")


def test_an_index_does_not_grow_at_an_address():
    with pytest.raises(WriteFailedError, match="label-index upload"):
        build_index_dataset(IMAGE, URL)
