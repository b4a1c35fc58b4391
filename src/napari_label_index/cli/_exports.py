"""The commands that write labels to files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from napari_label_index.cli import _intensities
from napari_label_index.cli._choice import (
    chosen_columns,
    chosen_labels,
    rows_told,
    summary,
)
from napari_label_index.cli._console import WrongCallError
from napari_label_index.io import (
    FORMATS,
    check_export,
    export,
    export_table,
    read_label_image,
    spreadsheet_notes,
    write_columns,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from napari_label_index._typing import LabelArray
    from napari_label_index.cli._console import Console
    from napari_label_index.index import LabelIndex


def table(options: argparse.Namespace, console: Console) -> None:
    if options.output is not None:
        check_export(options.output, FORMATS["table"].endings)
    # Columns that tell of neighbours need all labels; those that are usual do not.
    enough = options.labels if options.columns is None else None
    index = console.index_of(options.input, options.against, enough)
    measured = _intensities.measure(index, options.intensity, console)
    labels = chosen_labels(index, options, measured)
    names = options.columns
    columns = None if names is None else chosen_columns(index, names, measured)
    if options.output is None:
        joined = _intensities.joined(index, labels, columns, measured)
        write_columns(joined, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    export_table(
        index, options.output, labels, columns, measured=measured,
        query=_query(options), cancel=console.cancel,
    )  # fmt: skip
    told = summary(index) if labels is None else rows_told(index, labels)
    console.say(f"{options.output}: {told}")
    _warn(options, index, labels, console)


def coords(options: argparse.Namespace, console: Console) -> None:
    is_placed = options.spacing is not None or options.origin is not None
    if options.units == "voxel" and is_placed:
        raise WrongCallError("--spacing and --origin are for --units world")
    _check(options)
    index = console.index_of(options.input, options.against, options.labels)
    spacing, origin = _spacing_and_origin(options, index)
    if options.units == "world" and not is_placed:
        spacing, origin = index.spacing, index.origin
    intensity = None
    if options.intensity is not None:
        with console.progress("Reading", "part") as on_progress:
            intensity = read_label_image(
                options.intensity, on_progress=on_progress, cancel=console.cancel
            )
    _write(
        index, options, console,
        spacing=spacing, origin=origin, intensity=intensity, **_layout(options),
    )  # fmt: skip


def runs(options: argparse.Namespace, console: Console) -> None:
    _check(options)
    index = console.index_of(options.input, options.against, options.labels)
    _write(index, options, console, **_layout(options))


def image(options: argparse.Namespace, console: Console) -> None:
    """Write a mask or a label image."""
    _check(options)
    index = console.index_of(options.input, options.against, options.labels)
    more = {} if options.what == "mask" else {"smallest": options.smallest}
    crop = options.crop if options.what == "label_image" else not options.whole
    _write(index, options, console, crop=crop, flavour=options.flavour, **more)


def rois(options: argparse.Namespace, console: Console) -> None:
    _check(options)
    index = console.index_of(options.input, options.against, options.labels)
    _write(index, options, console)


def meshes(options: argparse.Namespace, console: Console) -> None:
    _check(options)
    index = console.index_of(options.input, options.against, options.labels)
    spacing, origin = _spacing_and_origin(options, index)
    _write(
        index, options, console,
        spacing=spacing, origin=origin, per_label=options.per_label,
    )  # fmt: skip


def _check(options: argparse.Namespace) -> None:
    per_label = getattr(options, "per_label", None)
    check_export(options.output, FORMATS[options.what].endings, per_label)


def _write(
    index: LabelIndex, options: argparse.Namespace, console: Console, **how: Any
) -> None:
    labels = chosen_labels(index, options)
    try:
        with console.progress("Writing", "voxel") as on_progress:
            export(
                index, labels, options.output, options.what, query=_query(options),
                on_progress=on_progress, cancel=console.cancel, **how,
            )  # fmt: skip
    except ValueError as error:
        if type(error) is not ValueError:
            raise
        raise WrongCallError(str(error)) from error
    console.say(f"{options.output}: voxels of {rows_told(index, labels)}")
    _warn(options, index, labels, console)


def _warn(
    options: argparse.Namespace,
    index: LabelIndex,
    labels: LabelArray | None,
    console: Console,
) -> None:
    per_label = getattr(options, "per_label", None)
    if ".csv" in (per_label or options.output.name.lower()):
        for note in spreadsheet_notes(
            index.ids if labels is None else index.ids_of(labels)
        ):
            console.say(f"{options.output}: {note}")


def _query(options: argparse.Namespace) -> str:
    return "" if options.where is None else str(options.where.text)


def _layout(options: argparse.Namespace) -> dict[str, Any]:
    order = options.order
    if order is not None:
        # xyz is short for x,y,z.
        order = order.split(",") if "," in order else list(order)
    return {
        "order": order,
        "axis_names": options.axis_names,
        "per_label": options.per_label,
        "neutral_text": not options.plain_text,
    }


def _spacing_and_origin(
    options: argparse.Namespace, index: LabelIndex
) -> tuple[Sequence[float] | None, Sequence[float] | None]:
    for name, values in (("--spacing", options.spacing), ("--origin", options.origin)):
        if values is not None and len(values) != index.ndim:
            raise WrongCallError(
                f"{name} needs one number for each of the axes "
                f"{','.join(index.axes)}, got {len(values)}"
            )
    return options.spacing, options.origin
