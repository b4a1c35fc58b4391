"""Every figure of the library: what is measured, against whom, and what to reach."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import children
import peers
from index_file import index_file
from napari_label_index import LabelIndex, build_index, export_coords
from napari_label_index.index import warm_up
from report import Figure, Goal
from timing import best_of, race
from volumes import Volumes

N = 5  # runs of everything that takes about a second


def build(volumes: Volumes) -> Iterator[Figure]:
    for name in ("cells", "tissue", "connectomics"):
        if name == "connectomics" and not volumes.has_connectomics:
            continue
        volume = volumes.load(name)
        warm_up(volume.dtype)
        ours, peer = race(N, lambda v=volume: build_index(v), volume.max)
        bounds = {"reach": 6, "stretch": 3.5} if name == "cells" else {}
        yield Figure(
            f"{name}: build", ours, "volume.max()", peer, Goal.SLOWER, **bounds
        )


def same_result(volumes: Volumes) -> Iterator[Figure]:
    volume = volumes.load("cells")
    warm_up(volume.dtype)
    ours = best_of(N, lambda: build_index(volume))
    for module, peer, reach, stretch in (
        ("scipy", peers.value_indices, 40, 60),
        ("fastremap", peers.point_cloud, 80, 130),
        ("polars", peers.polars_group_by, 15, 25),
    ):
        taken = peers.time_if_installed(module, lambda p=peer: p(volume))
        name = f"{module} {peer.__name__.removeprefix('polars_')}"
        yield Figure("cells: build", ours, name, taken, Goal.FASTER, reach, stretch)


def random(volumes: Volumes) -> Iterator[Figure]:
    volume = volumes.load("random")
    warm_up(volume.dtype)
    ours = best_of(N, lambda: build_index(volume))
    for name, peer, reach, stretch in (
        ("np.where loop", peers.where_loop_seconds(volume), 2000, 3000),
        ("stable argsort", best_of(2, lambda: peers.stable_argsort(volume)), 15, 25),
    ):
        yield Figure("random: build", ours, name, peer, Goal.FASTER, reach, stretch)


def spread(volumes: Volumes) -> Iterator[Figure]:
    taken = {}
    for name in ("dense64", "spread64"):
        volume = volumes.load(name)
        warm_up(volume.dtype)
        taken[name] = best_of(N, lambda v=volume: build_index(v))
        del volume
    yield Figure(
        "cells, ids spread over uint64: build",
        taken["spread64"],
        "dense uint64 ids",
        taken["dense64"],
        Goal.SLOWER,
        reach=2,
        stretch=1.3,
    )


def memory(volumes: Volumes) -> Iterator[Figure]:
    for name, reach, stretch in (("cells", 0.3, 0.1), ("tissue", 0.5, 0.2)):
        ratio = children.peak_ratio(volumes.path(name))
        if ratio is not None:
            what = f"{name}: extra memory at the peak"
            yield Figure(what, ratio, reach=reach, stretch=stretch, unit="of the input")


def size(volumes: Volumes) -> Iterator[Figure]:
    index = build_index(volumes.load("cells"))
    runs = index.runs
    taken = (runs.starts.nbytes + runs.lengths.nbytes) / index.n_runs
    yield Figure("cells: the runs of the index", taken, reach=6, unit="bytes a run")
    everything = index.nbytes / index.n_runs
    yield Figure("cells: the whole index", everything, unit="bytes a run")


def lookup(volumes: Volumes) -> Iterator[Figure]:
    index = build_index(volumes.load("cells"))
    nearest = np.argsort(np.abs(index.voxel_counts - 1000), kind="stable")[:2000]
    taken = [_lookup_seconds(index, label) for label in index.labels[nearest].tolist()]
    for what, q, bounds in (
        ("index[label] of 1,000 voxels, median", 50, {}),
        ("index[label] of 1,000 voxels, p99", 99, {"reach": 1e-3, "stretch": 1e-4}),
    ):
        yield Figure(what, float(np.percentile(taken, q)), **bounds)


def _lookup_seconds(index: LabelIndex, label: int) -> float:
    began = time.perf_counter()
    index[label]
    return time.perf_counter() - began


def all_coords(volumes: Volumes) -> Iterator[Figure]:
    index = build_index(volumes.load("cells"))
    coords, _ = index.all_coords()
    shape, dtype = coords.shape, coords.dtype
    del coords
    ours, peer = race(3, index.all_coords, lambda: np.full(shape, 7, dtype))
    what = f"cells: all coordinates ({shape[0] / 1e6:,.0f} M voxels)"
    yield Figure(what, ours, "np.full", peer, Goal.SLOWER, 3, 1.5)


def csv(volumes: Volumes) -> Iterator[Figure]:
    index = build_index(volumes.load("cells"))
    n_labels = int(np.searchsorted(np.cumsum(index.voxel_counts), 1_000_000)) + 1
    labels = index.labels[:n_labels].tolist()
    rows = np.vstack([np.column_stack(block) for block in index.iter_coords(labels)])
    with tempfile.TemporaryDirectory() as folder:
        ours_path, peer_path = Path(folder, "ours.csv"), Path(folder, "peer.csv")
        ours = best_of(3, lambda: export_coords(index, labels, ours_path))
        peer = best_of(1, lambda: np.savetxt(peer_path, rows, fmt="%d", delimiter=","))
    what = f"{len(rows) / 1e6:.2g} M coordinates to CSV"
    yield Figure(what, ours, "np.savetxt", peer, reach=1, stretch=0.3)


def start(_: Volumes) -> Iterator[Figure]:
    first, later = children.first_and_later_start()
    yield Figure("first start, kernels are compiled", first, reach=10)
    yield Figure("later start", later, reach=1)


ALL = (
    build,
    same_result,
    random,
    spread,
    memory,
    size,
    lookup,
    all_coords,
    csv,
    index_file,
    start,
)
