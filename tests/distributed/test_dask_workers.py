"""Builds on Dask workers: the same bytes, and who dies takes nothing along."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import threading
import time

import dask
import dask.array as da
import pytest

from campaigns import rounds
from datasets import Deadly, Unreadable, blocky, content_of, in_chunks
from napari_label_index.cli._build import KEEP_LOST_WORKERS
from napari_label_index.distributed import _runners, build_index_dataset
from napari_label_index.errors import (
    Cancelled,
    TaskFailedError,
    UnreadableImageError,
    UnsupportedFormatError,
)

distributed = pytest.importorskip("distributed")

VOLUME = blocky((24, 20, 30), 90, seed=6)
BLOCK_VOXELS = 2000

# A worker whose socket is gone is told of in warnings of all kinds.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def threads():
    """A cluster of two workers in this process."""
    with _cluster(processes=False) as cluster, distributed.Client(cluster) as client:
        yield client


@pytest.fixture(scope="module")
def processes():
    """A cluster of two processes, which are started again when they die."""
    with _cluster(processes=True) as cluster, distributed.Client(cluster) as client:
        yield client


@contextlib.contextmanager
def _cluster(processes):
    with (
        dask.config.set(KEEP_LOST_WORKERS),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=processes,
            dashboard_address=None, silence_logs=50, memory_limit=None,
        ) as cluster,
    ):  # fmt: skip
        yield cluster


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    return in_chunks(VOLUME, (5, 7, 30), tmp_path_factory.mktemp("volume") / "a.zarr")


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """The bytes that threads write who see the volume in memory."""
    folder = tmp_path_factory.mktemp("expected") / "a"
    return content_of(build_index_dataset(VOLUME, folder))


def built(volume, folder, client, **options):
    return build_index_dataset(
        volume, folder, client, block_voxels=BLOCK_VOXELS, **options
    )


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_workers_write_the_same_bytes(
    tmp_path, request, kind, stored, expected, campaign
):
    client = request.getfixturevalue(kind)
    with campaign("C21", "datasets by Dask workers: same bytes") as count:
        in_memory = [da.from_array(VOLUME, (7, 20, 11))] * (kind == "threads")
        for volume in (stored, *in_memory):
            count.case()
            assert content_of(built(volume, tmp_path / "a", client)) == expected
    assert os.listdir(tmp_path) == ["a"]


def test_a_worker_that_is_killed_takes_nothing_along(
    tmp_path, processes, stored, expected, campaign
):
    rng = random.Random(4)

    def kill(done, total):
        if left and done >= left[0] * total:
            del left[0]
            # One that is just being started again would be given up by its nanny.
            nannies = processes.cluster.workers.values()
            os.kill(
                rng.choice([n.pid for n in nannies if n.status.name == "running"]), 9
            )

    with campaign("C24", "datasets: a Dask worker is killed", 4) as count:
        for number in range(rounds(2, 100)):
            count.case()
            left = [rng.uniform(0, 0.9)]
            path = tmp_path / str(number)
            began = time.monotonic()
            try:
                built(stored, path, processes, on_progress=kill)
            except TaskFailedError:
                assert not path.exists()
                built(stored, path, processes)
            assert content_of(path) == expected
            assert time.monotonic() - began < 30


def test_a_cluster_that_never_has_a_worker_is_told(
    tmp_path, monkeypatch, stored, campaign
):
    monkeypatch.setattr(_runners, "_NONE_SECONDS", 0.5)
    with (
        campaign("C24", "datasets: no worker ever joins") as count,
        distributed.LocalCluster(
            n_workers=0, processes=False, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        count.case()
        with pytest.raises(TaskFailedError, match="no worker has joined"):
            built(stored, tmp_path / "a", client)
        cluster.scale(1)
        client.wait_for_workers(1)  # as the error says
        built(stored, tmp_path / "a", client)


def test_a_volume_that_kills_every_worker_is_a_task_that_failed(
    tmp_path, monkeypatch, processes, campaign
):
    monkeypatch.setattr(processes.cluster.scheduler, "allowed_failures", 0)
    began = time.monotonic()
    with campaign("C24", "datasets: workers die whenever they run a task") as count:
        count.case()
        with pytest.raises(TaskFailedError, match="KilledWorker"):
            built(Deadly(), tmp_path / "a", processes)
        assert time.monotonic() - began < 60
    assert os.listdir(tmp_path) == ["a.building"]
    processes.wait_for_workers(1)


def test_what_a_worker_cannot_read_is_told(tmp_path, threads):
    with pytest.raises(UnreadableImageError, match="is not mounted"):
        built(Unreadable(), tmp_path / "a", threads)


def test_an_array_in_this_process_is_no_volume_for_workers(tmp_path, threads):
    with pytest.raises(UnsupportedFormatError, match="read the volume by themselves"):
        built(VOLUME, tmp_path / "a", threads)


def test_a_cancel_is_heard_and_a_build_goes_on(tmp_path, threads, stored, expected):
    told = []
    with pytest.raises(Cancelled):
        built(
            stored, tmp_path / "a", threads,
            on_progress=lambda done, total: told.append(done),
            cancel=lambda: len(told) > 2,
        )  # fmt: skip
    assert os.listdir(tmp_path) == ["a.building"]
    assert content_of(built(stored, tmp_path / "a", threads)) == expected


def test_an_adaptive_cluster_is_waited_for(tmp_path, monkeypatch, stored, expected):
    for name in ("_LOST_SECONDS", "_ASKED_SECONDS", "_ANSWER_SECONDS"):
        monkeypatch.setattr(_runners, name, 0.1)
    retired = []
    with _cluster(processes=False) as cluster, distributed.Client(cluster) as client:
        cluster.adapt(minimum=1, maximum=2, interval="4s")

        def retire(*_):
            if not retired:
                retired.append(True)
                cluster.scale(0)

        path = built(stored, tmp_path / "a", client, on_progress=retire)
        assert retired
        assert content_of(path) == expected


class Queued(distributed.deploy.spec.ProcessInterface):
    """A job in the queue of a computing centre, which becomes a worker at some time."""

    may_begin = threading.Event()

    def __init__(self, scheduler, name):
        super().__init__(scheduler, name)
        self.scheduler = scheduler

    async def start(self):
        self.coming = asyncio.ensure_future(self.come())
        await super().start()

    async def come(self):
        await asyncio.to_thread(self.may_begin.wait)
        self.worker = await distributed.Worker(self.scheduler, nthreads=1)

    async def close(self):
        self.may_begin.set()
        await self.coming
        await self.worker.close()
        await super().close()


def test_workers_that_wait_in_a_queue_are_waited_for(tmp_path, monkeypatch, stored):
    monkeypatch.setattr(_runners, "_NONE_SECONDS", 0.0)
    asked = []

    def count():
        asked.append(True)
        if len(asked) == 5:
            Queued.may_begin.set()
        return False

    with (
        distributed.SpecCluster(
            {0: {"cls": Queued, "options": {}}},
            {"cls": distributed.Scheduler, "options": {"dashboard": False}},
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        built(stored, tmp_path / "a", client, cancel=count)
    assert len(asked) > 5


def test_a_cluster_without_workers_is_given_up(tmp_path, monkeypatch, stored, campaign):
    monkeypatch.setattr(_runners, "_LOST_SECONDS", 0.5)
    began = time.monotonic()
    with (
        campaign("C24", "datasets: all workers or the cluster go away") as count,
        _cluster(processes=False) as cluster,
        distributed.Client(cluster) as client,
    ):
        for go_away in (lambda *_: cluster.scale(0), lambda *_: cluster.close()):
            count.case()
            cluster.scale(2)
            client.wait_for_workers(1)
            with pytest.raises(TaskFailedError, match="workers"):
                built(stored, tmp_path / "a", client, on_progress=go_away)
            assert os.listdir(tmp_path) == ["a.building"]
    assert time.monotonic() - began < 60
