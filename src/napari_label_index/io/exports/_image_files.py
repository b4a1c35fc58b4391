"""`export_mask` and `export_label_image`: chosen labels as a TIFF, page by page."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from napari_label_index._available_memory import within_memory
from napari_label_index.index._lookup import can_hold
from napari_label_index.io.exports._drawing import box_around, iter_drawn
from napari_label_index.io.exports._export import FEWER, Export, begin, finish
from napari_label_index.io.exports._tiff_flavour import plan_tiff

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import numpy.typing as npt

    from napari_label_index._typing import Box, Cancel, IntVector, OnProgress
    from napari_label_index.index import LabelIndex

__all__ = ["INSIDE", "TIFF_ENDINGS", "export_label_image", "export_mask"]

TIFF_ENDINGS = (".tif", ".tiff")

INSIDE = 255  # what ImageJ takes for the inside of a mask


@within_memory("this export", FEWER)
def export_mask(
    index: LabelIndex,
    labels: Iterable[int] | None,
    path: str | os.PathLike[str],
    *,
    crop: bool = True,
    flavour: str = "auto",
    query: str = "",
    manifest: bool = True,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Write which voxels belong to `labels` as a TIFF of uint8: 255 inside, 0 outside.

    Parameters
    ----------
    index, labels
        As in `export_coords`.
    path : path-like
        A name that ends in ``.tif`` or ``.tiff``.
    crop : bool
        Only the smallest box around the labels; where it lies is in the manifest.
    flavour : str
        As in `export_label_image`.
    query, manifest, on_progress, cancel
        As in `export_coords`.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    ValueError
        When there is no label to crop to.
    """
    export = begin(
        "mask", index, labels, path, TIFF_ENDINGS, max_labels=None,
        query=query, manifest=manifest, on_progress=on_progress, cancel=cancel,
    )  # fmt: skip
    index = export.index
    values = np.full(len(index), INSIDE, np.uint8)
    return _write_image(export, values, 0, crop, flavour)


@within_memory("this export", FEWER)
def export_label_image(
    index: LabelIndex,
    labels: Iterable[int] | None,
    path: str | os.PathLike[str],
    *,
    crop: bool = False,
    smallest: bool = False,
    flavour: str = "auto",
    query: str = "",
    manifest: bool = True,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Write a label image of `labels` alone as a TIFF, every id as it is.

    Pages are drawn and compressed one after the other; the voxel size goes along where
    the flavour has a place for it.

    Parameters
    ----------
    index, labels
        As in `export_coords`.
    path : path-like
        A name that ends in ``.tif`` or ``.tiff``; ``.ome.tif`` for OME-TIFF.
    crop : bool
        Only the smallest box around the labels, not the whole volume; where it lies is
        in the manifest.
    smallest : bool
        The smallest type that holds these ids, not the type of the volume.
    flavour : {"auto", "imagej", "ome", "plain"}
        ``"imagej"`` holds 8 and 16 bits, ``"ome"`` 32, ``"plain"`` all; by default the
        first that holds the type.
    query, manifest, on_progress, cancel
        As in `export_coords`.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    UnsupportedFormatError
        When the flavour cannot hold the ids: nothing is ever wrapped.
    """
    export = begin(
        "label_image", index, labels, path, TIFF_ENDINGS,
        query=query, manifest=manifest, on_progress=on_progress, cancel=cancel,
    )  # fmt: skip
    index = export.index
    dtype = index.labels.dtype
    background = _background_in(index)
    if smallest:
        dtype = _smallest(background, index.labels[export.rows])
    # What is not chosen may not fit, and is not drawn.
    values = np.zeros(len(index), dtype)
    values[export.rows] = index.labels[export.rows].astype(dtype)
    return _write_image(export, values, background, crop, flavour)


def _background_in(index: LabelIndex) -> int:
    """Return the background as a voxel of the type of the labels."""
    fits = can_hold(index.labels.dtype, index.background)
    return int(index.background) if fits else 0


def _smallest(background: int, labels: npt.NDArray[Any]) -> np.dtype[Any]:
    """Return the smallest integer type that holds the background and these ids."""
    numbers = [background]
    if labels.size:
        numbers += [int(labels.min()), int(labels.max())]
    for code in ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"):
        if can_hold(np.dtype(code), *numbers):
            return np.dtype(code)
    return labels.dtype


def _write_image(
    export: Export,
    values: npt.NDArray[Any],
    background: int,
    crop: bool,
    flavour: str,
) -> Path:
    import tifffile

    box = box_around(export.index, export.rows, crop)
    shape = tuple(window.stop - window.start for window in box)
    least = _smallest(background, values)
    plan = plan_tiff(export.index, export.path, shape, values.dtype, flavour, least)

    full = shape if len(shape) > 1 else (1, *shape)

    def write(output: BinaryIO, rows: IntVector) -> int:
        pages: Any = _pages(export, rows, values, background, box)
        if 1 in full[-2:]:
            # tifffile would take several pages of one row for one page.
            pages = np.stack(list(pages)).reshape(full)
        with tifffile.TiffWriter(_Plain(output), **plan.writer) as writer:
            writer.write(
                pages, shape=full, dtype=values.dtype, compression="zlib",
                **plan.options,
            )  # fmt: skip
        return rows.size

    layout = {
        "box": [[window.start, window.stop] for window in box],
        "origin": [window.start for window in box],
        "dtype": str(values.dtype),
        "background": background,
        "flavour": plan.flavour,
    }
    return finish(export, write, layout)


def _pages(
    export: Export,
    rows: IntVector,
    values: npt.NDArray[Any],
    background: int,
    box: Box,
) -> Iterator[npt.NDArray[Any]]:
    """Give one page after the other; a 2D image is one page."""
    index = export.index
    drawn = iter_drawn(index, rows, values, background, box, export.watch.check)
    if index.ndim <= 2:
        slabs = []
        for slab, n_voxels in drawn:
            slabs.append(np.atleast_2d(slab))
            export.watch.advance(n_voxels)
        yield np.concatenate(slabs)
        return
    for slab, n_voxels in drawn:
        # Before the pages: nobody asks for more than the last of them.
        export.watch.advance(n_voxels)
        for page in slab.reshape(-1, *slab.shape[-2:]):
            export.watch.check()
            yield np.ascontiguousarray(page)


class _Plain(io.RawIOBase):
    """A file that tifffile writes to like any other, not by its descriptor."""

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self._output.write(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._output.seek(offset, whence)

    def tell(self) -> int:
        return self._output.tell()
