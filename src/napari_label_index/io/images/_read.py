"""`read_label_image`: any file or folder that we read, told apart by its content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import IncompleteVolumeError
from napari_label_index.index import LabelImage
from napari_label_index.io._foreign import reading
from napari_label_index.io._memory import check_budget
from napari_label_index.io._pool import raise_if_cancelled
from napari_label_index.io.images._folder import read_folder
from napari_label_index.io.images._png import PNG_SIGNATURE, decode_png, read_png_header
from napari_label_index.io.images._tiff import read_tiff

if TYPE_CHECKING:
    import os

    from napari_label_index._typing import Cancel, LabelArray, OnProgress

__all__ = ["read_label_image"]


def read_label_image(
    path: str | os.PathLike[str],
    *,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
    max_bytes: int | None = None,
) -> LabelImage:
    """Read a TIFF, a PNG, or a folder of slices whole, or say what is wrong with it.

    Parameters
    ----------
    path : path-like
        A TIFF (plain, BigTIFF, ImageJ, OME), a PNG, or a folder of single-slice TIFF
        or PNG files, which are taken in natural order (slice2 before slice10).
    on_progress : callable, optional
        Called as ``on_progress(done, total)`` with slices or parts of the file.
    cancel : callable, optional
        Asked now and then; reading stops once it returns True.
    max_bytes : int, optional
        Most memory that the volume may take; by default what is available.

    Returns
    -------
    LabelImage
        The volume in native byte order, with axes, voxel size and unit where the
        file gives them.

    Raises
    ------
    IncompleteVolumeError
        When the file is cut short, slices are missing or do not match.
    UnreadableImageError
        When it is no image that can be read.
    UnsupportedLabelsError
        When it is a colour image.
    OverBudgetError
        When it would take more memory than it may.
    Cancelled
        When `cancel` said so.
    """
    path = Path(path)
    raise_if_cancelled(cancel)
    with reading(path):
        if path.is_dir():
            return read_folder(
                path, on_progress=on_progress, cancel=cancel, max_bytes=max_bytes
            )
        with path.open("rb") as file:
            start = file.read(len(PNG_SIGNATURE))
        if not start:
            raise IncompleteVolumeError(f"{path}: the file is empty; copy it again")
        if start == PNG_SIGNATURE:
            return _read_png(path, on_progress, max_bytes)
        return read_tiff(
            path, on_progress=on_progress, cancel=cancel, max_bytes=max_bytes
        )


def _read_png(
    path: Path, on_progress: OnProgress | None, max_bytes: int | None
) -> LabelImage:
    content = path.read_bytes()
    header = read_png_header(path, content)
    check_budget(path, header.shape, header.dtype, max_bytes)
    data: LabelArray = np.empty(header.shape, header.dtype)
    decode_png(path, content, data)
    if on_progress is not None:
        on_progress(1, 1)
    return LabelImage(data, axes=("y", "x"), source=str(path))
