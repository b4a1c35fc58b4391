"""Named sets of labels, from the file that the inspector keeps them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.errors import UnreadableReviewError
from napari_label_index.io import read_sets

if TYPE_CHECKING:
    import argparse

    from napari_label_index._typing import LabelArray


def sets_of(options: argparse.Namespace) -> dict[str, LabelArray]:
    """Return the labels of each set in the file of --sets; none without it."""
    if options.sets is None:
        return {}
    if not options.sets.is_file():
        raise UnreadableReviewError(f"{options.sets} is no file")
    found = read_sets(options.sets)
    if found.n_unreadable:
        raise UnreadableReviewError(
            f"{options.sets} is damaged, or is no file of sets; the inspector tells"
            " what is left of it"
        )
    return {
        name: each.labels
        for name, each in found.sets.items()
        if each.labels is not None
    }
