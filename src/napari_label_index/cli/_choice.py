"""Which labels and which columns the options of a command mean."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.cli._console import WrongCallError
from napari_label_index.cli._review import review_of
from napari_label_index.cli._sets import sets_of
from napari_label_index.errors import UnknownColumnError, UnknownLabelError
from napari_label_index.index import LabelIndex, distinct, no_such_label, select_labels
from napari_label_index.io._words import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Mapping

    from napari_label_index._typing import FloatArray, LabelArray

# Columns that come from beside the volume, by how they begin, and from where.
_ELSEWHERE = {
    "status": "is kept in a review: name its file with --review",
    "note": "is kept in a review: name its file with --review",
    "intensity_": "is measured in an image: give --intensity to `select` or `table`",
}


def chosen_columns(
    index: LabelIndex, names: list[str], measured: Collection[str] = ()
) -> list[str]:
    """Return the columns asked for, after the label; say which there are."""
    known = [*index.columns, *measured]
    for name in names:
        if name not in known:
            raise WrongCallError(
                f"there is no column {name!r}; there are {', '.join(known)}"
            )
    first = ["label", "t"] if index.is_by_time else ["label"]
    return list(dict.fromkeys([*first, *names]))


def chosen_labels(
    index: LabelIndex,
    options: argparse.Namespace,
    measured: Mapping[str, FloatArray] | None = None,
) -> LabelArray | None:
    """Return the labels that --labels or --where means, None without them."""
    if options.labels is not None:
        ids = _ids_in(index, options.labels)
        if index.is_by_time:
            return index.keys_of(ids)
        return np.array(ids, index.labels.dtype)
    if options.where is None:
        return None
    return selected(index, options, measured)


def selected(
    index: LabelIndex,
    options: argparse.Namespace,
    measured: Mapping[str, FloatArray] | None = None,
) -> LabelArray:
    """Return the labels that the query selects, in its order."""
    extra = {**review_of(options, index), **(measured or {})}
    query = options.where
    try:
        return select_labels(index, query, extra, sets_of(options))
    except UnknownColumnError as error:
        end = error.position + error.length
        name = query.text[error.position : end]
        for beginning, told in _ELSEWHERE.items():
            if name.lower().startswith(beginning):
                sentence = f"{name!r} {told}"
                raise UnknownColumnError(
                    sentence, error.position, error.length
                ) from None
        raise


def _ids_in(index: LabelIndex, ranges: list[tuple[int, int]]) -> list[int]:
    """Return the labels of the volume that are meant; ranges may have gaps."""
    ids = index.distinct_ids
    found: list[int] = []
    for first, last in ranges:
        if first == last:
            if not index.has_id(first):
                raise UnknownLabelError(no_such_label(ids, first))
            found.append(first)
            continue
        rows = slice(bisect_left(ids, first), bisect_right(ids, last))
        if not ids[rows].size:
            raise UnknownLabelError(f"no label from {first} to {last} has any voxel")
        found.extend(ids[rows].tolist())
    return found


def summary(index: LabelIndex) -> str:
    """Return how much there is in an index, for a sentence."""
    return f"{rows_told(index)}, {counted(index.n_voxels, 'voxel')}"


def rows_told(index: LabelIndex, labels: LabelArray | None = None) -> str:
    """Return how many labels some rows are of, and how many rows those are."""
    rows = index.labels if labels is None else distinct(labels)
    ids = counted(index.distinct_ids_of(rows).size, "label")
    return f"{ids} in {counted(rows.size, 'row')} by time" if index.is_by_time else ids
