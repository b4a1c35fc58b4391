"""What the comparison says: which layer can be compared, and what the verdicts mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index._widget._wording import DOT, TIMES, count, duration
from napari_label_index.session import OTHER_ID, Chip, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_label_index.session import Compared

NOT_INDEXED = "Index the layer first; then compare it with another one."
NO_OTHER = "There is no other Labels layer to compare with. Open one in this viewer."
RENAMED = "A layer has another name now. Compare again."

CHIPS = {
    verdict: Chip(name, verdict, meaning)
    for verdict, name, meaning in (
        (Verdict.MATCH, "Matches", "Labels that share more than half of their union"),
        (OTHER_ID, "Other id", "Matches that have another id in the other layer"),
        (
            Verdict.SPLIT,
            "Splits",
            "Labels that lie, with others, in one label of the other layer",
        ),
        (Verdict.MERGE, "Merges", "Labels that hold several labels of the other layer"),
        (
            Verdict.MISSING_THERE,
            "Missing there",
            "Labels of the table where the other layer has nothing",
        ),
        (
            Verdict.MISSING_HERE,
            "Missing here",
            "Labels of the other layer where the table has nothing",
        ),
        (
            Verdict.UNCLEAR,
            "Unclear",
            "Labels that share too little with any one to be called one of these",
        ),
    )
}


def gone(name: str) -> str:
    """Say that the second layer is not there any more, or has another shape."""
    return f"{name!r} is gone, and the comparison with it."


def other_shapes(name: str, shape: Sequence[int], wanted: Sequence[int]) -> str:
    """Say that the only other layers have other shapes."""
    sizes = [TIMES.join(f"{n:,}" for n in each) for each in (wanted, shape)]
    return (
        f"No other Labels layer is {sizes[0]}: {name!r} is {sizes[1]}. Open one of the"
        " same shape."
    )


def compared_summary(state: Compared, name: str) -> str:
    """Say what was compared, and how long it took."""
    here, there = count(len(state.first), "label"), f"{len(state.second):,}"
    took = duration(state.seconds)
    return f"{here} here, {there} in {name!r}{DOT}compared in {took}"
