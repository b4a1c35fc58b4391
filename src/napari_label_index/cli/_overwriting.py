"""No command writes onto what it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.cli._console import WrongCallError
from napari_label_index.io import is_same

if TYPE_CHECKING:
    import argparse

# Options by their names in the parsers.
_WRITTEN = ("output", "table")
_READ = (
    *("stack", "index", "input", "reference", "against"),
    *("map", "intensity", "sets", "review"),
)


def refuse_overwriting(options: argparse.Namespace) -> None:
    """Raise `WrongCallError` if an output is an input, or lies in a folder of one."""
    given = vars(options)
    for target in filter(None, map(given.get, _WRITTEN)):
        for source in filter(None, map(given.get, _READ)):
            if is_same(target, source):
                raise WrongCallError(
                    f"{target} would be overwritten, and it is read; choose another "
                    "name for the output"
                )
            if any(is_same(folder, source) for folder in target.absolute().parents):
                raise WrongCallError(
                    f"{target} lies in {source}, which is read as a volume; choose "
                    "another folder for the output"
                )
