"""Buttons, legend and note for how labels are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from napari_label_index._widget._wording import ELLIPSIS
from napari_label_index._widget.exports._publish import publish
from napari_label_index._widget.modes._color_by_legend import ColorLegend
from napari_label_index._widget.modes._modes import Modes
from napari_label_index._widget.modes._modes_menu import ModesMenu
from napari_label_index._widget.modes._modes_text import PAUSED, is_plain, modes_text
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._wrapped_label import wrapped_label
from napari_label_index._widget.table._check_columns import header_of
from napari_label_index.index import difference
from napari_label_index.session import (
    ColumnStore,
    Display,
    DisplayModes,
    IndexSession,
    SelectionTrail,
    can_replace_layer,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.layers import Labels
    from napari.viewer import Viewer

    from napari_label_index._widget._keys import Command

# A drag over the table is one step of the history, not one a row.
SETTLED_MS = 400
BACK, FORWARD = "\N{BLACK LEFT-POINTING TRIANGLE}", "\N{BLACK RIGHT-POINTING TRIANGLE}"


class ModesPanel(QWidget):
    """Back, forward, isolate, hide and more; it tells the modes, and shows them.

    Parameters
    ----------
    viewer
        Where the layer is shown.
    session
        Whose labels are shown.
    columns
        Columns of its index, to colour by.
    layer_of
        Gives the layer that is indexed.
    """

    walked = Signal(int)  # a label of the selection that was gone back or forward to

    def __init__(
        self,
        viewer: Viewer,
        session: IndexSession,
        columns: ColumnStore,
        layer_of: Callable[[], Labels | None],
    ) -> None:
        super().__init__()
        self._session = session
        self._layer_of = layer_of
        self._in_3d = viewer.dims.ndisplay == 3
        self.modes = DisplayModes(session, columns)
        self.picture = Modes(viewer, session, self.modes, layer_of)
        self.trail = SelectionTrail(session)
        self.back_button = _narrow(QPushButton(BACK), "Selection before", "J")
        self.forward_button = _narrow(QPushButton(FORWARD), "Selection after", "K")
        self.isolate_button = QPushButton("Isolate")
        self.isolate_button.setToolTip("Show the selected labels alone (I)")
        self.isolate_button.setCheckable(True)
        self.hide_button = QPushButton("Hide")
        self.hide_button.setToolTip(
            "Hide the selected labels (H), or show them again if they are hidden."
            "\nShift+H shows all."
        )
        self.more_button = QPushButton("More")
        self.more_button.setToolTip("Dim others, colour by a column, publish the table")
        self.menu = ModesMenu(columns, self.modes, self.publish, self)
        self.more_button.setMenu(self.menu)
        self.legend = ColorLegend()
        self.note = wrapped_label("What is shown")
        self.banner = Banner("Message about what is shown")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLED_MS)
        self._lay_out()
        self._connect()
        self.show_state()

    def commands(self) -> tuple[Command, ...]:
        """Key, meaning and slot, for the dock and for the canvas."""
        return (
            ("I", "Show the selection alone, or everything", self.isolate),
            ("H", "Hide the selection, or show it again", self.modes.hide_selected),
            ("Shift+H", "Hide nothing", self.modes.unhide_all),
            ("D", "Others dimmed, outlines only, as they are", self.cycle_dim),
            ("J", "Selection before", self.go_back),
            ("K", "Selection after", self.go_forward),
        )

    def isolate(self) -> None:
        """Show the selection alone, or everything again."""
        if self._session.index is not None:
            self.modes.toggle_isolated()

    def cycle_dim(self) -> None:
        """Dim what is not selected, outline it, or show it as it is."""
        if self._session.index is not None:
            self.modes.cycle_dim()

    def go_back(self) -> None:
        """Select what was selected before."""
        self.trail.back()
        self._after_walk()

    def go_forward(self) -> None:
        """Select what was selected after."""
        self.trail.forward()
        self._after_walk()

    def publish(self) -> None:
        """Write the table to ``layer.features``, and say so."""
        layer, index = self._layer_of(), self._session.index
        if layer is None or index is None:
            return
        colors = self.modes.display.colors
        extra = () if colors is None else (colors.name,)
        self.banner.say(publish(layer, index.by_label(), extra).sentence)

    def show_state(self, _changed: object = None) -> None:
        """Bring buttons, legend and note in line with session and modes."""
        display = self.modes.display
        has_index = self._session.index is not None
        self.back_button.setEnabled(has_index and self.trail.can_go_back)
        self.forward_button.setEnabled(has_index and self.trail.can_go_forward)
        self.isolate_button.setEnabled(has_index)
        self.isolate_button.setChecked(display.is_isolated)
        self.hide_button.setEnabled(len(self._session.selection) > 0)
        self.more_button.setEnabled(has_index)
        self.legend.show_scale(display.colors, self._title_of(display))
        text = self._text_of(display)
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def _text_of(self, display: Display) -> str:
        """What is to be said beside the picture."""
        index, selected = self._session.index, self._session.selection.labels
        if index is not None and not can_replace_layer(self._session.state):
            return "" if is_plain(display) else PAUSED
        n_hidden = len(selected) - len(difference(selected, display.hidden))
        row = "row" if index is not None and index.is_by_time else "label"
        return modes_text(display, len(selected), n_hidden, in_3d=self._in_3d, row=row)

    def _title_of(self, display: Display) -> str:
        """What the table calls the column of the colours."""
        colors, index = display.colors, self._session.index
        return "" if colors is None or index is None else header_of(colors.name, index)

    def show_dimensions(self, ndisplay: int) -> None:
        """Say what goes for 2D, or for 3D."""
        self._in_3d = ndisplay == 3
        self.banner.say("")
        self.show_state()

    def close_session(self) -> None:
        """Follow nothing any more."""
        self._timer.stop()
        session = self._session
        session.selection.changed.disconnect(self._on_selected)
        session.state_changed.disconnect(self.show_state)
        session.index_changed.disconnect(self._on_index_changed)
        self.modes.close()
        self.trail.close()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.back_button)
        buttons.addWidget(self.forward_button)
        for button in (self.isolate_button, self.hide_button, self.more_button):
            # Qt's own least width would make them wider than a narrow dock.
            button.setMinimumWidth(56)
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(buttons)
        for widget in (self.note, self.legend, self.banner):
            layout.addWidget(widget)

    def _connect(self) -> None:
        session, modes = self._session, self.modes
        self.back_button.clicked.connect(self.go_back)
        self.forward_button.clicked.connect(self.go_forward)
        self.isolate_button.clicked.connect(self.isolate)
        self.hide_button.clicked.connect(modes.hide_selected)
        self.legend.log_toggled.connect(modes.set_log)
        self.legend.closed.connect(self._on_colors_closed)
        self._timer.timeout.connect(self.trail.settle)
        session.selection.changed.connect(self._on_selected)
        session.state_changed.connect(self.show_state)
        session.index_changed.connect(self._on_index_changed)
        modes.changed.connect(self.show_state)
        self.picture.dimensions_changed.connect(self.show_dimensions)
        self.picture.unshown.connect(self._on_faulted)
        modes.color_asked.connect(self._on_color_asked)
        modes.faulted.connect(self._on_faulted)
        self.trail.changed.connect(self.show_state)

    def _on_selected(self, _labels: object) -> None:
        self._timer.start()
        self.banner.say("")  # what was done has been read by now
        self.show_state()

    def _on_index_changed(self, _index: object) -> None:
        self.banner.say("")
        self.show_state()

    def _on_colors_closed(self) -> None:
        self.modes.color_by("")

    def _on_color_asked(self, name: str) -> None:
        self.banner.say(f"Computing {name}{ELLIPSIS}" if name else "")

    def _on_faulted(self, message: str) -> None:
        self.banner.say(message, "error")

    def _after_walk(self) -> None:
        self._timer.stop()
        labels = self._session.selection.labels
        if len(labels):
            self.walked.emit(int(labels[0]))


def _narrow(button: QPushButton, name: str, key: str) -> QPushButton:
    button.setToolTip(f"{name} ({key})")
    button.setAccessibleName(name)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    button.setFixedWidth(32)
    return button
