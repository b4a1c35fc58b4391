"""Label images that tools get wrong or refuse: 22 of them, small, one builder each.

Names are what a table of results shows. `NO_LABELS` are those that hold no labels and
have to be refused by an error of ours; all others have one right answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np

SHAPE = (6, 7, 8)  # 336 voxels


def blocks(dtype: Any, first: Any = 1, second: Any = 2) -> np.ndarray:
    """Two labels, one of them in two parts, in a volume of zeros."""
    image = np.zeros(SHAPE, dtype)
    image[1:3, 2:5, 1:4] = first
    image[4, 5:7, :] = first
    image[3:6, 0:2, 4:8] = second
    return image


def read_only_memmap() -> np.ndarray:
    with tempfile.TemporaryFile() as file:
        file.write(blocks(np.int32).tobytes())
        file.flush()
        return np.memmap(file, np.int32, mode="r", shape=SHAPE)


def with_one_voxel(value: float) -> np.ndarray:
    image = blocks(np.float32)
    image[2, 3, 4] = value
    return image


def four_axes() -> np.ndarray:
    return np.stack([blocks(np.int32), blocks(np.int32)[::-1]])


EDGE_CASES: dict[str, Callable[[], Any]] = {
    "int32": lambda: blocks(np.int32),
    "uint16": lambda: blocks(np.uint16),
    "2-D": lambda: blocks(np.int32)[4],
    "Fortran order": lambda: np.asfortranarray(blocks(np.int32)),
    "strided": lambda: np.repeat(blocks(np.int32), 2, axis=2)[:, :, ::2],
    "negative stride": lambda: blocks(np.int32)[::-1, :, ::-1],
    "read-only memory map": read_only_memmap,
    "all zero": lambda: np.zeros(SHAPE, np.int32),
    "no background": lambda: blocks(np.int32) + 1,
    "big-endian": lambda: blocks(">i4"),
    "negative ids": lambda: blocks(np.int32, -1, -(2**31)),
    "id 2e9": lambda: blocks(np.int32, 1, 2_000_000_000),
    "id 4e9": lambda: blocks(np.uint32, 1, 4_000_000_000),
    "ids 2^53 and 2^53 + 1": lambda: blocks(np.int64, 2**53, 2**53 + 1),
    "ids above 2^63": lambda: blocks(np.uint64, 2**63 + 1, 2**64 - 1),
    "float32, whole numbers": lambda: blocks(np.float32),
    "float32 with 1.5": lambda: with_one_voxel(1.5),
    "float32 with NaN": lambda: with_one_voxel(np.nan),
    "bool": lambda: blocks(bool),
    "4-D": four_axes,
    "empty": lambda: np.zeros((0, 5, 5), np.int32),
    "0-d": lambda: np.array(3, np.int32),
}

NO_LABELS = {"float32 with 1.5", "float32 with NaN", "0-d"}
