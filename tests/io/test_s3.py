"""Volumes and indexes on a server of this computer that speaks the protocol of S3."""

from __future__ import annotations

import logging
import urllib.request

import fsspec
import numpy as np
import pytest
import zarr

from napari_label_index import (
    build_index_dataset,
    open_index,
    read_label_image,
    upload_index,
)
from napari_label_index._samples import ellipsoids
from napari_label_index.errors import (
    Cancelled,
    CorruptIndexError,
    LabelIndexError,
    StaleIndexError,
    UnreadableImageError,
    UnreadableIndexError,
    WriteFailedError,
)

moto = pytest.importorskip("moto.server")
s3fs = pytest.importorskip("s3fs")

VOLUME = ellipsoids((20, 30, 40), (2, 3, 4))
STACK, ADDRESS = "s3://bucket/cells.zarr", "s3://bucket/cells.labelindex"
KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}


@pytest.fixture(scope="module")
def endpoint():
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://127.0.0.1:{1}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture(scope="module")
def bucket(endpoint):
    """The file system of a bucket that has a volume, for whoever has keys."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in KEYS.items():
            patch.setenv(name, value)
        patch.setenv("AWS_ENDPOINT_URL", endpoint)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        s3fs.S3FileSystem.clear_instance_cache()
        system = fsspec.filesystem("s3")
        system.mkdir("bucket")
        store = zarr.storage.FsspecStore.from_url(STACK)
        zarr.create_array(store, data=VOLUME, chunks=(10, 15, 20))
        yield system
        s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture(scope="module")
def folder(bucket, tmp_path_factory):
    """The index of the volume, in a folder and in the bucket."""
    path = tmp_path_factory.mktemp("index") / "cells.labelindex"
    folder = build_index_dataset(STACK, path)
    assert upload_index(folder, ADDRESS) == ADDRESS
    return folder


@pytest.fixture
def new_clients(bucket):
    """Clients made in a test see its environment, and no other test sees them."""
    s3fs.S3FileSystem.clear_instance_cache()
    yield
    s3fs.S3FileSystem.clear_instance_cache()


def n_requests(caplog, work):
    """How many requests the server answers for some work."""
    caplog.set_level(logging.INFO, "werkzeug")
    caplog.clear()
    work()
    return len([record for record in caplog.records if record.name == "werkzeug"])


def test_a_volume_is_read_and_indexed(bucket, tmp_path, caplog):
    np.testing.assert_array_equal(read_label_image(STACK).data, VOLUME)
    lazy = read_label_image(STACK, lazy=True)
    np.testing.assert_array_equal(lazy[3:5, 2], VOLUME[3:5, 2])
    assert n_requests(caplog, lambda: lazy[:]) == 8  # chunks
    index = open_index(build_index_dataset(STACK, tmp_path / "a"))
    np.testing.assert_array_equal(index.to_label_image(), VOLUME)


def test_workers_in_processes_read_it_too(bucket, tmp_path):
    distributed = pytest.importorskip("distributed")
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
    )
    with cluster, distributed.Client(cluster) as client:
        path = build_index_dataset(STACK, tmp_path / "a", client, block_voxels=2000)
    np.testing.assert_array_equal(open_index(path).to_label_image(), VOLUME)


def test_a_build_goes_on_or_is_stale(bucket, tmp_path):
    told = []
    with pytest.raises(Cancelled):
        build_index_dataset(
            STACK, tmp_path / "a", block_voxels=2000,
            on_progress=lambda done, total: told.append(done),
            cancel=lambda: len(told) > 3,
        )  # fmt: skip
    blocks = tmp_path.glob("a.building/*/blocks/*")
    times = {path: path.stat().st_mtime_ns for path in blocks}
    assert times

    chunk = "bucket/cells.zarr/c/0/0/0"
    whole = bucket.cat_file(chunk)

    def change(*_):
        assert all(path.stat().st_mtime_ns == time for path, time in times.items())
        bucket.pipe(chunk, b"other")

    with pytest.raises(StaleIndexError, match="changed while it was indexed"):
        build_index_dataset(
            STACK, tmp_path / "a", block_voxels=2000, on_progress=change
        )
    bucket.pipe(chunk, whole)


def test_an_index_is_read_by_parts(folder, caplog):
    assert n_requests(caplog, lambda: open_index(ADDRESS)) == 2
    index = open_index(ADDRESS)
    assert n_requests(caplog, lambda: index.coords(3)) == 1
    assert n_requests(caplog, lambda: index.bboxes) == 1
    assert n_requests(caplog, lambda: index.neighbours(3)) == 2
    np.testing.assert_array_equal(index.coords(3), np.argwhere(VOLUME == 3))
    np.testing.assert_array_equal(index.to_label_image(), VOLUME)


def test_a_file_that_is_cut_is_refused(bucket, folder):
    part = "cells.labelindex/runs/part-00000.parquet"
    whole = bucket.cat_file(f"bucket/{part}")
    flipped = bytearray(whole)
    flipped[40] ^= 1
    for content in (b"", whole[:40], whole[:-1], bytes(flipped)):
        bucket.pipe(f"bucket/{part}", content)
        with pytest.raises(CorruptIndexError, match=part):
            open_index(ADDRESS).coords(3)
    bucket.pipe(f"bucket/{part}", whole)


def everything(folder, tmp_path):
    """What asks the store for something, and the error that tells why it gives none."""
    return (
        (lambda: open_index(ADDRESS), UnreadableIndexError),
        (lambda: read_label_image(STACK), UnreadableImageError),
        (lambda: build_index_dataset(STACK, tmp_path / "b"), UnreadableImageError),
        (lambda: upload_index(folder, ADDRESS), WriteFailedError),
    )


def look_at_keys(endpoint, after):
    """Let the server look at keys after so many requests."""
    address = f"{endpoint}/moto-api/reset-auth"
    kind = {"Content-Type": "text/plain"}
    request = urllib.request.Request(address, after.encode(), kind)
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200


def test_wrong_keys_are_told(folder, endpoint, tmp_path, new_clients):
    look_at_keys(endpoint, "0")
    try:
        for work, error in everything(folder, tmp_path):
            with pytest.raises(error, match=r"Access Key.*your rights|check your keys"):
                work()
    finally:
        look_at_keys(endpoint, "inf")


def test_no_keys_are_told(folder, tmp_path, monkeypatch, new_clients):
    for name in KEYS:
        monkeypatch.delenv(name)
    for work, error in everything(folder, tmp_path):
        with pytest.raises(error, match=r"locate credentials.*your rights"):
            work()


def test_an_endpoint_that_does_not_answer_is_told(bucket, monkeypatch, new_clients):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(UnreadableIndexError, match="Could not connect to the endpoint"):
        open_index(ADDRESS)


def test_a_bucket_that_is_not_there_is_told(folder, tmp_path):
    for work in (
        lambda: open_index("s3://none/cells.labelindex"),
        lambda: read_label_image("s3://none/cells.zarr"),
        lambda: upload_index(folder, "s3://none/cells.labelindex"),
    ):
        with pytest.raises(LabelIndexError, match=r"s3://none/cells.*(no|not)"):
            work()
