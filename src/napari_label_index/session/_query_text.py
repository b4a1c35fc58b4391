"""What a query needs, and how a range of values is written into its text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from napari_label_index.errors import QueryError
from napari_label_index.index import parse_query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_label_index.index import LabelIndex

_NUMBER = r"[-+]?[\d.]+(?:e[-+]?\d+)?"


def columns_needed(
    text: str,
    index: LabelIndex,
    extra: Iterable[str] = (),
    others: Iterable[str] = (),
) -> tuple[str, ...]:
    """Return the columns that a query reads and that have to be computed first.

    Parameters
    ----------
    text, index
        What is asked, and of what.
    extra
        Names of columns that are at hand beside the index.
    others
        Names of columns beside the index that are computed as its own are.

    Raises
    ------
    QueryError
        If `text` is no query, or asks for a column that there is not.
    """
    query, beside = parse_query(text), set(extra)
    keys = list(query.keys([*index.columns, *others, *beside], index.axes))
    if query.asks_contacts:
        keys.append("n_neighbours")  # computed from the same contacts
    return tuple(key for key in keys if key not in beside)


def query_reads(text: str, index: LabelIndex, extra: Iterable[str]) -> bool:
    """Return whether a query reads any of the columns beside the index."""
    beside = set(extra)
    try:
        query = parse_query(text)
        return not beside.isdisjoint(query.keys([*index.columns, *beside], index.axes))
    except QueryError:
        return False


def asks_sets(text: str) -> bool:
    """Return whether a query asks for sets that have a name."""
    try:
        return bool(parse_query(text).sets)
    except QueryError:
        return False


def sort_asked(
    text: str, index: LabelIndex, extra: Iterable[str] = ()
) -> tuple[str, bool] | None:
    """Return the column that a query sorts by, and whether downwards."""
    order = parse_query(text).order
    if order is None:
        return None
    sort_only = f"sort by {order.name.text}"
    known = [*index.columns, *extra]
    return parse_query(sort_only).keys(known, index.axes)[0], order.descending


def range_in(text: str, column: str) -> tuple[float, float] | None:
    """Return the range that `with_range` has written for a column, if any."""
    found = _range_of(column).search(text)
    return (_number(found[1]), _number(found[2])) if found else None


def with_range(text: str, column: str, low: float, high: float) -> str:
    """Return a query that also holds `column` between two values.

    A range of that column that is there already is replaced; a text that is no query
    is replaced as a whole.
    """
    clause = f"{column} between {_plain(low)} and {_plain(high)}"
    try:
        query = parse_query(text)
    except QueryError:
        return clause
    if _range_of(column).search(text):
        return _range_of(column).sub(clause, text, count=1)
    condition, order = text.strip(), ""
    if query.order is not None:
        begin = text.lower().rindex("sort", 0, query.order.name.position)
        condition, order = text[:begin].strip(), f" {text[begin:].strip()}"
    if not condition:
        return clause + order
    if re.search(r"\bor\b", condition, re.IGNORECASE):
        condition = f"({condition})"
    return f"{condition} and {clause}{order}"


def without_range(text: str, column: str) -> str:
    """Return a query without the range that `with_range` has written for a column.

    What says nothing without it is left as it is.
    """
    found = _range_of(column).search(text)
    if found is None:
        return text
    clause = re.escape(found[0])
    joined = rf"\s+(?:and|or)\s+{clause}|{clause}\s+(?:and|or)\s+|{clause}"
    rest = re.sub(joined, "", text, count=1, flags=re.IGNORECASE).strip()
    low, high = map(_number, found.groups())
    in_brackets = re.fullmatch(r"\((.*)\)( sort .*)?", rest, re.IGNORECASE)
    if in_brackets:
        bare = in_brackets[1] + (in_brackets[2] or "")
        if with_range(bare, column, low, high) == text:
            rest = bare  # which brackets are `with_range`'s own
    try:
        parse_query(rest)
    except QueryError:
        return text
    return rest


def _range_of(column: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w-]){re.escape(column)} between ({_NUMBER}) and ({_NUMBER})",
        re.IGNORECASE,
    )


def _number(text: str) -> float:
    """Read whole numbers as integers, which have all digits of an id."""
    return int(text) if text.lstrip("+-").isdigit() else float(text)


def _plain(value: float) -> str:
    """Write whole numbers with all their digits, and others with six."""
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if float(value).is_integer() else f"{value:.6g}"
