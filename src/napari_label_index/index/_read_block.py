"""A block of any array-like; what its store raises is told with the chunk's place."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import LabelIndexError, UnreadableImageError
from napari_label_index.index._blocks import axis_edges

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    Key = tuple[int | slice, ...]


def read_block(data: Any, key: Key) -> npt.NDArray[Any]:
    """Return a block of an array-like.

    Raises
    ------
    UnreadableImageError
        If whatever stores the array fails to read it. Chunk by chunk it is then read
        again, to name the first that fails.
    """
    if isinstance(data, np.ndarray):
        return data[key]
    try:
        return np.asarray(data[key])
    except (LabelIndexError, MemoryError):
        raise
    except Exception as error:  # a store raises anything
        _raise_of_bad_chunk(data, key)
        raise _unreadable("voxels", key, error) from error


def _raise_of_bad_chunk(data: Any, key: Key) -> None:
    """Read a block chunk by chunk, and raise of the first that cannot be read."""
    for chunk in _chunks_in(data, key):
        try:
            np.asarray(data[chunk])
        except (LabelIndexError, MemoryError):
            raise
        except Exception as error:
            raise _unreadable("chunk", chunk, error) from error


def _unreadable(what: str, key: Key, error: Exception) -> UnreadableImageError:
    reason = str(error) or type(error).__name__
    return UnreadableImageError(
        f"the {what} [{_words(key)}] could not be read: {reason}"
    )


def _chunks_in(data: Any, key: Key) -> Iterator[tuple[slice, ...]]:
    """Give the part of each chunk that lies in a block; nothing without chunks."""
    chunks, shape = getattr(data, "chunks", None), data.shape
    if not isinstance(chunks, tuple) or len(chunks) != len(shape):
        return
    whole = [slice(0, int(size)) for size in shape]
    parts = [part if isinstance(part, slice) else slice(part, part + 1) for part in key]
    block = [*parts, *whole[len(parts) :]]
    cuts = []
    for part, sizes, size in zip(block, chunks, shape, strict=True):
        inner = [x for x in axis_edges(sizes, size) if part.start < x < part.stop]
        cuts.append([part.start, *inner, part.stop])
    for bounds in product(*map(pairwise, cuts)):
        yield tuple(slice(*pair) for pair in bounds)


def _words(key: Key) -> str:
    return ", ".join(
        f"{part.start}:{part.stop}" if isinstance(part, slice) else str(part)
        for part in key
    )
