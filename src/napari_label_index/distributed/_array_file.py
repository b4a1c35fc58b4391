"""Named arrays in a file, for what tasks of a build leave to each other.

They lie one after the other behind a line of JSON, and are mapped into memory: whoever
needs a part of them reads no more. A process may have 65,530 maps, and a volume more
blocks, so a file is one map, which goes with the last array that is used.
"""

from __future__ import annotations

import json
import mmap
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.io._files import atomic_write

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["is_whole", "read_arrays", "read_facts", "write_arrays"]

_ALIGNED = 64
_MAX_HEAD = 1 << 20
_CRC = "crc32"  # of the arrays and of all else that the line says


def write_arrays(
    path: Path, arrays: Mapping[str, npt.NDArray[Any]], facts: dict[str, int]
) -> None:
    """Write arrays, and some numbers beside them, whole or not at all."""
    kept = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    head: dict[str, Any] = {
        "arrays": [[name, a.dtype.str, list(a.shape)] for name, a in kept.items()],
        "facts": facts,
    }
    with atomic_write(path, is_scratch=True) as output:
        line = json.dumps(head | {_CRC: _crc_of(head, kept)}).encode()
        output.write(line + b" " * (-(len(line) + 1) % _ALIGNED) + b"\n")
        for array in kept.values():
            output.write(_bytes_of(array))
            output.write(b"\0" * (-array.nbytes % _ALIGNED))


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Map the arrays of a file into memory."""
    return _opened(path)[1]


def read_facts(path: Path) -> dict[str, int]:
    """Return the numbers that lie beside the arrays."""
    with path.open("rb") as file:
        facts: dict[str, int] = json.loads(file.readline(_MAX_HEAD))["facts"]
    return facts


def is_whole(path: Path) -> bool:
    """Return whether a file is there, with the checksum that it was written with."""
    try:
        head, arrays = _opened(path)
        return bool(head.pop(_CRC) == _crc_of(head, arrays))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _opened(path: Path) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    with path.open("rb") as file:
        head = json.loads(file.readline(_MAX_HEAD))
        begin = file.tell()
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    arrays = {}
    for name, kind, shape in head["arrays"]:
        dtype, size = np.dtype(kind), int(np.prod(shape, dtype=np.int64))
        arrays[name] = np.frombuffer(content, dtype, size, begin).reshape(shape)
        begin += -(-size * dtype.itemsize // _ALIGNED) * _ALIGNED
    return head, arrays


def _crc_of(head: dict[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> int:
    crc = zlib.crc32(json.dumps(head).encode())
    for array in arrays.values():
        crc = zlib.crc32(_bytes_of(array), crc)
    return crc


def _bytes_of(array: npt.NDArray[Any]) -> memoryview:
    return memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
