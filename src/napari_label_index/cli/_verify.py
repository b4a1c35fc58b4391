"""`label-index verify`: an export read again and compared with its volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.io import verify_export

if TYPE_CHECKING:
    import argparse

    from napari_label_index.cli._console import Console

SAME, DIFFERS = 0, 1


def verify(options: argparse.Namespace, console: Console) -> int:
    index = console.index_of(options.against)
    with console.progress("Comparing", "B") as on_progress:
        report = verify_export(
            options.file, index, on_progress=on_progress, cancel=console.cancel
        )
    print(report)
    return SAME if report.ok else DIFFERS
