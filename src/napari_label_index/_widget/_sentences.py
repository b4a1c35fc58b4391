"""What the dock says, as plain functions of state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index._widget._wording import (
    DOT,
    ELLIPSIS,
    TIMES,
    build_time,
    count,
    duration,
)
from napari_label_index.index import LIKE_AN_IMAGE, looks_like_intensities
from napari_label_index.session import (
    ALL_VOXELS,
    Empty,
    Failed,
    FilterState,
    Progress,
    Ready,
    SessionState,
    Stale,
    Waiting,
    Wrong,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_label_index.index import LabelIndex

STALE = "Labels changed since indexing. Index again to update the table."
OPEN = (
    "No labels yet.\n\nOpen a label image (File > Open), or try\n"
    "File > Open Sample > Label Index."
)
USE_IMAGE = (
    "No Labels layer yet.\n\nIf the voxels of the image are label ids,\n"
    "use it as labels with the button above."
)
COLORS_BUTTON = "turn colours into labels with the button above"
NOT_INDEXED = "Press Index to list every label of this layer."
NOTHING_SELECTED = "Nothing is selected. Click labels in the table or in the picture."
NO_LABELS = "This layer has no labels:\nall of its voxels are background (0)."


def hint_for(
    has_layer: bool, offers_image: bool, is_indexed: bool, unusable: str = ""
) -> str:
    """Say what to do next while there is no table.

    `unusable` says why an image that is open cannot be used as it is.
    """
    if has_layer:
        return NO_LABELS if is_indexed else NOT_INDEXED
    return USE_IMAGE if offers_image else unusable or OPEN


def unusable_image(
    name: str, dtype: object, is_color: bool, can_convert: bool = False
) -> str:
    """Say why an image is no label image, and what to make of it."""
    if is_color:
        way = COLORS_BUTTON if can_convert else "save it anew with 8 bits a channel"
        return (
            f"{name!r} is a colour image ({dtype}).\n\nLabels are whole numbers. If"
            f" each object has a colour, {way}."
        )
    return (
        f"{name!r} holds {dtype} values.\n\nLabels are whole numbers. If these are, say"
        " so: right-click the layer,\nConvert to Labels."
    )


def color_warning(dtype: object, n_channels: int) -> str:
    """Say that a layer of labels was a colour image, by the look of it."""
    return (
        f"This looks like a colour image: {dtype}, with {n_channels} values along the"
        " last axis. As labels, each colour channel is a position along x. If each"
        f" object has a colour, {COLORS_BUTTON}."
    )


def layer_summary(shape: Sequence[int], dtype: object) -> str:
    """Say what the layer holds."""
    return TIMES.join(f"{size:,}" for size in shape) + f"{DOT}{dtype}"


def index_summary(state: SessionState) -> str:
    """Say what the index holds and how long it took."""
    if not isinstance(state, Ready | Stale):
        return ""
    found, took = rows_found(state.index), build_time(state.seconds)
    if not state.compared:
        return f"{found}{DOT}indexed in {took}"
    # That something was left unread is said for as long as the index is shown.
    doubt = "" if state.compared == ALL_VOXELS else DOT + state.compared
    return f"{found}{DOT}opened in {took}{doubt}"


def rows_found(index: LabelIndex) -> str:
    """As in "195 labels", and where rows are by time "195 labels in 2,540 rows"."""
    labels = count(index.n_ids, "label")
    return f"{labels} in {count(len(index), 'row')}" if index.is_by_time else labels


def warning_of(state: SessionState) -> str:
    """Say what the user should beware of."""
    match state:
        case Stale(notice=notice):
            return notice or STALE
        case Empty(notice):
            return notice
        case Ready(index=index) if looks_like_intensities(index):
            return LIKE_AN_IMAGE
        case _:
            return ""


def error_of(state: SessionState) -> str:
    """Say what went wrong."""
    return state.message if isinstance(state, Failed) else ""


def progress_text(progress: Progress) -> str:
    """Say how far the work has come and how long it will take."""
    fraction, left = progress.fraction, progress.seconds_left
    text = progress.phase
    if fraction is not None:
        text += f" {fraction:.0%}"
    if left is not None:
        text += f"{DOT}{duration(left)} left"
    return text


def selection_summary(
    n_selected: int,
    n_labels: int,
    n_voxels: int,
    n_shown: int | None = None,
    n_hidden: int = 0,
) -> str:
    """Say how much is selected, of how much, and what of it the filter hides.

    `n_shown` is how many labels the filter shows; None is for no filter.
    """
    if n_shown is None:
        text = f"{n_selected:,} selected of {n_labels:,}"
    elif n_selected:
        text = f"{n_selected - n_hidden:,} of {n_shown:,} shown selected"
    else:
        text = f"{n_shown:,} of {n_labels:,} shown"
    if n_hidden:
        verb = "is" if n_hidden == 1 else "are"
        text += f"{DOT}{n_hidden:,} selected {verb} hidden by the filter"
    return f"{text}{DOT}{count(n_voxels, 'voxel')}" if n_selected else text


def query_message(state: FilterState) -> str:
    """Say what is wrong with a query, or what it waits for."""
    match state:
        case Wrong(text, message, position):
            if position >= len(text):
                return message
            return f"{message.removesuffix('.')} (character {position + 1})."
        case Waiting(_, ()):
            return f"Searching{ELLIPSIS}"
        case Waiting(_, columns):
            return f"Computing {', '.join(columns)}{ELLIPSIS}"
        case _:
            return ""
