"""The runs of one block in a file, until all blocks are there.

Plain arrays behind a line of JSON, which are mapped into memory: of a file only the
labels that a partition has are ever read. A process may have 65,530 maps, and a volume
more blocks, so a file is one map, which goes with the last array that is used.
"""

from __future__ import annotations

import json
import mmap
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index import RunTable
from napari_label_index.io._files import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["BlockSummary", "read_block", "read_summary", "write_block"]

_ARRAYS = ("labels", "offsets", "starts", "lengths")
_ALIGNED = 64
_CRC = "crc32"  # of the arrays and of all else that the line says


@dataclass(frozen=True, slots=True)
class BlockSummary:
    """What is known of a block without its runs."""

    n_labels: int
    n_runs: int
    n_missing_chunks: int


def write_block(path: Path, runs: RunTable, n_missing_chunks: int) -> BlockSummary:
    """Write the runs of a block, whole or not at all."""
    arrays = [np.ascontiguousarray(getattr(runs, name)) for name in _ARRAYS]
    head = {
        "arrays": [[array.dtype.str, array.size] for array in arrays],
        "n_missing_chunks": n_missing_chunks,
    }
    with atomic_write(path, is_scratch=True) as output:
        line = json.dumps(head | {_CRC: _crc_of(head, arrays)}).encode()
        output.write(line + b" " * (-(len(line) + 1) % _ALIGNED) + b"\n")
        for array in arrays:
            output.write(_bytes_of(array))
            output.write(b"\0" * (-array.nbytes % _ALIGNED))
    return BlockSummary(runs.n_labels, runs.n_runs, n_missing_chunks)


def read_block(path: Path) -> RunTable:
    """Map the runs of a block into memory."""
    _, arrays = _opened(path)
    return RunTable(*arrays)


def read_summary(path: Path) -> BlockSummary | None:
    """Return what a block has if its file is whole, and None if it is not."""
    try:
        head, arrays = _opened(path)
        if head.pop(_CRC) != _crc_of(head, arrays):
            return None
        return BlockSummary(arrays[0].size, arrays[2].size, head["n_missing_chunks"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _opened(path: Path) -> tuple[dict[str, Any], list[npt.NDArray[Any]]]:
    with path.open("rb") as file:
        head = json.loads(file.readline(1 << 16))
        begin = file.tell()
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays = []
    for kind, size in head["arrays"]:
        dtype = np.dtype(kind)
        arrays.append(np.frombuffer(content, dtype, size, begin))
        begin += -(-size * dtype.itemsize // _ALIGNED) * _ALIGNED
    return head, arrays


def _crc_of(head: dict[str, Any], arrays: list[npt.NDArray[Any]]) -> int:
    crc = zlib.crc32(json.dumps(head).encode())
    for array in arrays:
        crc = zlib.crc32(_bytes_of(array), crc)
    return crc


def _bytes_of(array: npt.NDArray[Any]) -> memoryview:
    return memoryview(array.view(np.uint8))  # type: ignore[arg-type]
