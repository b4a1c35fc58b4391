"""Which labels differ between an index and one that it was before some edits.

An index that follows an edit notes which one it came from, and the labels that the edit
changed. So whatever was found for each label beside the index, such as intensities in
an image, has to be found again for these alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from napari_label_index.index._sorted_sets import union

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.index._label_index import LabelIndex

_MOST_STEPS = 256
_MOST_LABELS = 1 << 14  # of one step: after more, all may as well be found again

# A token of the index before, and the labels that changed, came or went, sorted.
_Steps: TypeAlias = "tuple[tuple[object, LabelArray], ...]"


def note_edit(before: LabelIndex, after: LabelIndex, labels: LabelArray) -> None:
    """Note that `after` is `before`, but for these labels."""
    # A frozen dataclass keeps what is known beside its fields in its dictionary.
    known = before.__dict__
    token = known.setdefault("_token", object())
    steps: _Steps = known.get("_steps", ())
    if labels.size > _MOST_LABELS:
        return
    after.__dict__["_steps"] = (*steps, (token, labels))[-_MOST_STEPS:]


def labels_changed(before: LabelIndex, after: LabelIndex) -> LabelArray | None:
    """Return the labels that changed, came or went between two indices, sorted.

    None if `after` did not follow from `before`, or too long ago to be remembered.
    """
    if after is before:
        return before.labels[:0]
    token: Any = before.__dict__.get("_token")
    changed = before.labels[:0]
    for step, labels in reversed(after.__dict__.get("_steps", ())):
        changed = union(changed, labels)
        if step is token:
            return changed
    return None
