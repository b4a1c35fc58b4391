"""How an index of blocks scales: seconds and memory against the size of the volume.

    python benchmarks/scale.py                    10^8 to 10^10 voxels, 20 minutes, 5 GB
    python benchmarks/scale.py --only sizes --write docs/how-to/cluster.md
    python benchmarks/scale.py --quick            a minute, to see that it works

The volumes are zarr arrays of int32 in chunks of 128^3 with blosc, of tiles of 256^3
with 4,096 ellipsoids each, every one with an id of its own. Each build is a process of
its own, whose peak memory the system tells. The volume is read once before it is
timed, for the cache of the disk to be the same for all that fit it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log, prod
from pathlib import Path

import numpy as np

from napari_label_index import LabelImage, build_index, build_index_dataset
from napari_label_index._samples import ellipsoids
from napari_label_index.index import warm_up
from timing import seconds

TILE, CHUNK = 256, 128
PER_TILE = 16  # ellipsoids along each axis
# In tiles: 1.0e8, 3.0e8, 1.1e9, 3.0e9 and 9.7e9 voxels.
SIZES = ((1, 2, 3), (2, 3, 3), (4, 4, 4), (5, 6, 6), (8, 8, 9))
QUICK_SIZES = ((1, 1, 1), (1, 1, 2), (1, 2, 2))
BEGIN, END = "<!-- written by benchmarks/scale.py -->", "<!-- end of it -->"


@dataclass(frozen=True, slots=True)
class Measured:
    """One build, in a process of its own."""

    n_voxels: int
    seconds: float
    peak_mb: float  # of the largest process
    n_runs: int
    n_labels: int
    n_bytes: int  # of the index

    @property
    def rate(self) -> float:
        """Million voxels a second."""
        return self.n_voxels / self.seconds / 1e6


def zarr_of(folder: Path, tiles: tuple[int, ...]) -> Path:
    """Return a zarr volume of so many tiles; it is made once."""
    import zarr
    from zarr.codecs import BloscCodec

    path = folder / ("x".join(map(str, tiles)) + ".zarr")
    done = path.with_suffix(".done")
    if done.exists():
        return path
    shape = tuple(TILE * n for n in tiles)
    volume = zarr.create_array(
        path, shape=shape, chunks=(CHUNK,) * 3, dtype=np.int32, overwrite=True,
        compressors=BloscCodec(cname="lz4"),
    )  # fmt: skip
    tile = ellipsoids((TILE,) * 3, (PER_TILE,) * 3)
    for number, place in enumerate(np.ndindex(tiles)):
        region = tuple(slice(TILE * k, TILE * (k + 1)) for k in place)
        volume[region] = np.where(tile, tile + number * PER_TILE**3, 0)
    done.touch()
    return path


def measure(volume: Path, folder: Path, how: str, workers: int = 0) -> Measured:
    """Build an index in a child process; `how` is "blocks" or "memory"."""
    command = [sys.executable, __file__, "--child", how, str(volume), str(workers)]
    with tempfile.TemporaryDirectory(dir=folder) as target:
        done = subprocess.run(
            [*command, target], capture_output=True, text=True, check=True
        )
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def child(how: str, volume: str, workers: int, target: str) -> None:
    """Do one build and print what it took."""
    from napari_label_index.io import read_label_image, read_meta

    image = read_label_image(volume, lazy=True)
    for path in Path(volume).rglob("*"):
        if path.is_file():
            path.read_bytes()  # into the cache of the disk, as far as it goes
    out = Path(target, "index.labelindex" if how == "blocks" else "index.parquet")
    if how == "memory":
        taken, peaks = in_memory(image, out)
    elif workers:
        taken, peaks = by_workers(image, out, workers)
    else:
        taken, peaks = by_threads(image, out)
    meta = read_meta(out)
    files = [path for path in (out, *out.rglob("*")) if path.is_file()]
    found = Measured(
        prod(image.shape), taken, max(*peaks, peak_mb()), meta.n_runs, meta.n_labels,
        sum(path.stat().st_size for path in files),
    )  # fmt: skip
    print(json.dumps({name: getattr(found, name) for name in Measured.__slots__}))


def in_memory(image: LabelImage, out: Path) -> tuple[float, list[float]]:
    warm_up(image.dtype)
    taken = seconds(lambda: build_index(image).save(out))
    return taken, [peak_mb()]


def by_threads(image: LabelImage, out: Path) -> tuple[float, list[float]]:
    compile_all(out)
    taken = seconds(lambda: build_index_dataset(image, out))
    return taken, [peak_mb()]


def by_workers(image: LabelImage, out: Path, n: int) -> tuple[float, list[float]]:
    from distributed import Client, LocalCluster

    cluster = LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address=None)
    with cluster, Client(cluster) as client:
        # Or one worker decodes chunks in threads on all cores, as if it were several.
        for core, worker in enumerate(client.scheduler_info()["workers"]):
            client.run(bind_to, core, workers=[worker])
        client.run(compile_all, out)
        taken = seconds(lambda: build_index_dataset(image, out, client))
        return taken, [*client.run(peak_mb).values()]


def bind_to(core: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
        for thread in os.listdir("/proc/self/task"):
            os.sched_setaffinity(int(thread), {core})


def compile_all(target: Path) -> None:
    """Load every kernel and decoder; each process does so once."""
    import zarr

    small = target.with_name(f"{os.getpid()}.zarr")
    stored = zarr.create_array(
        small, shape=(64,) * 3, chunks=(32,) * 3, dtype=np.int32,
        compressors=zarr.codecs.BloscCodec(cname="lz4"),
    )  # fmt: skip
    stored[:] = ellipsoids((64,) * 3, (4,) * 3)
    build_index_dataset(small, target.with_name(f"{os.getpid()}.labelindex"))


def peak_mb() -> float:
    import resource

    # Of this program alone; what `getrusage` tells is also of what started it.
    status = Path("/proc/self/status")
    for line in status.read_text().splitlines() if status.exists() else ():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sizes(folder: Path, quick: bool) -> Iterator[str]:
    """Time and memory against the number of voxels."""
    found = []
    yield "| voxels | objects | runs | seconds | Mvoxels/s | peak MB | index MB |"
    yield "|--:|--:|--:|--:|--:|--:|--:|"
    for tiles in QUICK_SIZES if quick else SIZES:
        one = measure(zarr_of(folder, tiles), folder, "blocks")
        found.append(one)
        yield (
            f"| {one.n_voxels:.2e} | {one.n_labels:,} | {one.n_runs:,} | "
            f"{one.seconds:.1f} | {one.rate:.0f} | {one.peak_mb:,.0f} | "
            f"{one.n_bytes / 1e6:,.1f} |"
        )
    yield ""
    for first in found[:2]:
        last = found[-1]
        slope = log(last.seconds / first.seconds) / log(last.n_voxels / first.n_voxels)
        yield (
            f"From {first.n_voxels:.1e} voxels on, seconds grow as voxels to the power "
            f"of {slope:.2f}.  "
        )
    plot(found, folder / "scale.png")


def memory(folder: Path, quick: bool) -> Iterator[str]:
    """Beside the index that is built and saved in memory, on the same zarr."""
    volume = zarr_of(folder, QUICK_SIZES[-1] if quick else SIZES[1])
    pairs = [
        (measure(volume, folder, "blocks"), measure(volume, folder, "memory"))
        for _ in range(1 if quick else 3)
    ]
    blocks, whole = (
        min(one.seconds for one in side) for side in zip(*pairs, strict=True)
    )
    yield (
        f"{pairs[0][0].n_voxels:.2e} voxels: {blocks:.1f} s in blocks, with contacts, "
        f"{whole:.1f} s built and saved in memory, without: {blocks / whole:.2f} x."
    )


def workers(folder: Path, quick: bool) -> Iterator[str]:
    """One worker process beside several, each on a core of its own."""
    volume = zarr_of(folder, QUICK_SIZES[-1] if quick else SIZES[2])
    n_cores = os.cpu_count() or 1
    counts = [n for n in (1, 2, 4, 8, 16) if n <= max(n_cores, 2)]
    times = 1 if quick else 3

    def best(n: int) -> float:
        return min(measure(volume, folder, "blocks", n).seconds for _ in range(times))

    alone = best(1)
    yield "| worker processes | seconds | times one |"
    yield "|--:|--:|--:|"
    for n in counts:
        taken = alone if n == 1 else best(n)
        yield f"| {n} | {taken:.1f} | {alone / taken:.2f} |"


def plot(found: Sequence[Measured], path: Path) -> None:
    """Draw seconds and memory against voxels."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    voxels = [one.n_voxels for one in found]
    for place, (name, values) in enumerate(
        {
            "seconds": [one.seconds for one in found],
            "peak MB of the process": [one.peak_mb for one in found],
        }.items()
    ):
        axes = figure.add_subplot(1, 2, place + 1)
        axes.plot(voxels, values, "o-", color="#a01890")
        axes.set_xscale("log")
        if place == 0:
            axes.set_yscale("log")
            linear = [values[0] * n / voxels[0] for n in voxels]
            axes.plot(voxels, linear, "--", color="grey", label="as the voxels")
            axes.legend(frameon=False)
        else:
            axes.set_ylim(0, 2048)
        axes.set_xlabel("voxels")
        axes.set_title(name, fontsize=10)
        axes.grid(alpha=0.3)
    figure.savefig(path, dpi=110)


PARTS = {"sizes": sizes, "memory": memory, "workers": workers}


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and write into a page if one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", type=Path, help="where the volumes are kept")
    parser.add_argument("--write", type=Path, help="page with a place for the tables")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        how, volume, n_workers, target = options.child
        child(how, volume, int(n_workers), target)
        return 0
    base = options.folder or Path(tempfile.gettempdir(), "napari-label-index-scale")
    base.mkdir(parents=True, exist_ok=True)
    lines: list[str] = []
    for name in options.only or PARTS:
        for line in PARTS[name](base, options.quick):
            print(line, flush=True)
            lines.append(line)
        lines.append("")
    if options.write is not None:
        before, _, rest = options.write.read_text().partition(BEGIN)
        after = rest.partition(END)[2]
        text = "\n".join(lines)
        options.write.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
