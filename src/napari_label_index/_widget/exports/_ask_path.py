"""The file dialog that asks where to write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from qtpy.QtWidgets import QFileDialog, QWidget

from napari_label_index.io import INDEX_SUFFIX

AskPath: TypeAlias = Callable[[QWidget, str], Path | None]
"""Asks for a path, given a suggested name; None means never mind."""

_TWO_PARTS = (".csv.gz", INDEX_SUFFIX)


def ask_path(parent: QWidget, suggested: str) -> Path | None:
    """Ask in a file dialog, which asks again before it takes an existing file.

    A name without an ending is that of a folder to be made.
    """
    suffix = next((each for each in _TWO_PARTS if suggested.endswith(each)), "")
    suffix = suffix or Path(suggested).suffix
    dialog = QFileDialog(parent, "Export" if suffix else "Export to a new folder")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    if suffix:
        dialog.setNameFilter(f"{suffix[1:].upper()} (*{suffix})")
        # Not added afterwards: the dialog would ask about overwriting another file.
        dialog.setDefaultSuffix(suffix[1:])
    dialog.selectFile(suggested)
    chosen = Path(dialog.selectedFiles()[0]) if dialog.exec() else None
    dialog.deleteLater()
    return chosen
