"""What each command does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.cli import _intensities
from napari_label_index.cli._choice import selected, summary
from napari_label_index.index import ComparedRows
from napari_label_index.io import check_output, export_columns, export_table
from napari_label_index.io._words import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from napari_label_index._typing import LabelArray
    from napari_label_index.cli._console import Console
    from napari_label_index.index import LabelIndex

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


def select(options: argparse.Namespace, console: Console) -> None:
    index = console.index_of(options.input, options.against)
    measured = _intensities.measure(index, options.intensity, console)
    labels = selected(index, options, measured)
    for block in np.array_split(labels, labels.size // _BLOCK + 1):
        sys.stdout.write("".join(f"{line}\n" for line in _lines(index, block)))
    sys.stdout.flush()


def _lines(index: LabelIndex, labels: LabelArray) -> Iterable[str]:
    """List what stands for some rows: the label, by time with the time after a tab."""
    ids, times = index.ids_of(labels).tolist(), index.times_of(labels)
    if times is None:
        return map(str, ids)
    return map("{}\t{}".format, ids, times.tolist())


def check(options: argparse.Namespace, console: Console) -> None:
    if options.output is not None:
        check_output(options.output, (".csv",))
    index = console.index_of(options.input, options.against)
    found = index.report(cancel=console.cancel)
    width = max(len(f"{count:,}") for count in found.values())
    for what, count in found.items():
        print(f"{count:>{width},}  {what}")
    if options.output is not None:
        export_table(
            index, options.output, columns=CHECK_COLUMNS, cancel=console.cancel
        )
        console.say(f"{options.output}: {summary(index)}")


def compare(options: argparse.Namespace, console: Console) -> None:
    if options.output is not None:
        check_output(options.output, (".csv",))
    index = console.index_of(options.input)
    reference = console.index_of(options.reference)
    with console.progress("Comparing", "slice") as on_progress:
        comparison = index.compare(
            reference, on_progress=on_progress, cancel=console.cancel
        )
    rows = ComparedRows.of(comparison)
    for verdict, count in rows.counts().items():
        if count:
            print(f"{count:,}  {verdict}")
    if n_others := len(rows.with_other_id):
        print(f"{n_others:,}  of the matches with another id")
    if options.output is not None:
        export_columns(rows.table, options.output)
        console.say(f"{options.output}: {counted(len(rows), 'row')}")
