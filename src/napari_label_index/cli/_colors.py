"""`label-index colors`: an image in which each object has a colour."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from napari_label_index.cli._help import STACK_HELP
from napari_label_index.io import (
    INDEX_SUFFIX,
    RESTORE_SUFFIXES,
    SourceStamp,
    check_output,
    export_columns,
    parse_color,
    read_color_labels,
    restore_label_image,
    save_index,
)
from napari_label_index.io._words import counted

if TYPE_CHECKING:
    from napari_label_index.cli._console import Console
    from napari_label_index.io import ColorLabels

_INDEX_SUFFIXES = (Path(INDEX_SUFFIX).suffix,)


def add_colors(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
) -> None:
    colors = commands.add_parser("colors", parents=[common], help="labels from colours")
    colors.add_argument("stack", type=Path, metavar="STACK", help=STACK_HELP)
    colors.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="an index (.parquet), or a .tif or .npy",
    )
    colors.add_argument(
        "--background",
        type=_background,
        default=(0, 0, 0),
        metavar="#rrggbb",
        help="colour that is no object, or none; else black",
    )
    colors.add_argument(
        "--map",
        type=Path,
        metavar="COLORS.csv",
        help="which colour has which id: label,color",
    )
    colors.add_argument("--split", action="store_true", help="each part has its own id")
    colors.add_argument(
        "--table",
        type=Path,
        metavar="FILE.csv",
        help="where to write which colour became which id",
    )
    colors.set_defaults(run=colors_to_labels)


def colors_to_labels(options: argparse.Namespace, console: Console) -> None:
    check_output(options.output, (*_INDEX_SUFFIXES, *RESTORE_SUFFIXES))
    if options.table is not None:
        check_output(options.table, (".csv",))
    stamp = SourceStamp.of(options.stack)
    with console.progress("Reading", "part") as on_progress:
        found = read_color_labels(
            options.stack,
            background=options.background,
            ids=options.map,
            on_progress=on_progress,
            cancel=console.cancel,
        )
    # A split has been asked for, or is offered.
    for sentence in found.doubts if options.split else found.warnings:
        console.say(f"note: {sentence}")
    n_colors = found.n_colors
    if options.split:
        with console.progress("Splitting", "run") as on_progress:
            found = found.split(on_progress=on_progress, cancel=console.cancel)
    _write(found, stamp, options.output, console)
    told = [
        counted(n_colors, "colour"),
        counted(len(found.index), "label"),
        counted(found.index.n_voxels, "voxel"),
    ]
    console.say(f"{options.output}: {', '.join(told)}")
    if options.table is not None:
        export_columns(found.table.columns(), options.table)
        console.say(f"{options.table}: {counted(len(found.table.labels), 'row')}")


def _write(
    found: ColorLabels, stamp: SourceStamp, path: Path, console: Console
) -> None:
    if path.suffix.lower() in _INDEX_SUFFIXES:
        with console.progress("Saving", "run") as on_progress:
            save_index(
                found.index,
                path,
                source=stamp,
                on_progress=on_progress,
                cancel=console.cancel,
            )
        return
    with console.progress("Writing", "voxel") as on_progress:
        restore_label_image(
            found.index, path, on_progress=on_progress, cancel=console.cancel
        )


def _background(text: str) -> tuple[int, int, int] | None:
    """Return the colour of #rrggbb or r,g,b, None for `none`."""
    if text.strip().lower() == "none":
        return None
    try:
        return parse_color(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
