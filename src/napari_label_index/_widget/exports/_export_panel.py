"""What to export and how; it asks for a path, then shows how the export goes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_label_index._widget._sentences import count, exported_text, size_text
from napari_label_index._widget.exports._export_scopes import OtherLabels, OwnTable
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._progress_row import ProgressRow
from napari_label_index.io import estimate_export_bytes
from napari_label_index.session import (
    Exported,
    Exporter,
    ExportFailed,
    Exporting,
    ExportRequest,
    ExportState,
    Idle,
    IndexSession,
)

if TYPE_CHECKING:
    from napari_label_index._typing import FloatArray, LabelArray
    from napari_label_index.index import LabelIndex

SELECTED, ALL = "Selected labels", "All labels"
FORMATS = {"CSV, one line a voxel": ".csv", "NPZ (NumPy arrays)": ".npz"}
VOXELS = "Voxels"

AskPath = Callable[[QWidget, str], Path | None]


class ExportPanel(QWidget):
    """Exports coordinates of the selected labels, or of all.

    Parameters
    ----------
    session
        Whose index and selection are exported.
    exporter
        Runs the export.
    affine_of
        Gives the voxel-to-world matrix of the layer.
    ask_path
        Asks the user where to, given a suggested name; None means never mind.
    """

    def __init__(
        self,
        session: IndexSession,
        exporter: Exporter,
        affine_of: Callable[[], FloatArray | None],
        ask_path: AskPath,
    ) -> None:
        super().__init__()
        self._session = session
        self._exporter = exporter
        self._affine_of = affine_of
        self._ask_path = ask_path
        self._others: dict[str, OtherLabels | OwnTable] = {}  # by scope
        self._last: tuple[Path, list[str]] | None = None  # where to, and choices
        self.scope = _combo("What to export", [SELECTED, ALL])
        self.format = _combo("File format", list(FORMATS))
        self.units = _combo("Units of the coordinates", [VOXELS, "World"])
        self.estimate = QLabel()
        self.estimate.setWordWrap(True)
        self.write_button = QPushButton("Write\N{HORIZONTAL ELLIPSIS}")
        self.write_button.setAccessibleName("Write the coordinates to a file")
        self.progress = ProgressRow("Export")
        self.banner = Banner("Export message")
        self._lay_out()
        self._combos = (self.scope, self.format, self.units)
        for combo in self._combos:
            combo.currentIndexChanged.connect(self.refresh)
        self.write_button.clicked.connect(self._on_write)
        self.progress.cancelled.connect(exporter.cancel)
        exporter.state_changed.connect(self._on_state_changed)
        exporter.progressed.connect(self.progress.show_progress)
        session.selection.changed.connect(self._on_selection_changed)
        session.index_changed.connect(self.refresh)
        self.hide()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow("Export", self.scope)
        form.addRow("As", self.format)
        form.addRow("Units", self.units)
        foot = QHBoxLayout()
        foot.addWidget(self.estimate, stretch=1)
        foot.addWidget(self.write_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addLayout(foot)
        layout.addWidget(self.progress)
        layout.addWidget(self.banner)

    def offer(self, scope: str, other: OtherLabels | OwnTable) -> None:
        """Offer something else to export."""
        self._others[scope] = other
        self.scope.addItem(scope)

    def open(self) -> None:
        """Appear, with the scope that fits the selection."""
        self.scope.setCurrentText(SELECTED if len(self._session.selection) else ALL)
        self.show()
        self.refresh()
        self.write_button.setFocus()

    @property
    def can_write_again(self) -> bool:
        """Whether coordinates were written before, and none are being written."""
        return self._last is not None and not isinstance(
            self._exporter.state, Exporting
        )

    def write_again(self) -> None:
        """Write to the file of the last time, with the choices of the last time.

        Labels are those that the choices mean now, as the selected ones.
        """
        index = self._session.index
        if self._last is None or index is None:
            return
        path, choices = self._last
        for combo, text in zip(self._combos, choices, strict=True):
            combo.setCurrentText(text)
        labels = self._labels()
        if labels is None or len(labels):
            affine = self._affine_of() if self._in_world() else None
            self._exporter.export(ExportRequest(index, labels, path, affine))

    def close_session(self) -> None:
        """Let go of the session; for when the dock is closed."""
        self._exporter.state_changed.disconnect(self._on_state_changed)
        self._exporter.progressed.disconnect(self.progress.show_progress)
        self._session.selection.changed.disconnect(self._on_selection_changed)
        self._session.index_changed.disconnect(self.refresh)

    def refresh(self, _changed: object = None) -> None:
        """Say how large the file would be."""
        if self.isHidden():
            return
        index = self._session.index
        self._name_world_unit(index)
        other = self._others.get(self.scope.currentText())
        self.format.setEnabled(not isinstance(other, OwnTable))
        self.units.setEnabled(not isinstance(other, OwnTable))
        if isinstance(other, OwnTable):
            n_rows = other.count_rows()
            self.write_button.setEnabled(n_rows > 0)
            self.estimate.setText(f"{count(n_rows, 'row')}, as CSV")
            return
        labels = self._labels()
        n_labels = 0 if index is None else len(index)
        n_labels = n_labels if labels is None else len(labels)
        busy = isinstance(self._exporter.state, Exporting)
        self.write_button.setEnabled(n_labels > 0 and not busy)
        if index is None or n_labels == 0:
            has_index = index is not None
            self.estimate.setText(self._nothing() if has_index else "No index.")
            return
        suffix, world = FORMATS[self.format.currentText()], self._in_world()
        affine = self._affine_of() if world else None
        n_bytes = estimate_export_bytes(index, labels, suffix, world, affine)
        size = size_text(n_bytes)
        self.estimate.setText(f"{count(n_labels, 'label')}, about {size}")

    def _name_world_unit(self, index: LabelIndex | None) -> None:
        unit = "" if index is None else index.unit
        self.units.setItemText(1, f"World ({unit})" if unit else "World")

    def _in_world(self) -> bool:
        return self.units.currentIndex() == 1

    def _labels(self) -> LabelArray | None:
        scope = self.scope.currentText()
        other = self._others.get(scope)
        if isinstance(other, OtherLabels):
            return other.labels_of()
        return None if scope == ALL else self._session.selection.labels

    def _nothing(self) -> str:
        scope = self.scope.currentText()
        none = f"There are no {scope.lower()}."
        return none if scope in self._others else "Nothing is selected."

    def _on_selection_changed(self, _labels: LabelArray) -> None:
        self.refresh()

    def _on_write(self) -> None:
        other = self._others.get(self.scope.currentText())
        if isinstance(other, OwnTable):
            self._write_table(other)
            return
        # All is read before the file dialog: it lets other events through.
        index, labels = self._session.index, self._labels()
        affine = self._affine_of() if self._in_world() else None
        choices = [combo.currentText() for combo in self._combos]
        if index is None:
            return
        suffix = FORMATS[self.format.currentText()]
        path = self._ask_path(self, f"{_stem_of(index)}-coords{suffix}")
        if path is not None:
            self._last = (path, choices)
            self._exporter.export(ExportRequest(index, labels, path, affine))

    def _write_table(self, table: OwnTable) -> None:
        index = self._session.index
        stem = "labels" if index is None else _stem_of(index)
        path = self._ask_path(self, f"{stem}-{table.ending}.csv")
        if path is not None:
            table.write(path)

    def _on_state_changed(self, state: ExportState) -> None:
        match state:
            case Exporting():
                self.progress.begin()
                self.banner.say("")
            case Exported(request, path, n_bytes):
                text = exported_text(request, path.name, n_bytes)
                self.banner.say(text)
                self.banner.setToolTip(str(path))
            case ExportFailed(message):
                self.banner.say(message, "error")
            case Idle(notice):
                self.banner.say(notice, "warning")
        if not isinstance(state, Exporting):
            self.progress.end()
        self.refresh()


def ask_path(parent: QWidget, suggested: str) -> Path | None:
    """Ask in a file dialog, which asks again before it takes an existing file."""
    suffix = Path(suggested).suffix
    dialog = QFileDialog(parent, "Export coordinates")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(f"{suffix[1:].upper()} (*{suffix})")
    # Not added afterwards: the dialog would ask about overwriting another file.
    dialog.setDefaultSuffix(suffix[1:])
    dialog.selectFile(suggested)
    chosen = Path(dialog.selectedFiles()[0]) if dialog.exec() else None
    dialog.deleteLater()
    return chosen


def _combo(name: str, items: list[str]) -> QComboBox:
    combo = QComboBox()
    combo.setAccessibleName(name)
    combo.addItems(items)
    return combo


def _stem_of(index: LabelIndex) -> str:
    """A file name from the name of a layer, whatever the user called it."""
    name = "".join(c if c.isalnum() or c in "-_" else "_" for c in index.source)
    return name.strip("_")[:60] or "labels"
