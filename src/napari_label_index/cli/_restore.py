"""`label-index restore`: the volume back from its index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.cli._console import WrongCallError
from napari_label_index.io import (
    RESTORE_SUFFIXES,
    check_output,
    is_index_path,
    restore_label_image,
)

if TYPE_CHECKING:
    import argparse

    from napari_label_index.cli._console import Console


def restore(options: argparse.Namespace, console: Console) -> None:
    if not is_index_path(options.index):
        raise WrongCallError("restore takes an index: a .parquet, or a folder of build")
    check_output(options.output, RESTORE_SUFFIXES)
    index = console.index_of(options.index)
    with console.progress("Writing", "voxel") as on_progress:
        restore_label_image(
            index, options.output, on_progress=on_progress, cancel=console.cancel
        )
    shape = " x ".join(map(str, index.shape))
    console.say(f"{options.output}: {shape} voxels of {index.dtype}")
