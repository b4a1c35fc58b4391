"""Named arrays in a file, for what tasks of a build leave to each other.

They lie one after the other behind a line of JSON, and are mapped into memory: whoever
needs a part of them reads no more.
"""

from __future__ import annotations

import json
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


def write_arrays(
    path: Path, arrays: Mapping[str, npt.NDArray[Any]], facts: dict[str, int]
) -> None:
    """Write arrays, and some numbers beside them, whole or not at all."""
    kept = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    head = {
        "arrays": [[name, a.dtype.str, list(a.shape)] for name, a in kept.items()],
        "crc32": _crc_of(kept),
        "facts": facts,
    }
    with atomic_write(path) as output:
        line = json.dumps(head).encode()
        output.write(line + b" " * (-(len(line) + 1) % _ALIGNED) + b"\n")
        for array in kept.values():
            output.write(_bytes_of(array))
            output.write(b"\0" * (-array.nbytes % _ALIGNED))


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Map the arrays of a file into memory."""
    head, begin = _head(path)
    arrays: dict[str, npt.NDArray[Any]] = {}
    for name, kind, shape in head["arrays"]:
        dtype, size = np.dtype(kind), int(np.prod(shape, dtype=np.int64))
        if size:
            arrays[name] = np.memmap(path, dtype, "r", begin, tuple(shape))
        else:
            arrays[name] = np.empty(shape, dtype)
        begin += -(-size * dtype.itemsize // _ALIGNED) * _ALIGNED
    return arrays


def read_facts(path: Path) -> dict[str, int]:
    """Return the numbers that lie beside the arrays."""
    facts: dict[str, int] = _head(path)[0]["facts"]
    return facts


def is_whole(path: Path) -> bool:
    """Return whether a file is there, with the checksum that it was written with."""
    try:
        crc: int = _head(path)[0]["crc32"]
        return crc == _crc_of(read_arrays(path))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _head(path: Path) -> tuple[dict[str, Any], int]:
    with path.open("rb") as file:
        return json.loads(file.readline(_MAX_HEAD)), file.tell()


def _crc_of(arrays: Mapping[str, npt.NDArray[Any]]) -> int:
    crc = 0
    for array in arrays.values():
        crc = zlib.crc32(_bytes_of(array), crc)
    return crc


def _bytes_of(array: npt.NDArray[Any]) -> memoryview:
    return memoryview(array.reshape(-1).view(np.uint8))  # type: ignore[arg-type]
