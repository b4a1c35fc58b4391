"""Open spoilt index files in this process, and use what opens; tell of each case.

Run as ``python damaged_indexes.py FOLDER SEED N``: a line with the number of a case is
written before it is tried, and one with the outcome after it. In every second case the
bytes are damaged; in the others the content is, and all checksums are right.
"""

from __future__ import annotations

import json
import math
import resource
import sys
import time
import traceback
from pathlib import Path

import numpy as np
import pyarrow as pa

from damaged_files import damaged
from index_files import forged
from napari_label_index._samples import ellipsoids
from napari_label_index.errors import LabelIndexError
from napari_label_index.index import build_index
from napari_label_index.io import open_index, save_index

ODD = [
    -1, 0, 1, 2, 255, 2**31, 2**32, 2**63, 2**64, -(2**70), 0.5, 1e308, math.nan,
    math.inf, "", "x" * 300, "\0", None, True, [], [1], {}, {"a": 1}, "../../b",
]  # fmt: skip
SMALL = 1 << 22  # voxels


def save_seeds(folder: Path) -> list[Path]:
    """Save a plain index, and one of 64-bit ids with axes that time is one of."""
    volume = ellipsoids((8, 30, 40), (2, 3, 4))
    plain = save_index(build_index(volume), folder / "plain.parquet")
    ids = np.where(volume == 0, 0, volume.astype(np.uint64) + 2**63)
    wide = save_index(build_index(ids[:, np.newaxis]), folder / "wide.parquet")
    return [plain, wide]


def odd(value, rng):
    """Return another value for one of a page of JSON, or of what is in it."""
    if isinstance(value, dict | list) and value and rng.random() < 0.9:
        keys = list(value) if isinstance(value, dict) else range(len(value))
        key = keys[int(rng.integers(len(keys)))]
        value[key] = odd(value[key], rng)
        return value
    if isinstance(value, int) and rng.random() < 0.5:
        return value + int(rng.integers(-3, 4))
    return ODD[int(rng.integers(len(ODD)))]


def odd_table(table, rng):
    """Return a table with some numbers of one column changed."""
    place = int(rng.integers(table.num_columns))
    values = table.column(place).to_numpy().copy()
    if not values.size:
        return table
    some = rng.integers(0, values.size, int(rng.integers(1, 4)))
    limits = np.iinfo(values.dtype)
    kind = rng.integers(4)
    if kind == 0:
        values[some] = rng.choice(np.array([limits.min, limits.max], values.dtype))
    elif kind == 1:
        values[some] = values[rng.integers(0, values.size, some.size)]
    elif kind == 2:
        values[some] += values.dtype.type(1)
    else:
        values = rng.permutation(values)
    return table.set_column(place, table.field(place), pa.array(values))


def spoil(path: Path, seed: Path, rng: np.random.Generator, is_forged: bool) -> None:
    if not is_forged:
        path.write_bytes(damaged(seed.read_bytes(), rng))
    elif rng.random() < 0.5:
        forged(seed, path, change_page=lambda page: odd(page, rng))
    else:
        forged(seed, path, change_table=lambda table: odd_table(table, rng))


def use(index) -> None:
    """Ask for all that kernels work out, as far as it has to be small."""
    index.table()
    for label in list(index)[:5]:
        if index.voxel_counts[index.labels.tolist().index(label)] < SMALL:
            index.coords(label)
    index.select("num_pixels > 3 and not touches_border")
    index.label_at((0,) * len(index.shape))
    if math.prod(index.shape) < SMALL:
        index.to_label_image()


def outcome(path: Path) -> str:
    try:
        use(open_index(path))
    except LabelIndexError:
        return "refused"
    except BaseException:  # noqa: BLE001 - this is what the test looks for
        return "not ours: " + traceback.format_exc()[-1500:]
    return "read"


def main(folder: Path, seed: int, n: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    seeds = save_seeds(folder)
    for case in range(n):
        sys.stdout.write(json.dumps([case]) + "\n")
        sys.stdout.flush()
        rng = np.random.default_rng((seed, case))
        path = folder / "case.parquet"
        spoil(path, seeds[case // 2 % 2], rng, case % 2 == 1)
        begin = time.perf_counter()
        told = outcome(path)
        seconds = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        line = [case, case % 2, told, seconds, peak]
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
