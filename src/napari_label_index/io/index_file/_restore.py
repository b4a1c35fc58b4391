"""`restore_label_image`: the volume of an index, written slab by slab."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.lib import format as npy

from napari_label_index._available_memory import within_memory
from napari_label_index.errors import UnsupportedFormatError
from napari_label_index.index._parallel import n_usable_cores
from napari_label_index.index._placed_runs import PlacedRuns
from napari_label_index.index._slabs import windows_with_runs
from napari_label_index.io._files import atomic_write
from napari_label_index.io._outputs import check_suffix
from napari_label_index.io._pool import raise_if_cancelled
from napari_label_index.io.index_file._whole import check_whole

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

    from napari_label_index._typing import Box, Cancel, LabelArray, OnProgress
    from napari_label_index.index import LabelIndex

__all__ = ["RESTORE_SUFFIXES", "restore_label_image"]

RESTORE_SUFFIXES = (".tif", ".tiff", ".npy")

_SLAB_VOXELS = 1 << 24
_OME_DTYPES = {f"{kind}{size}" for kind in ("int", "uint") for size in (8, 16, 32)}
_OME_AXES = set("tczyx")
# Directories and metadata come on top of the voxels; what is compressed needs less.
_MAX_CLASSIC_TIFF = 2**32 - 2**25


@within_memory("to write this volume", "close other programs")
def restore_label_image(
    index: LabelIndex,
    path: str | os.PathLike[str],
    *,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Write the volume of an index to a file, whole or not at all.

    Ids are kept exactly, as integers: an index does not know whether its volume was
    of floats. A TIFF is compressed (Deflate), and an OME-TIFF with axes and
    voxel size where OME knows the type of the ids; it has none of 64 bits, for which
    the axes are in tifffile's own metadata. The memory used is that of a slab.

    Parameters
    ----------
    index : LabelIndex
        The whole index, as from `open_index`.
    path : path-like
        A name that ends in ``.tif``, ``.tiff`` or ``.npy``.
    on_progress, cancel : optional callbacks
        As in `build_index`; progress is in voxels.

    Raises
    ------
    UnsupportedFormatError
        When `path` has another ending, or is a TIFF and the volume no plane.
    WriteFailedError
        When the file could not be written, or the index was opened for some labels;
        what was there before is untouched.
    Cancelled
        When `cancel` said so.
    """
    path = Path(path)
    check_suffix(path, RESTORE_SUFFIXES)
    check_whole(path, index)
    write = _write_npy if path.suffix.lower() == ".npy" else _write_tiff
    if write is _write_tiff and (index.ndim < 2 or not prod(index.shape)):
        raise UnsupportedFormatError(
            f"{path}: a TIFF cannot hold the shape {index.shape}; name it .npy"
        )
    slabs = _slabs(index, on_progress, cancel)
    with atomic_write(path) as output:
        write(output, index, slabs)
    return path


def _slabs(
    index: LabelIndex, on_progress: OnProgress | None, cancel: Cancel | None
) -> Iterator[LabelArray]:
    """Yield the volume in C order, in slabs of whole planes."""
    total, done = prod(index.shape), 0
    for part, box in _parts(index.by_label(), lambda: raise_if_cancelled(cancel)):
        raise_if_cancelled(cancel)
        slab = part.to_label_image(box)
        done += slab.size
        yield slab
        if on_progress is not None:
            on_progress(done, total)


def _parts(
    index: LabelIndex, check: Callable[[], None]
) -> Iterator[tuple[LabelIndex, Box]]:
    """Give the boxes to draw, each with an index that has the runs there."""
    boxes = _boxes(index.shape)
    if len(boxes) == 1 or not index.runs.is_in_files:
        yield from ((index, box) for box in boxes)
        return
    placed = PlacedRuns.of(index.runs, index.shape, index.bboxes)
    cuts = sorted({box[0].start for box in boxes} | {index.shape[0]})
    inner = [box[1:] for box in boxes if box[0] == boxes[0][0]]
    slab, part = None, index
    for begin, stop, found in windows_with_runs(placed, cuts, check):
        if found is not slab:
            slab, part = found, replace(index, runs=found.runs)
        for rest in inner:
            yield part, (slice(begin, stop), *rest)


def _boxes(shape: tuple[int, ...]) -> list[Box]:
    """Cut a volume along its first axes, down to planes if need be."""
    whole = tuple(slice(0, size) for size in shape)
    if len(shape) < 3 or not prod(shape):
        return [whole]
    cut = 0  # the axis that is cut; all before it are taken one by one
    while cut < len(shape) - 3 and prod(shape[cut + 1 :]) > _SLAB_VOXELS:
        cut += 1
    thickness = max(1, _SLAB_VOXELS // prod(shape[cut + 1 :]))
    return [
        (
            *(slice(place, place + 1) for place in outer),
            slice(start, min(start + thickness, shape[cut])),
            *whole[cut + 1 :],
        )
        for outer in product(*(range(size) for size in shape[:cut]))
        for start in range(0, shape[cut], thickness)
    ]


def _write_npy(
    output: BinaryIO, index: LabelIndex, slabs: Iterator[LabelArray]
) -> None:
    header: dict[str, Any] = {
        "descr": npy.dtype_to_descr(index.dtype),
        "fortran_order": False,
        "shape": index.shape,
    }
    npy.write_array_header_1_0(output, header)
    for slab in slabs:
        output.write(np.ascontiguousarray(slab, index.dtype).view(np.uint8).data)


def _write_tiff(
    output: BinaryIO, index: LabelIndex, slabs: Iterator[LabelArray]
) -> None:
    import tifffile

    is_ome = index.dtype.name in _OME_DTYPES and set(index.axes) <= _OME_AXES
    page_shape = index.shape[-2:]
    pages = (page for slab in slabs for page in slab.reshape(-1, *page_shape))
    n_bytes = prod(index.shape) * index.dtype.itemsize
    with tifffile.TiffWriter(
        output, bigtiff=n_bytes > _MAX_CLASSIC_TIFF, ome=is_ome
    ) as tiff:
        tiff.write(
            pages,
            shape=index.shape,
            dtype=index.dtype,
            photometric="minisblack",
            compression="zlib",
            metadata=_tiff_metadata(index, is_ome),
            maxworkers=n_usable_cores(),
        )


def _tiff_metadata(index: LabelIndex, is_ome: bool) -> dict[str, Any]:
    metadata: dict[str, Any] = {"axes": "".join(index.axes).upper()}
    if not is_ome:
        letters = all(len(name) == 1 for name in index.axes)
        known = {"spacing": index.spacing, "unit": index.unit}
        return known | (metadata if letters else {})
    for axis, size in zip(index.axes, index.spacing, strict=True):
        if axis in "zyx":
            metadata[f"PhysicalSize{axis.upper()}"] = size
            unit = {"um": "µm", "": "pixel"}.get(index.unit, index.unit)
            metadata[f"PhysicalSize{axis.upper()}Unit"] = unit
    return metadata
