"""A temporary file for what a process needs again later, and nobody else.

It has no name where the system allows that, and else one that the system removes: it
goes with the process, however that ends.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_label_index.io import _files
from napari_label_index.io._files import write_failed

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["ScratchFile", "scratch_for"]

# Of the free space: others write to that disk as well, and it may be memory.
_SHARE = 2


def scratch_for(n_bytes: int) -> ScratchFile | None:
    """Return a temporary file for so many bytes; None where it would fill the disk.

    It lies where Python puts such files, which TMPDIR says.
    """
    try:
        folder = Path(tempfile.gettempdir())
        if n_bytes > shutil.disk_usage(folder).free // _SHARE:
            return None
    except OSError:
        return None
    return ScratchFile(folder)


class ScratchFile:
    """Arrays in a temporary file, written one after the other, and read again.

    Parameters
    ----------
    folder : Path
        Where it lies.

    Raises
    ------
    WriteFailedError
        By any method, when the disk is full or fails.
    """

    def __init__(self, folder: Path) -> None:
        self._shown = folder / "temporary file"
        self._size = 0
        try:
            file = tempfile.TemporaryFile(buffering=0, dir=folder)  # noqa: SIM115
        except OSError as error:
            raise write_failed(self._shown, error) from error
        self._file = file

    @property
    def is_closed(self) -> bool:
        """Whether it has been removed."""
        return self._file.closed

    def write(self, *arrays: npt.NDArray[Any]) -> int:
        """Append arrays, and return at which byte the first begins."""
        begin = self._size
        try:
            self._file.seek(begin)
            for array in arrays:
                left = array.data.cast("B")
                while left:
                    left = left[_files.os_calls.write(self._file.fileno(), left) :]
                self._size += array.nbytes
        except OSError as error:
            raise write_failed(self._shown, error) from error
        return begin

    def read(self, place: int, into: npt.NDArray[Any]) -> None:
        """Fill an array with what is there from a byte on."""
        left = into.data.cast("B")
        try:
            self._file.seek(place)
            while left:
                n_read = self._file.readinto(left)
                if not n_read:
                    raise OSError("the file ends too early")
                left = left[n_read:]
        except OSError as error:
            raise write_failed(self._shown, error) from error

    def close(self) -> None:
        """Remove the file."""
        self._file.close()
