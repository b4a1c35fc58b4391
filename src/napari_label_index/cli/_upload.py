"""`label-index upload`: the folder of an index, copied to an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.cli._console import Unfinished
from napari_label_index.errors import Cancelled
from napari_label_index.io import read_meta, upload_index
from napari_label_index.io._words import counted

if TYPE_CHECKING:
    import argparse

    from napari_label_index.cli._console import Console


def upload(options: argparse.Namespace, console: Console) -> None:
    try:
        with console.progress("Uploading", "B") as on_progress:
            upload_index(
                options.folder,
                options.address,
                on_progress=on_progress,
                cancel=console.cancel,
            )
    except (Cancelled, KeyboardInterrupt) as error:
        raise Unfinished(
            f"interrupted; there is no whole index at {options.address} until the same "
            "command has come to its end"
        ) from error
    labels = counted(read_meta(options.folder).n_labels, "label")
    console.say(f"{options.address}: {labels}")
