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
    return (
        _labels(index.labels),
        _voxels(index.voxel_counts),
        *(
            _centroid(axis, index.centroids[:, i], index.shape[i], f"centroid-{i}")
            for i, axis in enumerate(index.axes)
        ),
        _box(index),
    )


def _labels(labels: LabelArray) -> Column:
    texts = map(str, [*labels[:1].tolist(), *labels[-1:].tolist()])
    return Column(
        header="Label",
        tooltip="The id in the label image, beside its colour in the picture",
        sort_values=labels,
        # An id is a name, not a quantity: no thousands separators.
        text=lambda row: str(int(labels[row])),
        plain={"label": labels},
        widest=max(texts, key=len, default="0"),
        key="label",
    )


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


def _box(index: LabelIndex) -> Column:
    bboxes, ndim = index.bboxes, index.ndim
    shown_axes = f" {TIMES} ".join(index.axes)
    return Column(
        header="Box",
        tooltip=f"Size of the bounding box ({shown_axes}), sorted by its volume",
        sort_values=index.column("area_bbox"),
        text=lambda row: _times(bboxes[row, ndim:] - bboxes[row, :ndim]),
        plain={f"bbox-{i}": bound for i, bound in enumerate(bboxes.T)},
        widest=_times(longest_sides(index)),
        key="area_bbox",
        is_optional=True,
    )


def _times(sizes: Any) -> str:
    return TIMES.join(map(str, sizes.tolist()))


def with_more(
    columns: tuple[Column, ...], more: tuple[Column, ...]
) -> tuple[Column, ...]:
    """Return all columns: `more` stand after the first two."""
    return (*columns[:2], *more, *columns[2:]) if columns else ()


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
    now, then = columns[place].sort_values, before[place].sort_values
    return place == 0 or np.array_equal(now, then)  # labels are sorted anyway
