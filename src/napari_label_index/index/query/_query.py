"""`Query`: one line of text that selects labels.

====================================  ================================================
``12 15, 40-60``                      ids and ranges, of both ends
``num_pixels >= 50``                  a column: ``<`` ``<=`` ``>`` ``>=`` ``=`` ``!=``
``50 <= num_pixels < 200``            two comparisons in one
``z between 300 and 400``             both ends belong to it; an axis is its centroid
``touches_border``                    a column of yes and no stands alone
``status is not accepted``            a word, or ``"in quotation marks"``
``note contains "check"``             words that hold a text, in upper or lower case
``touches 53890``                     labels that share a face with that one
``12 and t between 3 and 5``          of an index by time: a label, and its times
``in "my set"``                       labels of a set that has a name
``and`` ``or`` ``not`` ``( )``        put conditions together
``sort by -num_pixels``               at the end: the order, from large to small with -
====================================  ================================================

``voxels``, ``parts`` (or ``comp``) and ``border`` stand for ``num_pixels``,
``n_components`` and ``touches_border``. An empty text selects all labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index.query._query_names import key_of
from napari_label_index.index.query._query_order import order_of
from napari_label_index.index.query._query_tree import (
    InSet,
    Scope,
    Touches,
    leaves,
    names_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import numpy.typing as npt

    from napari_label_index._typing import IntVector, LabelArray
    from napari_label_index.index._label_index import LabelIndex
    from napari_label_index.index.query._query_names import Name
    from napari_label_index.index.query._query_parse import Order
    from napari_label_index.index.query._query_tree import Condition, Sets


@dataclass(frozen=True, slots=True)
class Query:
    """What a line of text asks for; made by `parse_query`.

    Two queries are equal if they ask for the same in the same way, however they are
    spaced.
    """

    text: str = field(compare=False)
    condition: Condition | None  # None: all labels
    order: Order | None  # None: by id

    def __str__(self) -> str:
        return self.text

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that it asks for, once each, as they are written; see `keys`."""
        return tuple(dict.fromkeys(name.text for name in self._names()))

    @property
    def asks_contacts(self) -> bool:
        """Whether it must know which labels touch."""
        return self.condition is not None and any(
            isinstance(leaf, Touches) for leaf in leaves(self.condition)
        )

    @property
    def sets(self) -> tuple[str, ...]:
        """Names of the sets that it asks for, once each."""
        return tuple(dict.fromkeys(leaf.name for leaf in self._set_leaves()))

    def check_sets(self, known: Collection[str]) -> None:
        """Refuse to ask for a set that there is not.

        Raises
        ------
        UnknownSetError
            If there is no such set.
        """
        for leaf in self._set_leaves():
            leaf.check(known)

    def keys(self, known: Collection[str], axes: Sequence[str] = ()) -> tuple[str, ...]:
        """Return the keys of the columns that it needs, once each.

        Nothing is computed, so that it also tells whether the query can be answered,
        and whether a column in it is a slow one.

        Parameters
        ----------
        known : collection of str
            Keys of all columns that there are.
        axes : sequence of str
            Names of the axes, which mean the centroid along that axis.

        Raises
        ------
        UnknownColumnError
            If there is no such column.
        """
        keys = (key_of(name, known, axes) for name in self._names())
        return tuple(dict.fromkeys(keys))

    def rows(
        self,
        columns: Mapping[str, npt.ArrayLike],
        labels: LabelArray,
        touches: Callable[[int], LabelArray],
        axes: Sequence[str] = (),
        sets: Sets | None = None,
        ids: LabelArray | None = None,
    ) -> IntVector:
        """Return the rows of the labels that it selects, in its order, (n,) int64.

        Parameters
        ----------
        columns : mapping of str to (n_labels,) array
            Only the columns that the query needs are taken from it.
        labels : (n_labels,) array
            All labels, sorted.
        touches : callable
            Returns the labels that share a face with the one it is given.
        axes : sequence of str
            Names of the axes, which mean the centroid along that axis.
        sets : mapping of str to ids, optional
            What ``in`` means.
        ids : (n_labels,) array, optional
            What the query calls them where that is not their label; sorted.

        Raises
        ------
        UnknownColumnError, UnknownSetError
            If there is no such column or set.
        QuerySyntaxError
            If a column is compared with what it cannot hold.
        """
        self.keys(columns, axes)  # a name that is wrong is told before any work
        self.check_sets(sets or {})
        scope = Scope(columns, labels, touches, axes, sets or {}, ids)
        if self.condition is None:
            rows = np.arange(labels.size)
        else:
            rows = np.flatnonzero(self.condition.mask(scope))
        if self.order is None:
            return rows
        values = scope.values(self.order.name)[rows]
        return rows[order_of(values, self.order.descending)]

    def select(
        self,
        columns: Mapping[str, npt.ArrayLike],
        labels: LabelArray,
        touches: Callable[[int], LabelArray],
        axes: Sequence[str] = (),
        sets: Sets | None = None,
        ids: LabelArray | None = None,
    ) -> LabelArray:
        """Return the labels that it selects, in its order; see `rows`."""
        rows = self.rows(columns, labels, touches, axes, sets, ids)
        selected: LabelArray = labels[rows]
        return selected

    def _set_leaves(self) -> Iterator[InSet]:
        if self.condition is not None:
            for leaf in leaves(self.condition):
                if isinstance(leaf, InSet):
                    yield leaf

    def _names(self) -> Iterator[Name]:
        if self.condition is not None:
            yield from names_in(self.condition)
        if self.order is not None:
            yield self.order.name


