"""What the dock says of a saved index, as plain functions of state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from napari_label_index._widget._wording import count, size_text
from napari_label_index.session import (
    STILL_COMPARING,
    Failed,
    Indexing,
    Ready,
    Stale,
)

if TYPE_CHECKING:
    from napari_label_index.session import SavedIndex, SessionState

OPEN, INDEX_AGAIN = "Open saved index", "Index again"
OPENED_AT_ONCE = (
    "Opened the saved index: the files of the volume have not changed since. Some"
    " slices are being compared."
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What is said, and what the button beside it does: open, index, or nothing."""

    text: str = ""
    button: str = ""


def offer_of(state: SessionState, saved: SavedIndex | None) -> Offer:
    """Return what is offered while a layer is not indexed."""
    match state:
        case Indexing() | Ready() | Stale():
            return Offer()
        case Failed(_, was_opening) if was_opening:
            return Offer("The labels can be indexed anew.", INDEX_AGAIN)
    if saved is None:
        return Offer()
    return Offer(saved.unfit) if saved.unfit else Offer(found_text(saved), OPEN)


def found_text(saved: SavedIndex) -> str:
    """Say which index there is, in two short lines beside the button."""
    where = "in a folder" if saved.is_folder else "saved"
    text = f"{count(saved.n_labels, 'label')}, {where}"
    if not saved.time:
        return text
    when = datetime.fromtimestamp(saved.time).astimezone()
    return f"{text}\n{when:%Y-%m-%d %H:%M}"


def opened_text(state: Ready) -> str:
    """Say what was compared before an index was opened; "" for one that was built."""
    if state.compared == STILL_COMPARING:
        return OPENED_AT_ONCE
    return f"Opened the saved index: {state.compared}." if state.compared else ""


def saved_text(saved: SavedIndex) -> str:
    """Say what was saved, and where."""
    labels, size = count(saved.n_labels, "label"), size_text(saved.n_bytes)
    return f"Saved the index of {labels} to {saved.path.name} ({size})."
