"""The filter: which labels are shown, as a query says. It never selects."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from psygnal import Signal

from napari_label_index.errors import LabelIndexError, QueryError
from napari_label_index.index import CodedWords, among
from napari_label_index.index._lookup import is_ascending
from napari_label_index.session._intensities import INTENSITIES
from napari_label_index.session._job import (
    Faulted,
    Finished,
    Outcome,
    Report,
    Submit,
    Work,
)
from napari_label_index.session._latest_job import LatestJob
from napari_label_index.session._query_text import columns_needed, sort_asked

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, LabelArray
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._column_store import ColumnStore

# A query over more rows than this would be felt; measured: 120,000 take some ms.
MAX_LABELS_AT_ONCE = 500_000

ExtraColumns: TypeAlias = "Mapping[str, npt.NDArray[Any] | CodedWords]"
LabelsByName: TypeAlias = Mapping[str, npt.NDArray[Any]]


class Select(Protocol):
    """Finds the labels that a query means, as `select_labels` does."""

    def __call__(
        self,
        index: LabelIndex,
        text: str,
        extra_columns: ExtraColumns | None,
        sets: LabelsByName | None,
        /,
    ) -> LabelArray:
        """Return the labels, or raise a `LabelIndexError` with a position."""


@dataclass(frozen=True, slots=True, eq=False)
class Filtered:
    """The answer to `text`."""

    text: str
    labels: LabelArray | None  # (n,) sorted; None: all
    sort: tuple[str, bool] | None = None  # column to sort by, and whether downwards
    columns: tuple[str, ...] = ()  # that it reads


@dataclass(frozen=True, slots=True)
class Waiting:
    """The answer needs columns that are computed elsewhere; none: it is big."""

    text: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wrong:
    """`text` is no query; `message` is a sentence for the user."""

    text: str
    message: str
    position: int  # of the first wrong character
    length: int


FilterState: TypeAlias = Filtered | Waiting | Wrong


class LabelFilter:
    """Answers one query at a time; answers of older texts are dropped.

    While there is no answer to a new text, what is shown stays.

    Parameters
    ----------
    columns
        Says which columns are at hand, and computes others.
    submit
        Starts work elsewhere: a thread in the widget, a plain call in a test.
    select
        What answers queries.
    """

    state_changed = Signal(object)  # FilterState
    changed = Signal(object)  # labels | None: what is shown, when that changes

    def __init__(self, columns: ColumnStore, submit: Submit, select: Select) -> None:
        self._columns = columns
        self._job = LatestJob(submit)
        self._select = select
        self._state: FilterState = Filtered("", None)
        self._labels: LabelArray | None = None
        self.extra_columns: Callable[[LabelIndex], ExtraColumns] = lambda _index: {}
        self.sets: Callable[[], LabelsByName] = dict
        columns.index_changed.connect(self._on_index_changed)
        columns.arrived.connect(self._on_column_arrived)
        columns.image_changed.connect(self._on_image_changed)

    @property
    def state(self) -> FilterState:
        """What became of the text, as a frozen value."""
        return self._state

    @property
    def text(self) -> str:
        """The query asked last."""
        return self._state.text

    @property
    def labels(self) -> LabelArray | None:
        """Labels that are shown, ``(n,)``, sorted; None for all."""
        return self._labels

    def set_text(self, text: str) -> None:
        """Ask another query; an empty one shows all."""
        if text != self.text:
            self._columns.forgive(INTENSITIES)
            self._answer(text)

    def refresh(self) -> None:
        """Ask the same query again: something that it reads has changed."""
        self._answer(self.text)

    def answer_of(self, index: LabelIndex) -> Callable[[str], LabelArray]:
        """Return what answers a query with extra columns and sets as they are now."""
        extra, sets = self._extra(index), self.sets()
        return lambda text: self._select(index, text, extra, sets)

    def missing(self, text: str, index: LabelIndex) -> tuple[str, ...]:
        """Return the columns that a query needs and that are not at hand.

        Raises
        ------
        QueryError
            If `text` is no query of this index.
        """
        return self._columns.missing(self._needed(text, index))

    def close(self) -> None:
        """Stop what is under way and say no more."""
        self._job.drop()

    def _answer(self, text: str) -> None:
        self._job.drop()
        index = self._columns.index
        if index is None or not text.strip():
            self._show(text, None)
            return
        try:
            needed = self._needed(text, index)
        except QueryError as error:
            self._go(wrong(text, error))
            return
        missing = self._columns.missing(needed)
        if failure := next(filter(None, map(self._columns.failure, needed)), ""):
            self._go(Wrong(text, failure, 0, len(text)))
        elif missing:
            self._go(Waiting(text, missing))
            self._columns.request(missing)
        elif len(index) > MAX_LABELS_AT_ONCE:
            self._ask_elsewhere(text, index)
        else:
            self._ask_now(text, index)

    def _needed(self, text: str, index: LabelIndex) -> tuple[str, ...]:
        extra = self.extra_columns(index)
        return columns_needed(text, index, extra, INTENSITIES)

    def _extra(self, index: LabelIndex) -> ExtraColumns:
        """Columns at hand beside the index, of which some are made when read."""
        extra: Any = self.extra_columns(index)  # a ChainMap could be written to
        return ChainMap(self._columns.intensities.columns, extra)

    def _ask_now(self, text: str, index: LabelIndex) -> None:
        try:
            labels = self.answer_of(index)(text)
        except LabelIndexError as error:
            self._go(wrong(text, error))
        else:
            self._show(text, labels)

    def _ask_elsewhere(self, text: str, index: LabelIndex) -> None:
        self._go(Waiting(text, ()))
        self._job.start(
            _select_work(self.answer_of(index), text),
            lambda outcome: self._accept(text, outcome),
        )

    def _accept(self, text: str, outcome: Outcome) -> None:
        match outcome:
            case Finished(Wrong() as state):
                self._go(state)
            case Finished(labels):
                self._show(text, labels)
            case Faulted(message):
                self._go(Wrong(text, message, 0, len(text)))

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        # Of what was shown, what is left stays until there is an answer.
        if self._labels is not None:
            self._labels = None if index is None else among(index.labels, self._labels)
            self.changed.emit(self._labels)
        self._answer(self.text)

    def _on_image_changed(self) -> None:
        if any(name in self.text for name in INTENSITIES):
            self.refresh()

    def _on_column_arrived(self, name: str) -> None:
        state = self._state
        if not isinstance(state, Waiting) or name not in state.columns:
            return
        if failure := self._columns.failure(name):
            self._go(Wrong(state.text, failure, 0, len(state.text)))
        elif not self._columns.missing(state.columns):
            self._answer(state.text)

    def _show(self, text: str, labels: LabelArray | None) -> None:
        changed = labels is not None or self._labels is not None
        if labels is not None and not is_ascending(labels):
            labels = np.sort(labels)
        self._labels = labels
        index, sort = self._columns.index, None
        needed: tuple[str, ...] = ()
        if index is not None and labels is not None:
            sort = sort_asked(text, index, self._extra(index))
            needed = self._needed(text, index)
        self._go(Filtered(text, labels, sort, needed))
        if changed:
            self.changed.emit(labels)

    def _go(self, state: FilterState) -> None:
        self._state = state
        self.state_changed.emit(state)


def wrong(text: str, error: LabelIndexError) -> Wrong:
    """Return what `error` says about `text`, as a sentence with a place."""
    message = str(error)
    message = f"{message[:1].upper()}{message[1:]}."
    if isinstance(error, QueryError):
        return Wrong(text, message, error.position, error.length)
    return Wrong(text, message, 0, len(text))


def _select_work(answer: Callable[[str], LabelArray], text: str) -> Work:
    def work(_report: Report, _cancel: Cancel) -> LabelArray | Wrong:
        try:
            return answer(text)
        except LabelIndexError as error:
            return wrong(text, error)

    return work
