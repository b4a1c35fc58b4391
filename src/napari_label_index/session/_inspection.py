"""Everything that is asked of an index beside the selection, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.index import parse_query, select_labels
from napari_label_index.session._chips import ChipCounts
from napari_label_index.session._column_store import ColumnStore
from napari_label_index.session._detail import DetailFinder
from napari_label_index.session._filter import LabelFilter, Select
from napari_label_index.session._job import ignore
from napari_label_index.session._label_sets import LabelSets
from napari_label_index.session._neighbourhood import Neighbourhood
from napari_label_index.session._query_text import asks_sets

if TYPE_CHECKING:
    from napari_label_index.index import LabelIndex
    from napari_label_index.session._job import Submit
    from napari_label_index.session._session import IndexSession


class Inspection:
    """Columns, filter, chips, detail, neighbours and sets of the index of one session.

    Parameters
    ----------
    session
        Whose index is looked at, and whose focused label.
    submit, select
        As for `LabelFilter`.
    """

    def __init__(
        self, session: IndexSession, submit: Submit, *, select: Select = select_labels
    ) -> None:
        self._session = session
        self.columns = ColumnStore(submit)
        self.filter = LabelFilter(self.columns, submit, select)
        self.chips = ChipCounts(self.columns, submit, self.filter)
        self.detail = DetailFinder(self.columns, submit, session.selection)
        self.sets = LabelSets(submit)
        self.filter.sets = lambda: self.sets.by_name
        self.sets.changed.connect(self._on_sets_changed)
        self.neighbourhood = Neighbourhood(self.columns, session.selection)
        session.index_changed.connect(self.columns.set_index)
        session.index_changed.connect(self._on_index_changed)
        # The first query makes the parser: 0.1 s, better spent before it is typed.
        submit(_first_query, on_done=ignore, on_progress=ignore)

    def close(self) -> None:
        """Stop what is under way and say no more; a second call does nothing."""
        self._session.index_changed.disconnect(self.columns.set_index, missing_ok=True)
        self._session.index_changed.disconnect(self._on_index_changed, missing_ok=True)
        self.columns.close()
        self.filter.close()
        self.chips.close()
        self.detail.close()
        self.neighbourhood.close()
        self.sets.close()

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        if index is not None:
            self.sets.follow(index)

    def _on_sets_changed(self) -> None:
        if asks_sets(self.filter.text):
            self.filter.refresh()


def _first_query(_report: object, _cancel: object) -> None:
    parse_query("label > 0")
