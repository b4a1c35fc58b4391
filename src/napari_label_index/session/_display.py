"""What the user wants to see, and what has to be drawn for that."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from napari_label_index.index import difference
from napari_label_index.session._selection import NO_LABELS
from napari_label_index.session._state import Indexing, Ready, SessionState

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.session._color_scale import ColorScale

DIMMED = 0.25  # of the opacity: enough to tell where in the tissue an object lies


class Dim(Enum):
    """How the labels that are not selected are shown."""

    OFF = "as they are"
    DIMMED = "dimmed"
    OUTLINES = "outlines only"


@dataclass(frozen=True, slots=True, eq=False)
class Display:
    """What the user asked for."""

    is_isolated: bool = False  # only the selection is seen
    hidden: LabelArray = field(default_factory=lambda: NO_LABELS)  # (n,) sorted
    dim: Dim = Dim.OFF
    colors: ColorScale | None = None  # None: the colours of the layer


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What has to be drawn."""

    drawn: LabelArray | None  # in place of the layer; None: the layer shows itself
    highlighted: LabelArray  # (n,) sorted
    opacity: float = 1.0  # times that of the layer
    is_outlined: bool = False  # what is drawn, that is


def resolve(
    display: Display, known: LabelArray, selected: LabelArray, *, in_3d: bool = False
) -> Scene:
    """Say what has to be drawn; `known` and `selected` are sorted.

    A selection that is isolated keeps its colours, without the highlight. Where
    nothing is selected, there is nothing to isolate, and everything is seen.
    Outlines are a matter of slices: in 3D, what is not selected is dimmed.
    """
    seen = difference(selected, display.hidden)
    if display.is_isolated and len(selected):
        return Scene(drawn=seen, highlighted=selected[:0])
    is_outlined = display.dim is Dim.OUTLINES and not in_3d
    is_dimmed = display.dim is not Dim.OFF and not is_outlined
    opacity = DIMMED if is_dimmed else 1.0
    if not (is_outlined or len(display.hidden) or display.colors):
        return Scene(None, seen, opacity)
    return Scene(difference(known, display.hidden), seen, opacity, is_outlined)


def can_replace_layer(state: SessionState) -> bool:
    """Whether the index still says what the layer would show."""
    settled = state.before if isinstance(state, Indexing) else state
    return isinstance(settled, Ready)
