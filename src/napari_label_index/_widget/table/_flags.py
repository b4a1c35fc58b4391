"""The flags: one letter for each fault of a label, readable without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._widget.table._column import Column, pending_column
from napari_label_index.session import tiny_below

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import ColumnStore

FLAGS = "flags"
FLAG_NEEDS = ("n_components", "n_holes", "touches_border")
# Bit, letter, meaning; the heaviest fault has the highest bit, for sorting.
_FLAGS = (
    (8, "M", "Multi-part: in more than one part"),
    (4, "H", "Holes: has closed cavities"),
    (2, "B", "Border: cut by the border of the volume"),
    (1, "T", "Tiny: fewer than {:,} voxels"),
)


def flags_column(index: LabelIndex, store: ColumnStore) -> Column:
    """Return the column of flags; it shows dots while it is computed."""
    meanings = [text.format(tiny_below(index)) for _, _, text in _FLAGS]
    letters = [letter for _, letter, _ in _FLAGS]
    listed = "\n".join(
        f"{letter}  {text}" for letter, text in zip(letters, meanings, strict=True)
    )
    tooltip = f"Faults by letter:\n{listed}"
    parts, holes, meets_border = (_latest(name, store) for name in FLAG_NEEDS)
    if parts is None or holes is None or meets_border is None:
        failure = next(filter(None, map(store.failure, FLAG_NEEDS)), "")
        return pending_column(FLAGS, "Flags", tooltip, index, failure)
    codes = _codes(index, parts, holes, meets_border)
    texts = _texts(letters, " ")
    hints = _texts(meanings, "\n")
    return Column(
        header="Flags",
        tooltip=tooltip,
        sort_values=codes,
        text=lambda row: texts[codes[row]],
        plain={FLAGS: _Texts(texts, codes)},  # type: ignore[dict-item]
        widest="M H B",
        key=FLAGS,
        hint=lambda row: hints[codes[row]],
        is_former=not all(map(store.is_ready, FLAG_NEEDS)),
    )


def _latest(name: str, store: ColumnStore) -> IntVector | None:
    """Return a column, or what it said before an edit."""
    former = store.former(name)
    if former is None:
        return store.values(name)
    return np.where(former.is_known, former.values, 0)


def _codes(
    index: LabelIndex, parts: IntVector, holes: IntVector, meets_border: IntVector
) -> IntVector:
    """One bit for each fault of each label, (n_labels,)."""
    faults = (
        parts > 1,
        holes > 0,
        meets_border,
        index.voxel_counts < tiny_below(index),
    )
    codes = np.zeros(len(index), np.uint8)
    for (bit, _, _), fault in zip(_FLAGS, faults, strict=True):
        codes |= fault.astype(bool).view(np.uint8) * np.uint8(bit)
    return codes


class _Texts:
    """A column that is put in words when it is copied."""

    def __init__(self, texts: list[str], codes: IntVector) -> None:
        self._texts = np.array(texts)
        self._codes = codes

    def __getitem__(self, rows: Any) -> Any:
        return self._texts[self._codes[rows]]


def _texts(words: list[str], between: str) -> list[str]:
    """The words of each of the 16 combinations of faults."""
    return [
        between.join(
            word for (bit, _, _), word in zip(_FLAGS, words, strict=True) if code & bit
        )
        for code in range(16)
    ]
