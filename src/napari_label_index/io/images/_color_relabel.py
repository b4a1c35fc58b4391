"""Colours that were given ids by the user: their labels, and who is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index import LabelImage, relabeled_image
from napari_label_index.index._lookup import can_hold
from napari_label_index.io.images._color_packer import hex_of

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.io.images._color_labels import ColorTable
    from napari_label_index.io.images._color_packer import Color

__all__ = ["relabel", "unused_note"]


def relabel(
    index: LabelIndex, table: ColorTable, ids: dict[Color, int], bits: int
) -> tuple[LabelImage, ColorTable]:
    """Return the image in which every colour has the id that was given for it.

    Raises
    ------
    UnsupportedLabelsError
        If a colour of the image has none; the first voxel of these is named. If a
        colour of the list cannot be in an image of so many bits.
    """
    _check_channels(index, ids, bits)
    given = [ids.get((int(r), int(g), int(b))) for r, g, b in table.colors]
    missing = [row for row, label in enumerate(given) if label is None]
    if missing:
        raise _unknown(index, table, missing, bits)
    labels = np.array(given, _id_dtype(given))
    image = relabeled_image(index, labels)
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] != 0]
    sorted_table = replace(
        table,
        labels=labels[order],
        colors=table.colors[order],
        voxel_counts=table.voxel_counts[order],
        n_parts=table.n_parts[order],
    )
    return image, sorted_table


def unused_note(table: ColorTable, ids: dict[Color, int], bits: int) -> tuple[str, ...]:
    """Return a note on the colours of a list that the image does not have."""
    used = {(int(r), int(g), int(b)) for r, g, b in table.colors}
    # Nobody misses a colour of the background.
    unused = [color for color, label in ids.items() if label and color not in used]
    if not unused:
        return ()
    first = hex_of(unused[0], bits)
    told = f"{len(unused):,} of {len(ids):,} colours of the list are not in the image"
    return (f"{told}, such as {first} of id {ids[unused[0]]}",)


def _check_channels(index: LabelIndex, ids: dict[Color, int], bits: int) -> None:
    for color, label in ids.items():
        if max(color) >= 1 << bits:
            raise UnsupportedLabelsError(
                f"{index.source or 'the image'}: has {bits} bits a channel, so none is "
                f"{max(color)} as in the colour {color} of id {label}; correct the list"
            )


def _id_dtype(ids: list[Any]) -> np.dtype[Any]:
    least, most = min(ids, default=0), max(ids, default=0)
    for dtype in (np.uint32, np.int32, np.int64, np.uint64):
        if can_hold(np.dtype(dtype), least, most):
            return np.dtype(dtype)
    raise UnsupportedLabelsError(
        f"no type of number holds both {least} and {most}; give ids without a sign, or "
        "smaller ones"
    )


def _unknown(
    index: LabelIndex, table: ColorTable, rows: list[int], bits: int
) -> UnsupportedLabelsError:
    runs = index.runs
    firsts: LabelArray = runs.starts[runs.offsets[:-1]][rows]
    row = rows[int(np.argmin(firsts))]
    place = np.unravel_index(int(firsts.min()), index.shape)
    named = ", ".join(
        f"{name} {i}" for name, i in zip(index.axes, map(int, place), strict=True)
    )
    more = f", nor have {len(rows) - 1:,} others" if len(rows) > 1 else ""
    return UnsupportedLabelsError(
        f"{index.source or 'the image'}: the colour {hex_of(table.colors[row], bits)}, "
        f"first at {named}, has no id in the list{more}; add a line for each, with id "
        "0 for what is background"
    )
