"""Query line, chips and histogram: three ways to ask for the labels shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QPushButton, QVBoxLayout, QWidget

from napari_label_index._widget.filter._bins import bins_of
from napari_label_index._widget.filter._chip_row import ChipRow
from napari_label_index._widget.filter._histogram import Histogram
from napari_label_index._widget.filter._query_bar import QueryBar
from napari_label_index._widget.filter._query_help import help_page
from napari_label_index._widget.parts._foldable import Foldable
from napari_label_index._widget.table._check_columns import header_of
from napari_label_index.index.query._query_names import ALIASES
from napari_label_index.session import INTENSITIES, range_in, with_range, without_range

if TYPE_CHECKING:
    from collections.abc import Collection

    from napari.utils.theme import Theme

    from napari_label_index.index import LabelIndex
    from napari_label_index.session import FilterState, Inspection


class FilterPanel(QWidget):
    """Sets the filter of an inspection, and shows it; hidden without an index.

    The histogram, `fold`, takes more room: the dock has another place for it.

    Parameters
    ----------
    inspection
        Whose filter, chips and columns are shown.
    """

    left = Signal()  # by Esc

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self._sorted_by = "label"
        self._offered: Collection[str] = ()  # columns of the index
        self.bar = QueryBar(self._help_page)
        self.chips = ChipRow()
        self.histogram = Histogram()
        self.log_button = QPushButton("log")
        self.log_button.setObjectName("chip")
        self.log_button.setCheckable(True)
        self.log_button.setToolTip("Logarithm of the counts")
        self.log_button.setAccessibleName("Logarithm of the counts")
        self.fold = Foldable("Histogram", self.histogram, self.log_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.bar, self.chips):
            layout.addWidget(widget)
        self._connect()
        self._on_index_changed(inspection.columns.index)

    def _connect(self) -> None:
        inspection = self._inspection
        self.bar.asked.connect(inspection.filter.set_text)
        self.bar.left.connect(self.left)
        self.chips.query_asked.connect(self.bar.ask)
        self.log_button.toggled.connect(self.histogram.set_log)
        self.histogram.brushed.connect(self._on_brushed)
        self.histogram.unbrushed.connect(self._on_unbrushed)
        self.fold.folded.connect(lambda _folded: self._show_histogram())
        inspection.columns.index_changed.connect(self._on_index_changed)
        inspection.columns.arrived.connect(self._on_column_arrived)
        inspection.columns.image_changed.connect(self._show_histogram)
        inspection.filter.state_changed.connect(self._on_state_changed)
        inspection.chips.chips_changed.connect(self._on_chips_changed)
        inspection.chips.counted.connect(self._on_counted)

    def close_session(self) -> None:
        """Let go of the session; for when the dock is closed."""
        inspection = self._inspection
        for signal, slot in (
            (inspection.columns.index_changed, self._on_index_changed),
            (inspection.columns.arrived, self._on_column_arrived),
            (inspection.columns.image_changed, self._show_histogram),
            (inspection.filter.state_changed, self._on_state_changed),
            (inspection.chips.chips_changed, self._on_chips_changed),
            (inspection.chips.counted, self._on_counted),
        ):
            signal.disconnect(slot, missing_ok=True)

    def show_column(self, key: str) -> None:
        """Show how the values of a column are spread."""
        self._sorted_by = key
        self._show_histogram()

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        self.bar.use_theme(theme)
        self.histogram.use_theme(theme)
        self.bar.show_state(self._inspection.filter.state)

    def _help_page(self) -> str:
        index = self._inspection.columns.index
        extra = self._inspection.filter.extra_columns
        sets = list(self._inspection.filter.sets())
        return help_page(index, () if index is None else extra(index), sets)

    def _on_index_changed(self, index: LabelIndex | None) -> None:
        for widget in (self, self.fold):
            widget.setVisible(index is not None)
        if index is not None and index.columns.keys() != self._offered:
            self._offered = index.columns.keys()
            extra = self._inspection.filter.extra_columns(index)
            names = [*index.columns, *INTENSITIES, *ALIASES, *index.axes, *extra]
            self.bar.edit.set_names(names)
        self._on_chips_changed()
        self._show_histogram()

    def _on_chips_changed(self) -> None:
        self.chips.show_chips(self._inspection.chips.chips)
        self._on_counted()

    def _on_counted(self) -> None:
        self.chips.show_counts(self._inspection.chips.count)

    def _on_column_arrived(self, name: str) -> None:
        if name == self._sorted_by:
            self._show_histogram()

    def _on_state_changed(self, state: FilterState) -> None:
        self.bar.show_state(state)
        self.chips.show_text(state.text)
        self._show_histogram()

    def _show_histogram(self) -> None:
        index, key = self._inspection.columns.index, self._sorted_by
        header = key if index is None else header_of(key, index)
        self.fold.set_title(f"Histogram of {header}")
        self.fold.button.setToolTip(f"How the sorted column is spread ({key})")
        if index is None or not self.fold.is_open:
            return
        values = self._inspection.columns.values(key)
        if values is None and self._inspection.columns.former(key) is not None:
            return  # what is painted will do until it is computed again
        if values is None or values.dtype == bool:
            is_awaited = values is None and self._inspection.columns.knows(key)
            message = (
                f"Computing {key}" if is_awaited else "Sort by a column of numbers"
            )
            self.histogram.show_bins(None, None, message)
            return
        shown, is_shown = self._inspection.filter.labels, None
        if shown is not None:
            is_shown = np.zeros(len(index), bool)
            is_shown[np.searchsorted(index.labels, shown)] = True
        brushed = range_in(self._inspection.filter.text, key)
        self.histogram.show_bins(bins_of(values, is_shown), brushed, "No labels")

    def _on_brushed(self, low: float, high: float) -> None:
        text = self._inspection.filter.text
        self.bar.ask(with_range(text, self._sorted_by, low, high))

    def _on_unbrushed(self) -> None:
        text = self._inspection.filter.text
        self.bar.ask(without_range(text, self._sorted_by))
