"""Status and note as columns of the table; what they show changes with each mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._widget.table._column import Column
from napari_label_index.io import STATUSES

if TYPE_CHECKING:
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import ReviewDesk

STATUS, NOTE = "status", "note"
_UNREVIEWED = STATUSES[0]
_LONGEST_NOTE = 24  # characters shown; the tooltip has all


def status_column(index: LabelIndex, desk: ReviewDesk) -> Column:
    """Return what was decided about each label; nothing where nothing was."""

    def text(row: int) -> str:
        status = STATUSES[desk.codes[row]]
        return "" if status is _UNREVIEWED else str(status)

    return Column(
        header="Status",
        tooltip="What you decided about the label; status in the filter",
        sort_values=desk.codes,
        text=text,
        plain={STATUS: _Latest(index, desk, STATUS)},  # type: ignore[dict-item]
        widest=max(STATUSES[1:], key=len),
        key=STATUS,
        hint=lambda row: _note_at(index, desk, row),
    )


def note_column(index: LabelIndex, desk: ReviewDesk) -> Column:
    """Return the beginnings of the notes."""
    return Column(
        header="Note",
        tooltip="What you wrote about the label; note in the filter",
        sort_values=np.not_equal(desk.columns(index)[NOTE], ""),
        text=lambda row: _note_at(index, desk, row)[:_LONGEST_NOTE],
        plain={NOTE: _Latest(index, desk, NOTE)},  # type: ignore[dict-item]
        widest="n" * (_LONGEST_NOTE // 2),
        key=NOTE,
        hint=lambda row: _note_at(index, desk, row),
    )


class _Latest:
    """A column that is looked up when it is copied."""

    def __init__(self, index: LabelIndex, desk: ReviewDesk, key: str) -> None:
        self._index = index
        self._desk = desk
        self._key = key

    def __getitem__(self, rows: Any) -> Any:
        return np.asarray(self._desk.columns(self._index)[self._key][rows])


def _note_at(index: LabelIndex, desk: ReviewDesk, row: int) -> str:
    return desk.marks.note_of(int(index.ids[row]))
