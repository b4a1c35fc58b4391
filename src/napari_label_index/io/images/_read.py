"""`read_label_image`: any file or folder that we read, told apart by its content."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from napari_label_index.io._address import is_url
from napari_label_index.io._foreign import reading
from napari_label_index.io.images._formats import format_of
from napari_label_index.io.images._isolated import read_isolated
from napari_label_index.io.images._options import ReadOptions
from napari_label_index.io.images._place import Place
from napari_label_index.io.images._zarr_url import read_url

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, OnProgress
    from napari_label_index.index import LabelImage

__all__ = ["read_label_image"]


def read_label_image(
    path: str | os.PathLike[str],
    *,
    lazy: bool = False,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
    max_bytes: int | None = None,
    isolate: float | None = None,
) -> LabelImage:
    """Read a label image of any format, whole, or say what is wrong with it.

    Parameters
    ----------
    path : path-like
        A TIFF (plain, BigTIFF, ImageJ, OME), a PNG, or a folder of single-slice TIFF
        or PNG files, which are taken in natural order (slice2 before slice10); a zarr
        or OME-Zarr folder, an ``.npy`` or ``.npz`` file; with the extra ``formats`` a
        NIfTI, NRRD or HDF5 file. Where a file holds several images, one is named as in
        ``cells.npz::labels`` or ``scan.h5::/labels/cells``. Also the address of a
        zarr array or OME-Zarr image, such as ``s3://bucket/cells.zarr``, through the
        fsspec package for it.
    lazy : bool
        Leave the voxels of a zarr array in its files; they are read when they are
        used, and again when they are used again.
    on_progress : callable, optional
        Called as ``on_progress(done, total)`` with slices or parts of the file.
    cancel : callable, optional
        Asked now and then; reading stops once it returns True.
    max_bytes : int, optional
        Most memory that the volume may take; by default what is available.
    isolate : float, optional
        Decode in a child process that has so many seconds, for files of strangers: if
        a decoder crashes or hangs, this is an error and the caller lives on. It takes
        a second more, and twice the memory for a moment.

    Returns
    -------
    LabelImage
        The volume with axes, voxel size, origin and unit where the file gives them.
        Axes are in C order (z, y, x), those of NIfTI and NRRD files turned round.
        An ``.npy`` file is mapped into memory, not read.

    Raises
    ------
    IncompleteVolumeError
        When the file is cut short, slices are missing or do not match.
    UnreadableImageError
        When it is no image that can be read, or its library is not installed.
    UnsupportedLabelsError
        When it is a colour image, or does not hold numbers.
    OverBudgetError
        When it would take more memory than it may.
    Cancelled
        When `cancel` said so.
    """
    options = ReadOptions(on_progress, cancel, max_bytes, lazy)
    if is_url(path):
        return read_url(os.fspath(path), options)
    if isolate is not None:
        return read_isolated(path, isolate, options)
    place = Place.of(path)
    options.stop_if_cancelled()
    with reading(place.path):
        return format_of(place).read(place, options)
