"""What the panel of colours says, as plain functions of state."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from napari_label_index._widget._wording import ELLIPSIS, count
from napari_label_index.io import hex_of

if TYPE_CHECKING:
    from napari_label_index.io import Color, ColorLabels
    from napari_label_index.session import ColorsFound

CHANGED = "The image has changed since. Look again."
NO_BACKGROUND = "None: every colour is an object"
MADE = "Made of colours."
OTHER = f"Other{ELLIPSIS}"
NO_IDS = "Each colour has an id of its own: red, green and blue as one number."
ONE_EACH, SPLIT = "One label for each colour", "Split colours into parts"
ONLY_BACKGROUND = "There is no colour but the background."
NAMES = {(0, 0, 0): "Black", (1, 1, 1): "White"}  # in parts of the highest value


def color_name(color: Color | None, bits: int, share: float = 0.0) -> str:
    """As in "Black #000000" and "#c81e5a, 12 %"."""
    if color is None:
        return NO_BACKGROUND
    top = 2**bits - 1
    name = NAMES.get(tuple(channel / top for channel in color), "")
    text = f"{name} {hex_of(color, bits)}".strip()
    if not share:
        return text
    return f"{text}, {share:.0%}" if share >= 0.005 else f"{text}, below 1%"


def found_summary(found: ColorsFound) -> str:
    """Say how much was found."""
    colors = count(found.labels.n_colors, "colour")
    text = f"{colors} in {count(prod(found.labels.index.shape), 'voxel')}"
    if found.request.ids is not None:
        text += f", {count(len(found.labels.index), 'id')}"
    return text + "."


def warnings_of(labels: ColorLabels) -> str:
    """Return what a user should know, a line each."""
    if not labels.n_colors:
        return ONLY_BACKGROUND
    return "\n\n".join(_sentence(text) for text in labels.warnings)


def choices(found: ColorsFound | None) -> tuple[str, str]:
    """Name the two ways to make labels, with how many each makes."""
    if found is None:
        return ONE_EACH, SPLIT
    if found.request.ids is not None:  # ids may join parts of several colours
        return f"One label for each id ({len(found.labels.index):,})", SPLIT
    return (
        f"{ONE_EACH} ({len(found.labels.index):,})",
        f"{SPLIT} ({found.n_parts:,})",
    )


def ids_text(name: str) -> str:
    """Say where ids come from."""
    return f"Ids of {name}" if name else NO_IDS


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
