"""One look at the health of a label image: what there is, and what is odd."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index._columns import compute_columns

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, LabelArray
    from napari_label_index.index._label_index import LabelIndex

_COLUMNS = (
    *("n_components", "smallest_component", "touches_border"),
    *("n_holes", "n_neighbours"),
)


def missing_ids(labels: LabelArray) -> list[tuple[int, int]]:
    """Return the gaps in 1 to the largest label, as (first, last) of each gap."""
    present = labels[labels > 0]
    if not present.size:
        return []
    # Differences of unsigned neighbours are exact; those of signed ones fit as well,
    # since all are positive.
    begins = np.flatnonzero(np.diff(present) > 1)
    gaps = [(int(present[k]) + 1, int(present[k + 1]) - 1) for k in begins]
    first = int(present[0])
    return [(1, first - 1), *gaps] if first > 1 else gaps


def report(index: LabelIndex, cancel: Cancel | None = None) -> dict[str, int]:
    """Return how many labels are odd in each way; see `LabelIndex.report`."""
    n_spatial = index.ndim - (index.time_axis is not None)
    meeting = [f"n_components-{n_spatial}"] if n_spatial > 1 else []
    compute_columns(index, [*_COLUMNS, *meeting], cancel)
    parts = index.column("n_components")
    gaps = missing_ids(index.distinct_ids)
    counts: dict[str, Any] = {"labels": index.n_ids}
    if index.is_by_time:
        counts["labels at a time"] = len(index)
    counts |= {
        "voxels": index.n_voxels,
        "in several parts": np.count_nonzero(parts > 1),
        "of one voxel": np.count_nonzero(index.voxel_counts == 1),
        "with a part of one voxel": np.count_nonzero(
            (index.column("smallest_component") == 1) & (parts > 1)
        ),
        "at the border": np.count_nonzero(index.column("touches_border")),
        "with holes": np.count_nonzero(index.column("n_holes")),
        "touching others": np.count_nonzero(index.column("n_neighbours")),
        "negative ids": np.count_nonzero(index.distinct_ids < 0),
        "ids missing from 1 to the largest": sum(b - a + 1 for a, b in gaps),
    }
    for name in meeting:
        counts["in parts that meet at edges or corners"] = np.count_nonzero(
            (parts > 1) & (index.column(name) < parts)
        )
    return {what: int(count) for what, count in counts.items()}
