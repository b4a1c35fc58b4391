"""The page that tells how to write a query, and what there is to ask for."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_label_index.index import LabelIndex

EXAMPLE, COLUMN = "example", "column"  # kinds of links
EXAMPLES = (
    ("n_components > 1", "in more than one part"),
    ("n_components_eroded > n_components", "held together by a thin bridge"),
    ("num_pixels < 50 or n_holes > 0", "small ones, and those with cavities"),
    ("not touches_border and extent < 0.3", "whole, but thin or bent"),
    ("{axis} between 10 and 20", "centroids in a few slices; any axis has its name"),
    ("12 15 40-60", "these ids and ranges of ids"),
    ('note contains "check"', "words in a note, in upper or lower case"),
    ("touches 12", "labels that share a face with 12"),
    ("num_pixels > 50 sort by -n_neighbours", "the most neighbours first"),
)
# Where there is time: for rows that are labels, and for labels at a time.
TIME_EXAMPLES = {
    False: (("n_missing_times > 0", "labels that are gone for some times in between"),),
    True: (
        ("t = 3", "one time"),
        ("12 and t between 2 and 4", "a label at some times"),
    ),
}
SHORT = (
    "<b>voxels</b>, <b>parts</b> and <b>border</b> are short for num_pixels,"
    " n_components and touches_border."
)
NO_SETS = '<b>in "my set"</b> asks for the labels of a set; the Sets button makes them.'


def help_page(
    index: LabelIndex | None, extra: Iterable[str] = (), sets: Iterable[str] = ()
) -> str:
    """Return the page: links set the query, or write a column into it."""
    axis = "z" if index is None else index.axes[0]
    page = "<h4>Examples</h4><table>"
    examples = list(EXAMPLES)
    if index is not None and index.time_axis is not None:
        examples += TIME_EXAMPLES[index.is_by_time]
    for query, meaning in examples:
        page += _line(EXAMPLE, query.format(axis=axis), meaning)
    page += "".join(
        _line(EXAMPLE, f'in "{name}"', "labels of this set") for name in sets
    )
    page += "</table>"
    if not sets:
        page += f"<p>{NO_SETS}</p>"
    if index is not None:
        page += "<h4>Columns</h4><table>"
        for column in index.columns.values():
            page += _line(COLUMN, column.key, column.meaning)
        page += "".join(_line(COLUMN, name, "from the review") for name in extra)
        page += f"</table><p>{SHORT}</p>"
    return page


def _line(kind: str, text: str, meaning: str) -> str:
    link = f"<a href='{kind}:{quote(text)}'>{escape(text)}</a>"
    return f"<tr><td>{link}&nbsp;&nbsp;</td><td>{escape(meaning)}</td></tr>"
