"""Whether an output can be written, asked before the work that it would hold."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from napari_label_index.errors import UnsupportedFormatError, WriteFailedError
from napari_label_index.io._files import check_target
from napari_label_index.io.images._place import Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["check_not_source", "check_output", "check_suffix", "ending_of", "is_same"]


def check_output(path: Path, suffixes: Sequence[str]) -> None:
    """Refuse a path that could not be written anyway.

    Parameters
    ----------
    path : Path
        The file that is to be written.
    suffixes : sequence of str
        The endings that it may have.

    Raises
    ------
    UnsupportedFormatError
        When it has another ending.
    WriteFailedError
        When it is a folder, has no folder, or may not be written.
    """
    check_suffix(path, suffixes)
    check_target(path)


def check_not_source(path: Path, source: str) -> None:
    """Raise `WriteFailedError` if `path` is the file that a volume came from."""
    if source and is_same(path, source):
        raise WriteFailedError(
            f"{path}: this is the volume itself, which would be lost; choose another "
            "name"
        )


def is_same(path: Path, source: str | os.PathLike[str]) -> bool:
    """Return whether both are there and are one file or folder, by whatever name."""
    # A name that the system cannot look up is no file.
    with contextlib.suppress(OSError, ValueError):
        return os.path.samefile(path, Place.of(source).path)
    return False


def check_suffix(path: Path, suffixes: Sequence[str]) -> None:
    """Raise `UnsupportedFormatError` unless `path` has one of the endings."""
    ending_of(path, suffixes)


def ending_of(path: Path, suffixes: Sequence[str]) -> str:
    """Return the longest of the endings that `path` has, such as ``.csv.gz``.

    Raises
    ------
    UnsupportedFormatError
        When it has none of them.
    """
    found = [end for end in suffixes if path.name.lower().endswith(end)]
    if not found:
        raise UnsupportedFormatError(
            f"{path}: the name must end in {_listed(suffixes)}, "
            f"got {path.suffix or 'no ending'}"
        )
    return max(found, key=len)


def _listed(words: Sequence[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
