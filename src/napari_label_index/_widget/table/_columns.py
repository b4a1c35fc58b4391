"""What the table shows of every index: one column per entry, arrays only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._widget.table._column import Column, pending_column
from napari_label_index.session import PLACES, longest_sides

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex

TIMES = "\N{MULTIPLICATION SIGN}"
EN_DASH = "\N{EN DASH}"


def columns_of(
    index: LabelIndex, more: tuple[Column, ...] = (), failure: str = ""
) -> tuple[Column, ...]:
    """Columns for a table of `index`, in the order shown.

    Parameters
    ----------
    index : LabelIndex
        Where it has not read its boxes and centroids yet, there are dots.
    more : tuple of Column
        What is shown after the voxels.
    failure : str
        Why boxes and centroids cannot be read, if so.
    """
    spatial = [i for i in range(index.ndim) if i != index.time_axis]
    return (
        _labels(index.labels, index.ids),
        *_when(index, failure),
        _voxels(index.voxel_counts),
        *more,
        *(_centroid(index, axis, failure) for axis in spatial),
        _box(index, spatial, failure),
    )


def _labels(labels: LabelArray, ids: LabelArray) -> Column:
    texts = map(str, [*ids[:1].tolist(), *ids[-1:].tolist()])
    return Column(
        header="Label",
        tooltip="The id in the label image, beside its colour in the picture",
        sort_values=labels,
        # An id is a name, not a quantity: no thousands separators.
        text=lambda row: str(int(ids[row])),
        plain={"label": ids},
        widest=max(texts, key=len, default="0"),
        key="label",
    )


def _when(index: LabelIndex, failure: str) -> tuple[Column, ...]:
    """When it is there: a time, or the first and the last one."""
    axis = index.time_axis
    if axis is None:
        return ()
    last_time = str(max(index.shape[axis] - 1, 0))
    if index.is_by_time:
        at = index.column("t")
        return (
            Column(
                header="t",
                tooltip="The time",
                sort_values=at,
                text=lambda row: str(at[row]),
                plain={"t": at},
                widest=last_time,
                key="t",
            ),
        )
    tooltip = "First and last time that it is there; t_first, t_last"
    widest = f"{last_time}{EN_DASH}{last_time}"
    if not index.has_places:
        return (pending_column("t_first", "t", tooltip, index, failure, widest=widest),)
    firsts, lasts = index.column("t_first"), index.column("t_last")
    return (
        Column(
            header="t",
            tooltip=tooltip,
            sort_values=firsts,
            text=lambda row: _range(int(firsts[row]), int(lasts[row])),
            plain={"t_first": firsts, "t_last": lasts},
            widest=widest,
            key="t_first",
        ),
    )


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}{EN_DASH}{last}"


def _voxels(counts: LabelArray) -> Column:
    return Column(
        header="Voxels",
        tooltip="How many voxels have this label",
        sort_values=counts,
        text=lambda row: f"{counts[row]:,}",
        plain={"num_pixels": counts},
        widest=f"{counts.max(initial=0):,}",
        key="num_pixels",
    )


def _centroid(index: LabelIndex, axis: int, failure: str) -> Column:
    name, key = index.axes[axis], f"centroid-{axis}"
    tooltip = f"Centroid along {name}, in voxels"
    widest = f"{max(index.shape[axis] - 1, 0):,}.0"
    if not index.has_places:
        return pending_column(key, name, tooltip, index, failure, widest=widest)
    centers = index.column(key)
    return Column(
        header=name,
        tooltip=tooltip,
        sort_values=centers,
        text=lambda row: f"{centers[row]:,.1f}",
        plain={key: centers},
        widest=widest,
        key=key,
    )


def _box(index: LabelIndex, spatial: list[int], failure: str) -> Column:
    shown_axes = f" {TIMES} ".join(index.axes[axis] for axis in spatial)
    tooltip = f"Size of the bounding box ({shown_axes}), sorted by its volume"
    if not index.has_places:
        return pending_column(PLACES, "Box", tooltip, index, failure, is_optional=True)
    bboxes, stops = index.bboxes, [index.ndim + axis for axis in spatial]
    return Column(
        header="Box",
        tooltip=tooltip,
        sort_values=_box_volumes(index, spatial),
        text=lambda row: _times(bboxes[row, stops] - bboxes[row, spatial]),
        plain={f"bbox-{i}": bound for i, bound in enumerate(bboxes.T)},
        widest=_times(longest_sides(index)[spatial]),
        key=PLACES,
        is_optional=True,
    )


def _box_volumes(index: LabelIndex, spatial: list[int]) -> LabelArray:
    if len(spatial) == index.ndim:
        return index.column(PLACES)
    found: LabelArray = index.remember(
        "volumes of boxes at once", lambda: _spatial_volumes(index, spatial)
    )
    return found


def _spatial_volumes(index: LabelIndex, spatial: list[int]) -> LabelArray:
    # float64: the volume of a box of five long axes may pass 2**63.
    volumes = np.ones(len(index))
    for axis in spatial:
        volumes *= index.bboxes[:, index.ndim + axis] - index.bboxes[:, axis]
    return volumes


def _times(sizes: Any) -> str:
    return TIMES.join(map(str, sizes.tolist()))
