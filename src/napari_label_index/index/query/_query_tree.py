"""What a query means: conditions that say yes or no for all labels at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from napari_label_index.errors import QuerySyntaxError, UnknownSetError
from napari_label_index.index._among import among, rows_with
from napari_label_index.index._sorted_sets import distinct
from napari_label_index.index.query._query_compare import (
    compare_arrays,
    compare_number,
    has_text,
    is_word,
    kind_of,
)
from napari_label_index.index.query._query_names import Name, key_of
from napari_label_index.index.query._query_words import CodedWords

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from decimal import Decimal

    import numpy.typing as npt

    from napari_label_index._typing import BoolArray, LabelArray


Sets: TypeAlias = Mapping[str, Iterable[int]]
"""Ids by the name of their set; ids that are no label are passed over."""


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What a query is asked about."""

    columns: Mapping[str, npt.ArrayLike]  # (n_labels,) each, by key
    labels: LabelArray  # (n_labels,) sorted
    touches: Callable[[int], LabelArray]  # the labels that share a face with one
    axes: Sequence[str]
    sets: Sets = field(default_factory=dict)
    ids: LabelArray | None = None  # (n_labels,) sorted: what rows are called, if else

    @property
    def names(self) -> LabelArray:
        """(n_labels,) sorted: the ids that a query means; they may recur."""
        return self.labels if self.ids is None else self.ids

    def rows_named(self, name: int) -> range:
        """Return the rows that an id means."""
        # bisect compares with Python's integers: no id is ever a float.
        begin = bisect_left(self.names, name)
        return range(begin, bisect_right(self.names, name, begin))

    def values(self, name: Name) -> npt.NDArray[Any] | CodedWords:
        """Return the column that a name means, (n_labels,)."""
        column = self.columns[key_of(name, self.columns, self.axes)]
        values = column if isinstance(column, CodedWords) else np.asarray(column)
        if values.shape != self.labels.shape:
            raise ValueError(
                f"column {name.text!r} must hold one value for each of the "
                f"{self.labels.size} labels, got shape {values.shape}"
            )
        if not kind_of(values):
            dtype = np.asarray(values).dtype
            raise QuerySyntaxError(
                f"{name.text!r} holds {dtype}, which cannot be asked for",
                name.position,
                name.length,
            )
        return values


class Condition(Protocol):
    """Anything that is true or false of a label."""

    def mask(self, scope: Scope) -> BoolArray:
        """Return for which labels it is true: (n_labels,), the caller's own."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a word, or true or false."""

    value: int | Decimal | str | bool
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Either:
    """One of several conditions, or more of them."""

    parts: tuple[Condition, ...]

    def mask(self, scope: Scope) -> BoolArray:
        """Return for which labels any part is true."""
        found = self.parts[0].mask(scope)
        for part in self.parts[1:]:
            found |= part.mask(scope)
        return found


@dataclass(frozen=True, slots=True)
class All:
    """Several conditions, each of them."""

    parts: tuple[Condition, ...]

    def mask(self, scope: Scope) -> BoolArray:
        """Return for which labels every part is true."""
        found = self.parts[0].mask(scope)
        for part in self.parts[1:]:
            found &= part.mask(scope)
        return found


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: Condition

    def mask(self, scope: Scope) -> BoolArray:
        """Return for which labels the part is false."""
        found = self.part.mask(scope)
        return np.logical_not(found, out=found)


@dataclass(frozen=True, slots=True)
class Ids:
    """Single ids and ranges of ids; those that are no label are passed over."""

    ranges: tuple[tuple[int, int], ...]  # first and last

    def mask(self, scope: Scope) -> BoolArray:
        """Return which labels are in one of the ranges."""
        found = np.zeros(scope.labels.shape, np.bool_)
        for first, last in self.ranges:
            # bisect compares with Python's integers: no id is ever a float.
            begin = bisect_left(scope.names, first)
            found[begin : bisect_right(scope.names, last, begin)] = True
        return found


