"""What the table shows of an index: one column per entry, arrays only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.session import longest_sides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index import LabelIndex

TIMES = "\N{MULTIPLICATION SIGN}"
EN_DASH = "\N{EN DASH}"
VOXELS = "num_pixels"


@dataclass(frozen=True, eq=False)
class Column:
    """One column, with a value for every row of the index."""

    header: str
    tooltip: str
    sort_values: LabelArray  # (n_labels,) what this column is sorted by
    text: Callable[[int], str]  # what is shown for a row of the index
    plain: dict[str, LabelArray]  # what is copied, by the key in `LabelIndex.table`
    widest: str  # a text as wide as any in this column
    key: str = ""  # what the filter and the histogram call it
    hint: Callable[[int], str] | None = None  # tooltip for a row of the index
    is_optional: bool = False  # left out where all others fit only without it
    is_former: bool = False  # from before an edit, and being computed again


def columns_of(index: LabelIndex) -> tuple[Column, ...]:
    """Columns for a table of `index`, in the order shown."""
    spatial = [i for i in range(index.ndim) if i != index.time_axis]
    return (
        _labels(index.labels, index.ids),
        *_when(index),
        _voxels(index.voxel_counts),
        *(
            _centroid(
                index.axes[i], index.centroids[:, i], index.shape[i], f"centroid-{i}"
            )
            for i in spatial
        ),
        _box(index, spatial),
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


def _when(index: LabelIndex) -> tuple[Column, ...]:
    """When it is there: a time, or the first and the last one."""
    axis, times = index.time_axis, index.times_of(index.labels)
    if axis is None:
        return ()
    last_time = str(max(index.shape[axis] - 1, 0))
    if times is not None:
        at = times  # for the lambda
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
    firsts, lasts = index.column("t_first"), index.column("t_last")
    return (
        Column(
            header="t",
            tooltip="First and last time that it is there; t_first, t_last",
            sort_values=firsts,
            text=lambda row: _range(int(firsts[row]), int(lasts[row])),
            plain={"t_first": firsts, "t_last": lasts},
            widest=f"{last_time}{EN_DASH}{last_time}",
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


def _centroid(axis: str, centers: LabelArray, length: int, key: str) -> Column:
    return Column(
        header=axis,
        tooltip=f"Centroid along {axis}, in voxels",
        sort_values=centers,
        text=lambda row: f"{centers[row]:,.1f}",
        plain={key: centers},
        widest=f"{max(length - 1, 0):,}.0",
        key=key,
    )


def _box(index: LabelIndex, spatial: list[int]) -> Column:
    bboxes, ndim = index.bboxes, index.ndim
    stops = [ndim + axis for axis in spatial]
    shown_axes = f" {TIMES} ".join(index.axes[axis] for axis in spatial)
    return Column(
        header="Box",
        tooltip=f"Size of the bounding box ({shown_axes}), sorted by its volume",
        sort_values=_box_volumes(index, spatial),
        text=lambda row: _times(bboxes[row, stops] - bboxes[row, spatial]),
        plain={f"bbox-{i}": bound for i, bound in enumerate(bboxes.T)},
        widest=_times(longest_sides(index)[spatial]),
        key="area_bbox",
        is_optional=True,
    )


def _box_volumes(index: LabelIndex, spatial: list[int]) -> LabelArray:
    if len(spatial) == index.ndim:
        return index.column("area_bbox")
    # float64: the volume of a box of five long axes may pass 2**63.
    volumes = np.ones(len(index))
    for axis in spatial:
        volumes *= index.bboxes[:, index.ndim + axis] - index.bboxes[:, axis]
    return volumes


def _times(sizes: Any) -> str:
    return TIMES.join(map(str, sizes.tolist()))


def with_more(
    columns: tuple[Column, ...], more: tuple[Column, ...]
) -> tuple[Column, ...]:
    """Return all columns: `more` stand after the voxels, the last of the first ones."""
    if not columns:
        return ()
    keys = [column.key for column in columns]
    place = keys.index(VOXELS) + 1 if VOXELS in keys else 2
    return (*columns[:place], *more, *columns[place:])


def tsv_of(columns: Iterable[Column], rows: IntVector) -> str:
    """Return rows as tab-separated text with a header; numbers are plain."""
    plain = {key: v for column in columns for key, v in column.plain.items()}
    texts = [map(_plain_text, values[rows].tolist()) for values in plain.values()]
    lines = ["\t".join(plain), *map("\t".join, zip(*texts, strict=True))]
    return "\n".join(lines) + "\n"


def _plain_text(value: float | str) -> str:
    return str(value) if isinstance(value, int | str) else f"{value:.3f}"


def are_sorted_alike(
    place: int, columns: tuple[Column, ...], before: tuple[Column, ...]
) -> bool:
    """Whether a column gives the rows the order that it gave them before."""
    both = [each[place].sort_values for each in (columns, before) if each and place]
    return not both or np.array_equal(both[0], both[1])  # labels are sorted anyway
