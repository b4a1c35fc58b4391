"""Generated queries, against the same condition evaluated row by row in Python."""

from __future__ import annotations

import operator
from fractions import Fraction
from functools import partial

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.index import CodedWords, parse_query

LABELS = np.array(
    [0, 1, 2, 5, 12, 40, 41, 60, 2**53, 2**53 + 1, 2**63, 2**64 - 2, 2**64 - 1],
    np.uint64,
)
RNG = np.random.default_rng(1)
SIZE = LABELS.size
EDGES = np.array([-(2**63), -(2**53) - 1, -1, 0, 1, 50, 2**53 + 1, 2**63 - 1])
COLUMNS = {
    "label": LABELS,
    "num_pixels": RNG.choice(EDGES, SIZE),
    "n_components": RNG.integers(1, 4, SIZE).astype(np.uint8),
    "bbox-0": RNG.integers(-50, 50, SIZE).astype(np.int16),
    "centroid-0": RNG.choice([0.5, 1.0, -3.25, np.nan, np.inf, 1e300], SIZE),
    "touches_border": RNG.random(SIZE) < 0.5,
    "status": RNG.choice(["", "accepted", "rejected", "not"], SIZE),
}
WORDS, CODES = np.unique(COLUMNS["status"], return_inverse=True)
CODED = COLUMNS | {"status": CodedWords(CODES.astype(np.uint8), WORDS)}
ROWS = [
    {key: values[row].item() for key, values in COLUMNS.items()} for row in range(SIZE)
]
TOUCHES = {int(i): RNG.choice(LABELS, 3) for i in LABELS[::2]}
WRITTEN = {
    "label": ["label", "Label"],
    "num_pixels": ["num_pixels", "voxels", "VOXELS"],
    "n_components": ["n_components", "parts", "comp"],
    "bbox-0": ["bbox-0", "BBox-0"],
    "centroid-0": ["centroid-0", "z", "Z"],
}
SIGNS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "=": operator.eq,
    "!=": operator.ne,
}

spaces = st.sampled_from([" ", "  ", "\t", "\n "])
gaps = st.sampled_from(["", "", " "])
numbers = st.one_of(
    st.integers(-60, 60).map(str),
    st.sampled_from([str(int(i)) for i in [*LABELS, *EDGES]]),
    st.sampled_from(["0.5", "-3.25", ".5", "1e300", "1e3", "2.5E-1", "5e1", "1.0"]),
    st.sampled_from(["9007199254740992.5", "18446744073709551614.5"]),
)


def word(text):
    """A keyword in upper or lower case."""
    return st.sampled_from([text, text.upper(), text.title()])


def holds(left, sign, right):
    """One comparison; a float on one side makes floats of both, as in numpy."""
    if isinstance(left, float) or isinstance(right, float):
        left, right = float(left), float(right)
    return SIGNS[sign](left, right)


def value_of(operand, row):
    kind, what = operand
    return row[what] if kind == "column" else Fraction(what)


def all_hold(operands, signs, row):
    values = [value_of(operand, row) for operand in operands]
    return all(map(holds, values, signs, values[1:]))


@st.composite
def comparisons(draw):
    n_signs = draw(st.integers(1, 3))
    operands, texts = [], []
    for place in range(n_signs + 1):
        is_number = place % 2 != draw(st.integers(0, 1)) and (
            not operands or operands[-1][0] == "column"
        )
        if is_number:
            operands.append(("number", draw(numbers)))
            texts.append(operands[-1][1])
        else:
            key = draw(st.sampled_from(list(WRITTEN)))
            operands.append(("column", key))
            texts.append(draw(st.sampled_from(WRITTEN[key])))
    signs = [draw(st.sampled_from(list(SIGNS))) for _ in range(n_signs)]
    text = texts[0]
    for sign, right in zip(signs, texts[1:], strict=True):
        text += f"{draw(gaps)}{sign}{draw(gaps)}{right}"
    return text, partial(all_hold, operands, signs)


@st.composite
def betweens(draw):
    key = draw(st.sampled_from(list(WRITTEN)))
    low, high = draw(numbers), draw(numbers)
    between, both = draw(word("between")), draw(word("and"))
    name = draw(st.sampled_from(WRITTEN[key]))
    operands = [("number", low), ("column", key), ("number", high)]
    return f"{name} {between} {low} {both} {high}", partial(
        all_hold, operands, ["<=", "<="]
    )


