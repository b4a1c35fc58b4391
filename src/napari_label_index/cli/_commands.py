"""What each command does."""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import UnknownLabelError
from napari_label_index.index import LabelIndex, select_labels
from napari_label_index.io import (
    check_output,
    export_columns,
    export_coords,
    export_table,
    save_index,
    write_table,
)

if TYPE_CHECKING:
    import argparse

    from napari_label_index._typing import LabelArray
    from napari_label_index.cli._console import Console

_BLOCK = 1 << 16  # ids printed at a time

CHECK_COLUMNS = (
    "label",
    "num_pixels",
    "n_components",
    "largest_component",
    "smallest_component",
    "n_holes",
    "hole_voxels",
    "filled_hole_voxels",
    "touches_border",
    "n_neighbours",
    "contact_area",
)


class WrongCallError(Exception):
    """Options that do not fit the file that they are meant for."""


def build(options: argparse.Namespace, console: Console) -> None:
    check_output(options.output, (".npz",))
    index = console.index_of(options.stack)
    save_index(index, options.output)
    console.say(f"{options.output}: {_summary(index)}")


def table(options: argparse.Namespace, console: Console) -> None:
    if options.output is not None:
        check_output(options.output, (".csv",))
    index = console.index_of(options.input)
    labels = _chosen(index, options)
    columns = None if options.columns is None else _columns(index, options.columns)
    if options.output is None:
        write_table(index, sys.stdout.buffer, labels, columns)
        sys.stdout.buffer.flush()
        return
    export_table(index, options.output, labels, columns)
    told = _summary(index) if labels is None else f"{labels.size:,} labels"
    console.say(f"{options.output}: {told}")


def coords(options: argparse.Namespace, console: Console) -> None:
    check_output(options.output, (".csv", ".npz"))
    is_placed = options.spacing is not None or options.origin is not None
    if options.units == "voxel" and is_placed:
        raise WrongCallError("--spacing and --origin are for --units world")
    index = console.index_of(options.input)
    spacing, origin = options.spacing, options.origin
    for name, values in (("--spacing", spacing), ("--origin", origin)):
        if values is not None and len(values) != index.ndim:
            raise WrongCallError(
                f"{name} needs one number for each of the axes "
                f"{','.join(index.axes)}, got {len(values)}"
            )
    if options.units == "world" and not is_placed:
        spacing, origin = index.spacing, index.origin
    labels: list[int] | LabelArray | None = _chosen(index, options)
    if options.labels is not None:
        labels = _labels_in(index, options.labels)
    with console.progress("Writing", "voxel") as on_progress:
        export_coords(
            index,
            labels,
            options.output,
            spacing=spacing,
            origin=origin,
            on_progress=on_progress,
            cancel=console.cancel,
        )
    n_labels = len(index) if labels is None else len(set(labels))
    console.say(f"{options.output}: voxels of {n_labels:,} labels")


def select(options: argparse.Namespace, console: Console) -> None:
    labels = select_labels(console.index_of(options.input), options.where)
    for block in np.array_split(labels, labels.size // _BLOCK + 1):
        sys.stdout.write("".join(f"{label}\n" for label in block.tolist()))
    sys.stdout.flush()


def check(options: argparse.Namespace, console: Console) -> None:
    if options.output is not None:
        check_output(options.output, (".csv",))
    index = console.index_of(options.input)
    found = index.report()
    width = max(len(f"{count:,}") for count in found.values())
    for what, count in found.items():
        print(f"{count:>{width},}  {what}")
    if options.output is not None:
        export_table(index, options.output, columns=CHECK_COLUMNS)
        console.say(f"{options.output}: {_summary(index)}")


def compare(options: argparse.Namespace, console: Console) -> None:
    if options.output is not None:
        check_output(options.output, (".csv",))
    index = console.index_of(options.input)
    reference = console.index_of(options.reference)
    with console.progress("Comparing", "slice") as on_progress:
        comparison = index.compare(
            reference, on_progress=on_progress, cancel=console.cancel
        )
    table = comparison.table()
    for status, count in zip(
        *np.unique(table["status"], return_counts=True), strict=True
    ):
        print(f"{count:,}  {status}")
    if options.output is not None:
        export_columns(table, options.output)
        console.say(f"{options.output}: {_summary(index)}")


def _columns(index: LabelIndex, names: list[str]) -> list[str]:
    """Return the columns asked for, after the label; say which there are."""
    for name in names:
        if name not in index.columns:
            raise WrongCallError(
                f"there is no column {name!r}; there are {', '.join(index.columns)}"
            )
    return list(dict.fromkeys(["label", *names]))


def _chosen(index: LabelIndex, options: argparse.Namespace) -> LabelArray | None:
    """Return the labels that --where selects, None without it."""
    return None if options.where is None else select_labels(index, options.where)


def _summary(index: LabelIndex) -> str:
    return f"{len(index):,} labels, {index.n_voxels:,} voxels"


def _labels_in(index: LabelIndex, ranges: list[tuple[int, int]]) -> list[int]:
    """Return the labels of the index that are meant; ranges may have gaps."""
    found: list[int] = []
    for first, last in ranges:
        if first == last:
            index.row_of(first)  # says so if there is none
            found.append(first)
            continue
        rows = slice(bisect_left(index.labels, first), bisect_right(index.labels, last))
        if not index.labels[rows].size:
            raise UnknownLabelError(f"no label from {first} to {last} has any voxel")
        found.extend(index.labels[rows].tolist())
    return found
