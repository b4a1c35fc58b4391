"""One column of a table: arrays, and how they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index import LabelIndex

PENDING = "\N{HORIZONTAL ELLIPSIS}"
FAILED = "?"


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


def pending_column(
    key: str,
    header: str,
    tooltip: str,
    index: LabelIndex,
    failure: str = "",
    *,
    widest: str = PENDING,
    is_optional: bool = False,
) -> Column:
    """Return a column of dots, for what is not known yet, or cannot be."""
    text = FAILED if failure else PENDING
    return Column(
        header=header,
        tooltip=f"{tooltip}.\n{failure}" if failure else f"{tooltip}; being computed",
        sort_values=index.labels,
        text=lambda row: text,
        plain={},
        widest=widest,
        key=key,
        is_optional=is_optional,
    )


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
    if not (place and columns and before):
        return True  # labels are sorted anyway
    one, other = columns[place].sort_values, before[place].sort_values
    return one is other or np.array_equal(one, other)