@dataclass(frozen=True, slots=True)
class Touches:
    """Sharing a face with one of these labels."""

    labels: tuple[int, ...]

    def mask(self, scope: Scope) -> BoolArray:
        """Return which labels share a face with one of these."""
        found = np.zeros(scope.labels.shape, np.bool_)
        for label in self.labels:
            for row in scope.rows_named(label):
                touching = scope.touches(int(scope.labels[row]))
                found[np.searchsorted(scope.labels, touching)] = True
        return found


@dataclass(frozen=True, slots=True)
class InSet:
    """Belonging to a set that has a name."""

    name: str
    position: int = field(default=0, compare=False)
    length: int = field(default=0, compare=False)

    def mask(self, scope: Scope) -> BoolArray:
        """Return which labels are in the set."""
        found = np.zeros(scope.labels.shape, np.bool_)
        ids = among(distinct(scope.names), scope.sets[self.name])
        found[rows_with(scope.names, ids)] = True
        return found

    def check(self, known: Collection[str]) -> None:
        """Refuse a name that there is not; the closest ones are told."""
        if self.name in known:
            return
        sentence = f"there is no set {self.name[:60]!r}"
        close = get_close_matches(self.name[:60], known, n=1)
        if close:
            sentence += f"; did you mean {close[0]!r}?"
        raise UnknownSetError(sentence, self.position, self.length)


@dataclass(frozen=True, slots=True)
class Flag:
    """A column of yes and no, that stands alone."""

    name: Name

    def mask(self, scope: Scope) -> BoolArray:
        """Return the column."""
        values = scope.values(self.name)
        kind = kind_of(values)
        if kind == "yes or no":
            return np.array(values)
        example = "> 0" if kind == "numbers" else 'contains "..."'
        raise QuerySyntaxError(
            f"{self.name.text!r} holds {kind}: compare it with something, "
            f"as in {self.name.text} {example}",
            self.name.position,
            self.name.length,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column beside a number, a word or another column."""

    name: Name
    sign: str  # < <= > >= == !=
    other: Name | Literal

    def mask(self, scope: Scope) -> BoolArray:
        """Return for which labels it holds."""
        values = scope.values(self.name)
        kind = kind_of(values)
        if isinstance(self.other, Name):
            other = scope.values(self.other)
            fits = (kind == "words") == (kind_of(other) == "words")
            self._check(kind, fits, kind_of(other))
            return compare_arrays(np.asarray(values), self.sign, np.asarray(other))
        value = self.other.value
        if isinstance(value, str):
            self._check(kind, kind == "words", "words")
            found = is_word(values, value)
            return np.logical_not(found, out=found) if self.sign == "!=" else found
        if isinstance(value, bool):
            self._check(kind, kind == "yes or no", "yes or no")
            return compare_arrays(np.asarray(values), self.sign, value)
        self._check(kind, kind != "words", "numbers")  # yes is 1 and no is 0
        return compare_number(np.asarray(values), self.sign, value)

    def _check(self, kind: str, fits: bool, other_kind: str) -> None:
        if not fits:
            sentence = f"{self.name.text!r} holds {kind}, not {other_kind}"
        elif kind == "words" and self.sign not in ("==", "!="):
            sentence = f"words have no order: write {self.name.text} is ..., or is not"
        else:
            return
        raise QuerySyntaxError(sentence, self.other.position, self.other.length)


@dataclass(frozen=True, slots=True)
class Contains:
    """A column of words that hold a text, in upper or lower case."""

    name: Name
    text: str

    def mask(self, scope: Scope) -> BoolArray:
        """Return which values hold the text somewhere."""
        values = scope.values(self.name)
        kind = kind_of(values)
        if kind != "words":
            raise QuerySyntaxError(
                f"{self.name.text!r} holds {kind}, and only words contain a text",
                self.name.position,
                self.name.length,
            )
        return has_text(values, self.text)


def leaves(condition: Condition) -> Iterator[Condition]:
    """List the conditions that are not made of others, from left to right."""
    if isinstance(condition, (Either, All)):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition


def names_in(condition: Condition) -> Iterator[Name]:
    """List the columns that a condition asks for, from left to right."""
    for leaf in leaves(condition):
        if isinstance(leaf, Flag | Contains):
            yield leaf.name
        elif isinstance(leaf, Comparison):
            yield leaf.name
            if isinstance(leaf.other, Name):
                yield leaf.other
