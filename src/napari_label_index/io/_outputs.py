"""Whether an output can be written, asked before the work that it would hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.errors import UnsupportedFormatError
from napari_label_index.io._files import check_target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["check_output", "check_suffix", "ending_of"]


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
