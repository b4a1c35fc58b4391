"""Who in the dock hears whom, and which colours its parts take."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from napari.utils.theme import get_theme

from napari_label_index._widget.parts._theme import chip_style, table_style
from napari_label_index._widget.picture._sight_menu import SightMenu
from napari_label_index.session import INTENSITIES, PLACES

if TYPE_CHECKING:
    from napari_label_index._widget._dock_widget import LabelIndexWidget


def connect_parts(dock: LabelIndexWidget) -> None:
    """Connect the parts of a dock that do not know each other."""
    session = dock.session
    dock.progress.cancelled.connect(session.cancel)
    dock.focus_button.clicked.connect(dock.focus_selected)
    session.progressed.connect(dock.progress.show_progress)
    dock.modes.walked.connect(dock.table.show_label)
    dock.modes.modes.changed.connect(dock.picture.show_highlight)
    dock.picture.picked.connect(dock.table.show_label)
    dock.picture.told.connect(dock.table.say)
    dock.compare.comparer.state_changed.connect(dock.reveal_comparison)
    dock.colors.made.connect(dock.request_index)
    SightMenu(dock)
    dock.images.chosen.connect(dock.table.columns.show_intensity)
    columns = dock.inspection.columns
    columns.computing_changed.connect(partial(_show_measuring, dock))
    columns.arrived.connect(dock.picture.on_arrived)
    dock.picture.boxes_come = lambda: columns.computing == PLACES
    columns.progressed.connect(dock.measuring.show_progress)
    dock.measuring.cancelled.connect(columns.cancel)


def _show_measuring(dock: LabelIndexWidget, column: str) -> None:
    """Show the progress of what takes longest: the pass over an image."""
    if column in INTENSITIES:
        dock.measuring.begin()
    else:
        dock.measuring.end()


def use_theme(dock: LabelIndexWidget, name: str) -> None:
    """Give all parts of a dock the colours of a napari theme."""
    theme = get_theme(name)
    dock.banner.use_theme(theme)
    dock.export_panel.banner.use_theme(theme)
    dock.modes.banner.use_theme(theme)
    dock.saved.panel.banner.use_theme(theme)
    dock.inspector.use_theme(theme)
    dock.inspector.filter.fold.setStyleSheet(chip_style(theme))
    dock.review.bar.use_theme(theme)
    dock.colors.use_theme(theme)
    dock.compare.use_theme(theme)
    dock.table.view.setStyleSheet(table_style(theme))
