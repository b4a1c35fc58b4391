"""What the modes panel says, as plain functions of state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index._widget._wording import DOT, count
from napari_label_index.session import Dim

if TYPE_CHECKING:
    from napari_label_index.session import Display

PAUSED = "The labels changed: hidden ones come back until you index again."
ALL_HIDDEN = "Everything selected is hidden (Shift+H shows all)"
DIM_NAMES = {
    Dim.OFF: "Off",
    Dim.DIMMED: "Dim others",
    Dim.OUTLINES: "Outlines only",
}


def modes_text(
    display: Display,
    n_selected: int,
    n_selected_hidden: int = 0,
    *,
    in_3d: bool,
    row: str = "label",
) -> str:
    """Say what of the picture is not as the layer shows it; "" if all of it is.

    `row` is what a row of the table stands for.
    """
    if display.is_isolated and n_selected and n_selected == n_selected_hidden:
        return ALL_HIDDEN
    parts = []
    if display.is_isolated:
        parts.append(
            "only the selection shown" if n_selected else "select what to isolate"
        )
    if n_hidden := len(display.hidden):
        parts.append(f"{count(n_hidden, row)} hidden")
    if not (display.is_isolated and n_selected):
        if display.dim is Dim.DIMMED:
            parts.append("others dimmed")
        elif display.dim is Dim.OUTLINES:
            parts.append("others dimmed in 3D" if in_3d else "others as outlines")
    text = DOT.join(parts)
    return text[:1].upper() + text[1:]


def is_plain(display: Display) -> bool:
    """Whether the layer is shown as it is."""
    return not (
        display.is_isolated
        or len(display.hidden)
        or display.dim is not Dim.OFF
        or display.colors
    )
