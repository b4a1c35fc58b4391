"""Which files of a folder are slices, and in what order."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from napari_label_index.errors import IncompleteVolumeError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "PNG_SUFFIXES",
    "TIFF_SUFFIXES",
    "list_slices",
    "natural_key",
    "not_alike",
    "not_one_slice",
]

TIFF_SUFFIXES = (".tif", ".tiff")
PNG_SUFFIXES = (".png",)

_NUMBER = re.compile(r"(\d+)")


def natural_key(name: str) -> tuple[list[str | int], str]:
    """Return a sort key that puts slice2 before slice10."""
    # Texts at even places, numbers at odd ones: equal places always compare.
    parts = _NUMBER.split(name.casefold())
    return [int(part) if place % 2 else part for place, part in enumerate(parts)], name


def list_slices(folder: Path) -> list[Path]:
    """Return the TIFF or PNG files of a folder in natural order.

    Hidden files and files of other kinds (Thumbs.db, notes) are left out.

    Raises
    ------
    IncompleteVolumeError
        When there are none, when both kinds are there, or when a number is missing.
    """
    files = [
        path
        for path in sorted(folder.iterdir(), key=lambda path: natural_key(path.name))
        if path.suffix.lower() in TIFF_SUFFIXES + PNG_SUFFIXES
        and not path.name.startswith(".")
        and path.is_file()
    ]
    if not files:
        raise IncompleteVolumeError(
            f"{folder}: no TIFF or PNG files found; choose the folder that has the "
            "slices in it"
        )
    n_png = sum(path.suffix.lower() in PNG_SUFFIXES for path in files)
    n_tiff = len(files) - n_png
    if n_png and n_tiff:
        raise IncompleteVolumeError(
            f"{folder}: all slices must be of one kind, found {n_tiff} TIFF and "
            f"{n_png} PNG files; put one kind in a folder of its own"
        )
    _refuse_gap(folder, files)
    return files


def _refuse_gap(folder: Path, files: list[Path]) -> None:
    """Refuse numbered slices with a hole: all that follow would sit at a wrong depth.

    Only where it is plain: names differ in one number, most steps are equal, and some
    step is a multiple of that one. Time stamps and the like are left alone.
    """
    split = [_NUMBER.split(path.name) for path in files]
    if len({len(parts) for parts in split}) != 1 or len(files) < 4:
        return
    columns = [set(column) for column in zip(*split, strict=True)]
    varying = [place for place, column in enumerate(columns) if len(column) > 1]
    if len(varying) != 1 or varying[0] % 2 == 0:
        return
    numbers = [int(parts[varying[0]]) for parts in split]
    steps = [after - before for before, after in pairwise(numbers)]
    usual = min(steps)
    is_regular = usual > 0 and all(step % usual == 0 for step in steps)
    if not is_regular or 2 * steps.count(usual) <= len(steps):
        return
    for (before, after), step in zip(pairwise(files), steps, strict=True):
        if step > usual:
            raise IncompleteVolumeError(
                f"{folder}: {step // usual - 1} of the slices missing between "
                f"{before.name} and {after.name}; add what is missing, or number the "
                "files without gaps"
            )


def not_alike(path: Path, expected: str, found: str) -> IncompleteVolumeError:
    """Return the error for a slice that is not as the first one of its folder."""
    return IncompleteVolumeError(
        f"{path}: all slices must be alike: expected {expected} as in the first one, "
        f"found {found}; replace it or take it out"
    )


def not_one_slice(path: Path, shape: tuple[int, ...]) -> IncompleteVolumeError:
    """Return the error for a file of a folder that holds several slices, or none."""
    return IncompleteVolumeError(
        f"{path}: each file of a folder must hold one slice, found {shape}; open this "
        "file by itself, or take it out of the folder"
    )
