"""What there is to export beside the selection: other labels, and other tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_label_index._typing import LabelArray


@dataclass(frozen=True, slots=True)
class OtherLabels:
    """Labels that can be exported, and the query that gave them, if one did."""

    labels_of: Callable[[], LabelArray]
    query_of: Callable[[], str] = str


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A table that is not of the index; it is written as CSV."""

    ending: str  # of the suggested name, such as "review"
    count_rows: Callable[[], int]
    write: Callable[[Path], None]
