"""Any array-like -> rows of unsigned ids, slab by slab, without copying the volume."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import NotIntegerLabelsError, UnsupportedLabelsError
from napari_label_index.index._blocks import iter_slabs
from napari_label_index.index._read_block import read_block

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray

MAX_NDIM = 5

Key = tuple[int | slice, ...]

_CACHE_LINE = 64  # bytes
_COMPARED_VOXELS = 2**18
_TILE = (16, 64)  # voxels; 8 x 128 to 64 x 64 are as fast, 16 x 16 is not

# A float of b bits holds every whole number up to 2**e; beyond, two ids may be one.
_EXACT_FLOATS = {2: (11, np.int32), 4: (24, np.int32), 8: (53, np.int64)}


@dataclass(frozen=True, slots=True)
class LabelVolume:
    """A checked volume, and how its ids are read.

    Every volume has at least two axes here: a single row gets an axis before it.
    """

    data: Any  # indexable by slab keys
    shape: tuple[int, ...]  # with at least two axes
    stored_dtype: np.dtype[Any]
    label_dtype: np.dtype[Any]  # native integer type of the ids

    @property
    def n_voxels(self) -> int:
        """Voxels in the volume."""
        return prod(self.shape)

    @property
    def row_length(self) -> int:
        """Voxels along the last axis."""
        return self.shape[-1]

    @property
    def row_dtype(self) -> np.dtype[Any]:
        """Unsigned type with the bytes of `label_dtype`, which kernels see."""
        return np.dtype(f"u{self.label_dtype.itemsize}")

    @property
    def is_plain(self) -> bool:
        """Whether rows can be read in place, without a copy of each slab."""
        return (
            isinstance(self.data, np.ndarray)
            and self.data.flags.c_contiguous
            and self.stored_dtype.isnative
            and self.stored_dtype.kind in "iub"
        )

    def rows(self, key: Key) -> LabelArray:
        """Return a block as (n_rows, row_length) unsigned, C order and read-only.

        Raises
        ------
        NotIntegerLabelsError
            If a float voxel of the block is no whole number.
        UnreadableImageError
            If whatever stores the array fails to read it.
        """
        block = read_block(self.data, key)
        if block.dtype.kind == "b":
            block = block.view(np.uint8)
        is_float = block.dtype.kind == "f"
        native = block.dtype.newbyteorder("=") if is_float else self.label_dtype
        ordered = _in_c_order(block, native)
        is_ours = not np.may_share_memory(ordered, block)
        del block
        if is_float:
            n_added = int(isinstance(self.data, _OneRow))
            whole = _room_for(ordered, self.label_dtype, is_ours)
            _whole_numbers(ordered, whole, key, n_added)
            ordered = whole
        rows = ordered.reshape(-1, self.row_length).view(self.row_dtype)
        rows.flags.writeable = False
        return rows


def check_label_image(image: Any) -> LabelVolume:
    """Check that an array can hold labels, without reading it.

    Raises
    ------
    UnsupportedLabelsError
        If it has no axis or more than 5, or is neither integer, bool nor float.
    """
    dtype = np.dtype(image.dtype)
    shape = tuple(int(size) for size in image.shape)
    if not 1 <= len(shape) <= MAX_NDIM:
        raise UnsupportedLabelsError(
            f"a label image must have 1 to {MAX_NDIM} axes, got {len(shape)}"
        )
    if dtype.kind == "f" and dtype.itemsize in _EXACT_FLOATS:
        label_dtype = np.dtype(_EXACT_FLOATS[dtype.itemsize][1])
    elif dtype.kind == "b":
        label_dtype = np.dtype(np.uint8)
    elif dtype.kind in "iu":
        label_dtype = dtype.newbyteorder("=")
    else:
        raise UnsupportedLabelsError(
            f"a label image must hold integers, got {dtype}; "
            "convert it to an integer type first"
        )
    if len(shape) == 1:
        return LabelVolume(_OneRow(image), (1, *shape), dtype, label_dtype)
    return LabelVolume(image, shape, dtype, label_dtype)


class _OneRow:
    """A single row, indexed as a volume of one row."""

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getitem__(self, key: Key) -> LabelArray:
        # Of the axis before it there is one place, and blocks are of whole rows.
        return read_block(self._row, (slice(0, self._row.shape[0]),))[np.newaxis]


def _in_c_order(block: LabelArray, dtype: np.dtype[Any]) -> LabelArray:
    """Return a slab in C order, the slab itself if it can be.

    Where neighbours on the last axis lie far apart, as in Fortran order, a plain copy
    misses the cache at every voxel; tile by tile it takes a quarter of the time.
    """
    if block.ndim < 2 or abs(block.strides[-1]) <= _CACHE_LINE:
        return np.ascontiguousarray(block, dtype=dtype)
    ordered = np.empty(block.shape, dtype)
    for first_row in range(0, block.shape[-2], _TILE[0]):
        for first_column in range(0, block.shape[-1], _TILE[1]):
            tile = (
                ...,
                slice(first_row, first_row + _TILE[0]),
                slice(first_column, first_column + _TILE[1]),
            )
            ordered[tile] = block[tile]
    return ordered


def _room_for(block: LabelArray, dtype: np.dtype[Any], is_ours: bool) -> LabelArray:
    """Return an array for the ids of a block: its own memory if that is ours."""
    if is_ours and block.dtype.itemsize == dtype.itemsize:
        return block.view(dtype)
    return np.empty(block.shape, dtype)


def _whole_numbers(
    block: LabelArray, whole: LabelArray, key: Key, n_added: int
) -> None:
    """Fill in float ids as integers, or name the first voxel that is none.

    Both may be the same memory. The first `n_added` axes are not of the volume as it
    was given.
    """
    limit = 2 ** _EXACT_FLOATS[block.dtype.itemsize][0]
    # In parts: what is compared would take more than the block and its ids together.
    for part in iter_slabs(block.shape, _COMPARED_VOXELS):
        floats = block[part.key].copy()
        with np.errstate(invalid="ignore"):
            whole[part.key] = floats
            is_good = (whole[part.key] == floats) & (np.abs(floats) <= limit)
        if not is_good.all():
            within = np.unravel_index(np.argmin(is_good), floats.shape)
            place = _in_volume(_in_volume(tuple(map(int, within)), part.key), key)
            raise _no_label(floats[within], place[n_added:], limit)


def _no_label(value: Any, place: tuple[int, ...], limit: int) -> NotIntegerLabelsError:
    return NotIntegerLabelsError(
        f"a float volume must hold whole numbers of at most {limit:,} "
        f"(beyond, {value.dtype} cannot tell ids apart); "
        f"the first other voxel is {value} at {place}; is it an intensity image, or "
        "was it resized with interpolation?"
    )


def _in_volume(within: tuple[int, ...], key: Key) -> tuple[int, ...]:
    """Return where in the volume a voxel of the block of this key is."""
    places = iter(within)
    outer = [
        part if isinstance(part, int) else next(places) + part.start for part in key
    ]
    return (*outer, *places)
