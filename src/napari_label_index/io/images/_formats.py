"""Every format that is read: how it is told apart, and by whom it is read.

A format costs one entry here and one module. Files are known by their first bytes where
these tell, else by the ending of their name. A reader loads its library when it is
called, so that nobody waits for the libraries of other formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_label_index.errors import IncompleteVolumeError, UnreadableImageError
from napari_label_index.io.images._folder import read_folder
from napari_label_index.io.images._hdf5 import HDF5_SIGNATURE, read_hdf5
from napari_label_index.io.images._nifti import read_nifti
from napari_label_index.io.images._npy import NPY_SIGNATURE, read_npy
from napari_label_index.io.images._npz import ZIP_SIGNATURE, read_npz
from napari_label_index.io.images._nrrd import NRRD_SIGNATURE, read_nrrd
from napari_label_index.io.images._png import PNG_SIGNATURE
from napari_label_index.io.images._png_file import read_png
from napari_label_index.io.images._tiff import read_tiff
from napari_label_index.io.images._zarr import is_zarr, read_zarr

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index.index import LabelImage
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = ["Format", "format_of"]

_START_BYTES = 16
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True, slots=True)
class Format:
    """A format, and its reader."""

    name: str
    read: Callable[[Place, ReadOptions], LabelImage]
    starts: tuple[bytes, ...] = ()
    suffixes: tuple[str, ...] = ()
    has_members: bool = False

    def fits(self, place: Place, start: bytes) -> bool:
        """Return whether a file is of this format, by its first bytes or its name."""
        name = place.path.name.lower()
        return start.startswith(self.starts) or name.endswith(self.suffixes)


_FOLDER = Format("folder", read_folder)
_ZARR = Format("zarr", read_zarr, has_members=True)

_FILES = (
    Format("png", read_png, (PNG_SIGNATURE,)),
    Format("tiff", read_tiff, _TIFF_STARTS, has_members=True),
    Format("npy", read_npy, (NPY_SIGNATURE,)),
    Format("hdf5", read_hdf5, (HDF5_SIGNATURE,), has_members=True),
    Format("nrrd", read_nrrd, (NRRD_SIGNATURE,)),
    Format("nifti", read_nifti, (), (".nii", ".nii.gz")),
    Format("npz", read_npz, (ZIP_SIGNATURE,), (".npz",), has_members=True),
)

# Files that people try, and what to do instead.
_REFUSED = {
    b"\xff\xd8\xff": "a JPEG, which changes the values of voxels, so labels do not "
    "survive in it; export them anew as PNG or TIFF",
    b"PAR1": "a Parquet file, not an image; if it is an index, open it with open_index",
    b"GIF8": "a GIF; save it anew as TIFF or PNG",
    b"BM": "a BMP; save it anew as TIFF or PNG",
    b"%PDF": "a PDF; save the image in it as TIFF or PNG",
    b"\x1f\x8b": "a gzip file; unpack it first",
}


def format_of(place: Place) -> Format:
    """Return the format of a file or folder.

    Raises
    ------
    UnreadableImageError
        If it is of none that we read, or of one that holds a single image, and a part
        of it is asked for.
    """
    found = _format_by_content(place)
    if place.member and not found.has_members:
        raise UnreadableImageError(
            f"{place.path}: holds one image; leave ::{place.member} out"
        )
    return found


def _format_by_content(place: Place) -> Format:
    if place.path.is_dir():
        return _ZARR if is_zarr(place.path) else _FOLDER
    start = place.start(_START_BYTES)
    if not start:
        raise IncompleteVolumeError(f"{place}: the file is empty; copy it again")
    for known in _FILES:
        if known.fits(place, start):
            return known
    for beginning, told in _REFUSED.items():
        if start.startswith(beginning):
            raise UnreadableImageError(f"{place}: {told}")
    raise UnreadableImageError(
        f"{place}: not a TIFF, PNG, zarr, npy, npz, NIfTI, NRRD or HDF5 file; save it "
        "anew as one of these, or choose a folder of slices"
    )
