"""What goes through a volume in its own order, against the number of slabs.

    python benchmarks/slabs.py             10^9 voxels, 10 minutes, 4 GB
    python benchmarks/slabs.py --quick     to see that it works

The volume is that of `scale.py`, once with ids in the order of its voxels, once with
ids that are shuffled; its index lies in a folder. Contacts and the intensities of an
image in chunks are found in one slab and in more and more, each in a process of its
own. Seconds are those of the cores together, with those of the clock behind them, since
other programs lengthen these alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from napari_label_index import build_index_dataset, open_index
from napari_label_index.index import _slabs
from napari_label_index.index._neighbours import find_contacts
from scale import QUICK_SIZES, SIZES, TILE, peak_mb, zarr_of

RUNS = (2**40, 2**23, 2**20, 2**18)  # of a slab
ORDERS = ("in order", "shuffled")
SMALL = "1x1x1 shuffled.labelindex"


def volume_of(folder: Path, tiles: tuple[int, ...], order: str) -> Path:
    """Return the index of a volume with ids in some order; it is made once."""
    import zarr

    name = "x".join(map(str, tiles))
    path = folder / f"{name} {order}.labelindex"
    if path.exists():
        return path
    plain = zarr_of(folder, tiles)
    ids = np.append(0, new_ids(plain, folder / f"{name}.labelindex", order))
    given = zarr.open_array(plain, mode="r")
    volume = zarr.create_array(
        folder / f"{name} {order}.zarr", overwrite=True, shape=given.shape,
        chunks=given.chunks, dtype=np.int32, compressors=given.compressors,
    )  # fmt: skip
    for place in np.ndindex(tiles):
        region = tuple(slice(TILE * k, TILE * (k + 1)) for k in place)
        volume[region] = ids[given[region]]
    return build_index_dataset(folder / f"{name} {order}.zarr", path)


def new_ids(plain: Path, index: Path, order: str) -> npt.NDArray[np.int32]:
    """Return another id for each of those from 1 on."""
    if not index.exists():
        build_index_dataset(plain, index)
    boxes = open_index(index).bboxes
    if order == "shuffled":
        return np.random.default_rng(0).permutation(len(boxes)).astype(np.int32) + 1
    ids = np.empty(len(boxes), np.int32)
    ids[np.lexsort(boxes[:, 2::-1].T)] = np.arange(1, len(boxes) + 1)
    return ids


def image_of(folder: Path, tiles: tuple[int, ...]) -> Path:
    """Return a zarr of intensities in the same chunks; it is made once."""
    import zarr

    path = folder / ("x".join(map(str, tiles)) + " image.zarr")
    if path.exists():
        return path
    like = zarr.open_array(zarr_of(folder, tiles), mode="r")
    image = zarr.create_array(
        path, shape=like.shape, chunks=like.chunks, dtype=np.uint16,
        compressors=like.compressors,
    )  # fmt: skip
    noise = np.random.default_rng(1).integers(0, 16, (TILE,) * 3, np.uint16)
    for number, place in enumerate(np.ndindex(tiles)):
        region = tuple(slice(TILE * k, TILE * (k + 1)) for k in place)
        image[region] = noise + np.uint16(number)
    return path


def child(what: str, where: str, image: str, limit: int) -> None:
    """Do one thing and print what it took."""
    import zarr

    voxels = zarr.open_array(image, mode="r")
    small = open_index(Path(where).with_name(SMALL))  # loads kernels and decoders
    find_contacts(small.runs, small.shape, small.bboxes)
    small.intensities(voxels[(slice(0, TILE),) * 3])
    index, n_slabs, in_memory = open_index(where), [], _slabs._in_memory

    def counted(sources, begin, stop, *rest):  # type: ignore[no-untyped-def]
        n_slabs.append(begin)
        return in_memory(sources, begin, stop, *rest)

    _slabs._in_memory, _slabs._runs_at_once = counted, lambda _tables: limit
    bboxes, _ = index.bboxes, index.voxel_counts
    began, cores = time.perf_counter(), time.process_time()
    if what == "contacts":
        find_contacts(index.runs, index.shape, bboxes)
    elif what == "intensities":
        index.intensities(voxels)
    else:
        for start in range(0, voxels.shape[0], voxels.chunks[0]):
            voxels[start : start + voxels.chunks[0]]
    taken = time.process_time() - cores, time.perf_counter() - began
    print(json.dumps([len(n_slabs), *taken, peak_mb()]))


def measure(what: str, index: Path, image: Path, limit: int) -> list[float]:
    """Return slabs, seconds of the cores, of the clock, and peak MB of a process."""
    command = [sys.executable, __file__, "--child", what, index, image, limit]
    done = subprocess.run(
        list(map(str, command)), stdout=subprocess.PIPE, text=True, check=True
    )
    return list(json.loads(done.stdout.splitlines()[-1]))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--folder", type=Path, help="where the volumes are kept")
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        *names, limit = options.child
        child(*names, int(limit))
        return 0
    base = options.folder or Path(tempfile.gettempdir(), "napari-label-index-scale")
    base.mkdir(parents=True, exist_ok=True)
    tiles = QUICK_SIZES[-1] if options.quick else SIZES[2]
    image = image_of(base, tiles)
    volume_of(base, QUICK_SIZES[0], ORDERS[1])
    print("| ids | slabs | contacts | MB | intensities | MB |")
    print("|---|--:|--:|--:|--:|--:|")
    for order in ORDERS:
        index = volume_of(base, tiles, order)
        for limit in RUNS:
            cells = [order]
            for what in ("contacts", "intensities"):
                n_slabs, cores, clock, peak = measure(what, index, image, limit)
                cells += [f"{n_slabs}"] if what == "contacts" else []
                cells += [f"{cores:.1f} ({clock:.1f})", f"{peak:,.0f}"]
            print(f"| {' | '.join(cells)} |", flush=True)
    _, cores, clock, _ = measure("decoding", index, image, RUNS[0])
    print(f"\nThe image alone is decoded in {cores:.1f} ({clock:.1f}) seconds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
