"""The voxels of a zarr array, with its chunks by name.

A chunk that is not stored means its fill value: writers leave out what is empty. A
chunk that is damaged is an error, which names it; the checksums that a few codecs have
are checked by zarr.
"""

from __future__ import annotations

import contextlib
import itertools
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from napari_label_index.errors import UnreadableImageError
from napari_label_index.io._foreign import reading
from napari_label_index.io._pool import run_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions

__all__ = ["ChunkCount", "ZarrVoxels"]

_LARGE_CHUNK = 1 << 24  # voxels


class ChunkCount(NamedTuple):
    """The chunks that a part of a volume touches."""

    n_chunks: int
    n_missing: int
    """Of them are not stored."""
    n_own_missing: int
    """Of these begin in the part: of parts that share a chunk, one has it here."""


class ZarrVoxels:
    """A zarr array as an array-like of labels; axes of length 1 can be left out.

    Parameters
    ----------
    folder : Path or str
        Where the array is: a folder, or an address.
    array : zarr.Array
    left_out : tuple of int
        Axes of length 1 that are not shown.
    """

    def __init__(
        self, folder: Path | str, array: Any, left_out: tuple[int, ...]
    ) -> None:
        self._folder = folder
        self._array = array
        self._left_out = left_out
        self._folders_seen: set[Path] = set()  # which are no links
        self.dtype = np.dtype(array.dtype)
        self.full_shape = tuple(int(size) for size in array.shape)
        self.shape = tuple(
            size for axis, size in enumerate(self.full_shape) if axis not in left_out
        )
        self.ndim = len(self.shape)
        self.fill_value = array.fill_value
        # What is read at a time: a shard holds many chunks in one file.
        self.chunk_shape = tuple(int(size) for size in array.shards or array.chunks)
        self.chunks = tuple(
            size for axis, size in enumerate(self.chunk_shape) if axis not in left_out
        )

    def __getitem__(self, key: Any) -> LabelArray:
        region = self._region_in_full(key)
        self._refuse_links(region)
        with self._naming_bad_chunk(region):
            if math.prod(self.chunk_shape) >= _LARGE_CHUNK and _is_box(region):
                return self._read_one_by_one(region)
            return np.asarray(self._array[region])

    def _read_one_by_one(self, region: tuple[Any, ...]) -> LabelArray:
        """Read a region with one chunk decoded at a time; zarr would take ten."""
        bounds = [
            part.indices(size)[:2] if isinstance(part, slice) else (0, 1)
            for part, size in zip(region, self.full_shape, strict=True)
        ]
        found = np.empty([max(0, stop - start) for start, stop in bounds], self.dtype)
        for place in self._chunks_in(tuple(slice(*pair) for pair in bounds)):
            chunk = self._region_of(place)
            own = [
                slice(max(part.start, start), min(part.stop, stop))
                for part, (start, stop) in zip(chunk, bounds, strict=True)
            ]
            into = tuple(
                slice(part.start - start, part.stop - start)
                for part, (start, _) in zip(own, bounds, strict=True)
            )
            found[into] = self._array[tuple(own)]
        shown = (slice(None) if isinstance(part, slice) else 0 for part in region)
        return found[tuple(shown)]

    def _region_in_full(self, key: Any) -> tuple[Any, ...]:
        """Return what a key of the axes shown means for the array in its files."""
        given = list(key) if isinstance(key, tuple) else [key]
        if Ellipsis in given:
            place = given.index(Ellipsis)
            missing = self.ndim - (len(given) - 1)
            given[place : place + 1] = [slice(None)] * missing
        given += [slice(None)] * (self.ndim - len(given))
        for axis in self._left_out:
            given.insert(axis, 0)
        return tuple(given)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> LabelArray:
        whole = self[...]
        return whole if dtype is None else whole.astype(dtype)

    def read(self, options: ReadOptions) -> tuple[LabelArray, int]:
        """Return all voxels, and how many chunks are not stored.

        Progress is in rows of chunks.
        """
        whole: LabelArray = np.empty(self.full_shape, self.dtype.newbyteorder("="))
        missing: list[int] = []

        def read_row(region: tuple[slice, ...]) -> None:
            self._refuse_links(region)
            missing.append(sum(map(self._is_missing, self._chunks_in(region))))
            with self._naming_bad_chunk(region):
                whole[region] = self._array[region]

        if whole.size:
            run_all(
                read_row, self._rows_of_chunks(), math.prod(self._grid()[:-1]),
                options.on_progress, options.cancel,
            )  # fmt: skip
        return whole.reshape(self.shape), sum(missing)

    def count_chunks(self, key: Any) -> ChunkCount:
        """Count the chunks that a part of the volume touches."""
        region = self._region_in_full(key)
        n_chunks = n_missing = n_own_missing = 0
        for place in self._chunks_in(region):
            n_chunks += 1
            if self._is_missing(place):
                n_missing += 1
                n_own_missing += self._begins_in(region, place)
        return ChunkCount(n_chunks, n_missing, n_own_missing)

    def _begins_in(self, region: tuple[Any, ...], place: tuple[int, ...]) -> bool:
        return all(
            not isinstance(part, slice) or (part.start or 0) <= number * size
            for part, number, size in zip(region, place, self.chunk_shape, strict=True)
        )

    def chunks_in(self, key: Any) -> Iterator[tuple[int, ...]]:
        """Return the chunks that a part of the volume touches."""
        return self._chunks_in(self._region_in_full(key))

    @property
    def n_chunks(self) -> int:
        """How many chunks (or shards) there are, stored or not."""
        return math.prod(self._grid())

    def _is_missing(self, place: tuple[int, ...]) -> bool:
        return not Path(self._folder, self._key(place)).is_file()

    def _refuse_links(self, region: tuple[Any, ...]) -> None:
        """Raise if a chunk, or a folder above it, is a link: it could be any file."""
        root = Path(self._folder)
        for place in self._chunks_in(region):
            chunk = root / self._key(place)
            for path in (chunk, *chunk.parents):
                if path == root or path in self._folders_seen:
                    break
                if path.is_symlink():
                    raise UnreadableImageError(
                        f"{path}: a link, which could lead to any file; copy what it "
                        "leads to"
                    )
                if path != chunk:
                    self._folders_seen.add(path)

    def _grid(self) -> tuple[int, ...]:
        """Return how many chunks there are along each axis."""
        return tuple(
            -(-size // chunk)
            for size, chunk in zip(self.full_shape, self.chunk_shape, strict=True)
        )

    def _rows_of_chunks(self) -> Iterator[tuple[slice, ...]]:
        for place in itertools.product(*map(range, self._grid()[:-1])):
            row = self._region_of((*place, 0))[:-1]
            yield (*row, slice(0, self.full_shape[-1]))

    def _key(self, place: tuple[int, ...]) -> str:
        return str(self._array.metadata.encode_chunk_key(place))

    def _chunks_in(self, region: tuple[Any, ...]) -> Iterator[tuple[int, ...]]:
        """Return the chunks that a region touches."""
        ranges = []
        for part, chunk, size in zip(
            region, self.chunk_shape, self.full_shape, strict=True
        ):
            if isinstance(part, slice):
                start, stop, _ = part.indices(size)
            else:
                start, stop = int(part), int(part) + 1
            ranges.append(range(start // chunk, -(-stop // chunk)))
        return itertools.product(*ranges)

    @contextlib.contextmanager
    def _naming_bad_chunk(self, region: tuple[Any, ...]) -> Iterator[None]:
        try:
            with reading(self._folder):
                yield
        except UnreadableImageError:
            for place in self._chunks_in(region):
                with reading(f"{self._folder}/{self._key(place)}"):
                    self._array[self._region_of(place)]
            raise

    def _region_of(self, place: tuple[int, ...]) -> tuple[slice, ...]:
        return tuple(
            slice(k * chunk, min((k + 1) * chunk, size))
            for k, chunk, size in zip(
                place, self.chunk_shape, self.full_shape, strict=True
            )
        )


def _is_box(region: tuple[Any, ...]) -> bool:
    return all(
        part.step in (None, 1)
        if isinstance(part, slice)
        else isinstance(part, int) and part == 0
        for part in region
    )
