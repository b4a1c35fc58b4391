"""Whether an output can be written, asked before the work that it would hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.errors import UnsupportedFormatError
from napari_label_index.io._files import check_target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["check_output", "check_suffix"]


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
    if path.suffix.lower() not in suffixes:
        raise UnsupportedFormatError(
            f"{path}: the name must end in {' or '.join(suffixes)}, "
            f"got {path.suffix or 'no ending'}"
        )
