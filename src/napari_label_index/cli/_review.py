"""Status and note of every label, from the file that the inspector keeps them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.errors import UnreadableReviewError
from napari_label_index.io import ReviewColumns
from napari_label_index.io.review._review_file import content_of, lines_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    import numpy.typing as npt

    from napari_label_index.index import LabelIndex


def review_of(
    options: argparse.Namespace, index: LabelIndex
) -> Mapping[str, npt.ArrayLike]:
    """Return the columns of the file of --review; none without it."""
    if options.review is None:
        return {}
    if not options.review.is_file():
        raise UnreadableReviewError(f"{options.review} is no file")
    found = lines_of(options.review, content_of(options.review) or b"")
    if found.hint is None or found.n_unreadable:
        raise UnreadableReviewError(
            f"{options.review} is damaged, or is no review; the inspector tells what"
            " is left of it"
        )
    if found.hint.shape != index.shape:
        raise UnreadableReviewError(
            f"{options.review} is the review of another volume: {found.hint}"
        )
    return ReviewColumns(found.marks, index)
