"""Where each part of the dock lies: the table in the middle keeps the room.

What folds lies below the table and scrolls there, so that the table stays in view, and
with it what is shown and how; in a window that is too low even for that, all of the
dock scrolls.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from napari_label_index._widget.parts._scrolling import Column, PanelArea, ScrollColumn

if TYPE_CHECKING:
    from napari_label_index._widget._dock_widget import LabelIndexWidget

LEAST_WIDTH = 300
LEAST_HEIGHT = 360
LEAST_PANELS = 112
MARGIN, SPACING = 6, 5


def lay_out(dock: LabelIndexWidget) -> PanelArea:
    """Lay out the parts of a dock; returns the area of the panels below the table."""
    dock.setAccessibleName("Label index")
    dock.setMinimumWidth(LEAST_WIDTH)
    top, buttons = QHBoxLayout(), QHBoxLayout()
    # One is hidden while the other is shown.
    top.addWidget(dock.summary, stretch=1)
    top.addWidget(dock.progress, stretch=1)
    top.addWidget(dock.index_button, alignment=Qt.AlignmentFlag.AlignTop)
    for button in (dock.focus_button, dock.export_button, dock.compare_button):
        button.setMinimumWidth(56)
        buttons.addWidget(button)
    panels = _panels(dock)
    everything = Column(SPACING)
    column = everything.column
    column.addWidget(dock.chooser)
    column.addWidget(dock.colors.panel)
    column.addLayout(top)
    for widget in (
        dock.colors.table_row,
        dock.saved.panel,
        dock.banner,
        dock.inspector.filter,
        dock.measuring,
    ):
        column.addWidget(widget)
    column.addWidget(dock.table, stretch=1)
    column.addLayout(buttons)
    column.addWidget(dock.modes)
    column.addWidget(panels)
    layout = QVBoxLayout(dock)
    layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
    layout.addWidget(ScrollColumn(everything, LEAST_HEIGHT))
    return panels


def _panels(dock: LabelIndexWidget) -> PanelArea:
    histogram, detail = dock.inspector.filter.fold, dock.inspector.detail
    review = dock.review.bar
    panels = PanelArea(
        histogram, detail, dock.compare.panel, review, dock.export_panel,
        least_height=LEAST_PANELS, spacing=SPACING,
    )  # fmt: skip
    panels.share_with(dock.table.view)
    for panel, fold in (
        (histogram, histogram),
        (detail, detail),
        (review, review.fold),
    ):
        fold.folded.connect(partial(_reveal_open, panels, panel))
    reveal_export = partial(_reveal_end, panels, dock.export_panel)
    dock.exporter.state_changed.connect(reveal_export)
    return panels


def _reveal_end(panels: PanelArea, panel: QWidget, _state: object) -> None:
    """Show what came of it, and what can be done next: that is at the end."""
    if not panel.isHidden():
        panels.reveal(panel, at_end=True)


def _reveal_open(panels: PanelArea, panel: QWidget, folded: bool) -> None:
    if not folded:
        panels.reveal(panel)