def parse_query(text: str) -> Query:
    """Return what a line of text asks for.

    Raises
    ------
    QuerySyntaxError
        If it cannot be understood, or has more than 1,000 characters, 50 parentheses
        in each other, 200 names and signs, or 20 digits in a number. It says where
        that is (``position``, ``length``) and what was expected.
    """
    if not isinstance(text, str):
        raise TypeError(f"a query is a text, got {type(text).__name__}")
    # A text beyond the limit is not worth its place in the cache; it is refused there.
    return _parse(text)


@lru_cache(maxsize=128)
def _parse(text: str) -> Query:
    from napari_label_index.index.query._query_parse import parse

    return Query(text, *parse(text))


def select_labels(
    index: LabelIndex,
    query: str | Query,
    extra_columns: Mapping[str, npt.ArrayLike] | None = None,
    sets: Sets | None = None,
) -> LabelArray:
    """Return the labels of an index that a query selects.

    Parameters
    ----------
    index : LabelIndex
        The index to ask.
    query : str or Query
        What to select.
    extra_columns : mapping of str to (n_labels,) array, optional
        More columns, such as ``status``, in the order of ``index.labels``; they go
        before the index's own of the same name.
    sets : mapping of str to ids, optional
        What ``in`` means; ids that are no label are passed over.

    Returns
    -------
    (n,) array of labels, sorted by id, or as ``sort by`` says; of an index by time,
    its keys

    Raises
    ------
    QuerySyntaxError
        If the query cannot be understood, or does not fit the columns.
    UnknownColumnError, UnknownSetError
        If there is no such column or set.
    """
    parsed = parse_query(query) if isinstance(query, str) else query
    return parsed.select(
        _AllColumns(index, extra_columns or {}),
        index.labels,
        lambda label: index.neighbours(label)[0],
        index.axes,
        sets,
        index.ids,
    )


class _AllColumns(Mapping[str, "npt.ArrayLike"]):
    """Columns of an index and others beside it; none is computed before it is used."""

    def __init__(self, index: LabelIndex, extra: Mapping[str, npt.ArrayLike]) -> None:
        self._index = index
        self._extra = extra
        self._keys = dict.fromkeys([*index.columns, *extra])

    def __getitem__(self, key: str) -> npt.ArrayLike:
        found: Any = self._extra.get(key)
        return self._index.column(key) if found is None else found

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)
