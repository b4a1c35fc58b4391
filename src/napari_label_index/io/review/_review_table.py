"""A review as a table, and as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.io._files import atomic_write
from napari_label_index.io._outputs import check_suffix
from napari_label_index.io.exports._csv import header_line, text_cells
from napari_label_index.io.review._review_marks import status_names

if TYPE_CHECKING:
    import os

    import numpy.typing as npt

    from napari_label_index.io.review._review_marks import ReviewMarks

__all__ = ["export_review", "review_table"]


def review_table(marks: ReviewMarks) -> dict[str, npt.NDArray[Any]]:
    """Return one row per label that has a status or a note.

    Returns
    -------
    dict
        ``label`` as integers, ``status`` and ``note`` as text, ``time`` of the last
        change as ``datetime64[ms]`` in UTC.
    """
    told = marks.rows(marks.is_told)
    return {
        "label": told.labels,
        "status": status_names(told.codes),
        "note": told.notes,
        "time": told.times.astype("datetime64[ms]"),
    }


def export_review(marks: ReviewMarks, path: str | os.PathLike[str]) -> Path:
    """Write `review_table` as CSV, with times as ISO 8601.

    A note that a spreadsheet would run as a formula gets a ``'`` before it.

    Raises
    ------
    UnsupportedFormatError
        When `path` does not end in ``.csv``.
    WriteFailedError
        When the file could not be written; what was there before is untouched.
    """
    path = Path(path)
    check_suffix(path, (".csv",))
    table = review_table(marks)
    table["time"] = np.datetime_as_string(table["time"], timezone="UTC")
    rows = zip(*(column.tolist() for column in table.values()), strict=True)
    # A label is a number: -1 would become text among the neutral cells.
    lines = (f"{label},{text_cells(texts)}\n" for label, *texts in rows)
    with atomic_write(path) as output:
        output.write(header_line(list(table)))
        output.write("".join(lines).encode())
    return path
