"""Sentences for a query that stops making sense: what was expected, what came."""

from __future__ import annotations

import re

# What can come next -> how to say so. The first group that fits takes its tokens away.
_PHRASES = (
    (
        {"LPAR", "NOT", "NAME", "INT", "RANGE", "FLOAT", "STRING", "_TOUCHES", "_IN"},
        "a condition, such as num_pixels > 50 or 12 40-60",
    ),
    ({"TRUE", "FALSE", "NAME", "STRING", "INT", "FLOAT"}, "a word or a number"),
    ({"NAME", "STRING", "INT", "FLOAT"}, "a number or a column"),
    ({"NAME", "INT", "FLOAT"}, "a number or a column"),
    ({"NAME", "MINUS"}, "a column to sort by"),
    ({"NAME", "STRING"}, "the name of a set"),
    ({"NAME"}, "a column"),
    ({"COMMA", "INT", "RANGE"}, "another id"),
    ({"COMMA", "INT"}, "another id"),
    ({"INT", "RANGE"}, "another id"),
    ({"INT"}, "an id"),
    ({"SIGN", "_IS", "_BETWEEN", "_CONTAINS"}, "a comparison such as > 50"),
    ({"SIGN"}, "a comparison such as > 50"),
    ({"_AND"}, "'and'"),
    ({"_OR"}, "'or'"),
    ({"_BY"}, "'by'"),
    ({"RPAR"}, "')'"),
    ({"_SORT"}, "'sort by'"),
    ({"$END"}, "the end"),
)

_RANGE = re.compile(r"-?[0-9]+--?[0-9]+")

_HINTS = {
    "&": "write 'and'",
    "&&": "write 'and'",
    "|": "write 'or'",
    "||": "write 'or'",
    "!": "write 'not'",
    "~": "write 'not'",
    "-": "a range has no spaces: 40-60",
    ",": "numbers have no thousands separators",
    "'": "the quotation mark is not closed",
    '"': "the quotation mark is not closed",
}


def sentence(accepts: set[str], found: str) -> str:
    """Return what was expected by kinds of token, and what was found instead.

    Parameters
    ----------
    accepts : set of str
        Kinds of token that could have come.
    found : str
        What came; empty at the end of the query.
    """
    phrases = []
    left = set(accepts)
    if "LPAR" in left:  # there is nothing yet: that it may stay so helps nobody
        left -= {"_SORT", "$END"}
    for kinds, phrase in _PHRASES:
        if kinds <= left:
            phrases.append(phrase)
            left -= kinds
    *first, last = phrases
    expected = f"{', '.join(first)} or {last}" if first else last
    if not found:
        return f"expected {expected}, but the query ends here"
    # repr: what cannot be printed must not reach a terminal.
    told = f"expected {expected}, found {found[:30]!r}"
    hint = _hint(accepts, found)
    return f"{told} ({hint})" if hint else told


def _hint(accepts: set[str], found: str) -> str:
    if "FLOAT" in accepts and "RANGE" not in accepts and _RANGE.fullmatch(found):
        return "a range of values is written: between 40 and 60"
    if not found.isascii():
        return "names are written in plain letters"
    return _HINTS.get(found, "")