@st.composite
def id_lists(draw):
    parts, ranges = [], []
    for _ in range(draw(st.integers(1, 5))):
        first = draw(st.one_of(st.sampled_from(LABELS.tolist()), st.integers(-9, 70)))
        last = first + draw(st.sampled_from([0, 0, 1, 30]))
        ranges.append((first, last))
        parts.append(f"{first}" if first == last else f"{first}-{last}")
    text = draw(st.sampled_from([" ", ",", " , "])).join(parts)
    return text, lambda row: any(a <= row["label"] <= b for a, b in ranges)


@st.composite
def flags(draw):
    name = draw(st.sampled_from(["touches_border", "border"]))
    form = draw(st.sampled_from(["", " is true", " is not false", " = 1", " > 0.5"]))
    return name + form, lambda row: row["touches_border"]


@st.composite
def statuses(draw):
    value = draw(st.sampled_from(["accepted", "rejected", "other"]))
    shown = draw(st.sampled_from([value, f"'{value}'", f'"{value}"']))
    verb = draw(word("is"))
    if draw(st.booleans()):
        return f"status {verb} not {shown}", lambda row: row["status"] != value
    return f"status {verb} {shown}", lambda row: row["status"] == value


@st.composite
def contacts(draw):
    labels = draw(st.lists(st.sampled_from(LABELS.tolist()), min_size=1, max_size=3))
    found = {i for label in labels for i in TOUCHES.get(label, np.array([])).tolist()}
    text = f"{draw(word('touches'))} {', '.join(map(str, labels))}"
    return text, lambda row: row["label"] in found


leaves = st.one_of(
    comparisons(), betweens(), id_lists(), flags(), statuses(), contacts()
).map(lambda leaf: (*leaf, 3))


@st.composite
def joined(draw, parts):
    """Several conditions with `and` or `or`, and parentheses where they are needed."""
    strength, name, combine = draw(st.sampled_from([(1, "or", any), (2, "and", all)]))
    chosen = draw(st.lists(parts, min_size=2, max_size=3))
    texts = [
        f"({text})" if own < strength or draw(st.booleans()) else text
        for text, _, own in chosen
    ]
    text = texts[0]
    for more in texts[1:]:
        text += f"{draw(spaces)}{draw(word(name))}{draw(spaces)}{more}"
    return text, lambda row: combine([says(row) for _, says, _ in chosen]), strength


@st.composite
def negated(draw, parts):
    text, says, strength = draw(parts)
    inner = f"({text})" if strength < 3 else f" {text}"
    return f"{draw(word('not'))}{inner}", lambda row: not says(row), 3


conditions = st.recursive(
    leaves, lambda parts: st.one_of(joined(parts), negated(parts)), max_leaves=8
)
orders = st.one_of(
    st.none(),
    st.tuples(st.sampled_from([*WRITTEN, "touches_border"]), st.booleans()),
)


def expected_labels(says, order):
    rows = [row for row in range(SIZE) if says(ROWS[row])]
    if order is not None:
        key, descending = order
        known = [row for row in rows if ROWS[row][key] == ROWS[row][key]]
        direction = -1 if descending else 1
        ordered = sorted(known, key=lambda row: direction * ROWS[row][key])
        rows = ordered + [row for row in rows if row not in known]
    return LABELS[rows].tolist()


def selected(text):
    query = parse_query(text)
    found, of_codes = (
        query.select(
            columns, LABELS, lambda i: np.unique(TOUCHES.get(i, LABELS[:0])), ("z",)
        ).tolist()
        for columns in (COLUMNS, CODED)
    )
    assert of_codes == found
    return query, found


@given(conditions, orders)
def test_a_query_selects_what_python_finds_row_by_row(condition, order):
    text, says, _ = condition
    if order is not None:
        text += f" sort by {'-' if order[1] else ''}{order[0]}"
    query, found = selected(text)
    assert found == expected_labels(says, order)
    assert parse_query(str(query)) == query


@given(conditions, spaces)
def test_spaces_and_parentheses_around_a_query_change_nothing(condition, space):
    text = condition[0]
    query, found = selected(text)
    again, same = selected(f"{space}({space}{text}{space}){space}")
    assert again == query
    assert same == found
