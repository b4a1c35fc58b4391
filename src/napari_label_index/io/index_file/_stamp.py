"""`SourceStamp`: by which a file or folder is known again without reading it."""

from __future__ import annotations

import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_label_index.io._address import is_url
from napari_label_index.io._foreign import reading
from napari_label_index.io.images._place import Place
from napari_label_index.io.images._zarr_url import stamp_of_url

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SourceStamp", "stamp_of"]


@dataclass(frozen=True, slots=True)
class SourceStamp:
    """Number, sizes and times of the files of a volume."""

    n_files: int
    n_bytes: int
    newest: int  # when the last of them was written, in nanoseconds
    listing: int  # CRC-32 of all their names, sizes and times

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> SourceStamp:
        """Return the stamp of a file, or of all files in a folder.

        Raises
        ------
        UnreadableImageError
            When there is no such file or folder.
        """
        n_files = n_bytes = newest = listing = 0
        root = Place.of(path).path
        with reading(root):
            for file in _files_of(root):
                status = file.stat()
                name = file.relative_to(root).as_posix()
                line = f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n"
                listing = zlib.crc32(line.encode("utf-8", "surrogateescape"), listing)
                newest = max(newest, status.st_mtime_ns)
                n_bytes += status.st_size
                n_files += 1
        return cls(n_files, n_bytes, newest, listing)

    @classmethod
    def from_json(cls, page: Any) -> SourceStamp | None:
        """Return the stamp in a page of JSON; `ValueError` if it is none."""
        if page is None:
            return None
        if not isinstance(page, dict) or set(page) != set(cls.__slots__):
            raise ValueError("its stamp of the source lacks something")
        if any(type(value) is not int for value in page.values()):
            raise ValueError("its stamp of the source must hold numbers")
        return cls(**page)


def stamp_of(source: str | os.PathLike[str]) -> SourceStamp | None:
    """Return the stamp of a file, a folder or an address; None where nobody knows.

    Raises
    ------
    UnreadableImageError
        When there is nothing, or it cannot be listed.
    """
    return stamp_of_url(source) if is_url(source) else SourceStamp.of(source)


def _files_of(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        yield root
        return
    for folder, folders, names in os.walk(root):
        folders.sort()
        yield from (Path(folder, name) for name in sorted(names))
