"""What to export and how; it asks for a path, then shows how the export goes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from napari_label_index._widget._wording import ELLIPSIS, count
from napari_label_index._widget.exports import _export_text as text
from napari_label_index._widget.exports._export_form import (
    ALL,
    SELECTED,
    ExportForm,
    stem_of,
)
from napari_label_index._widget.exports._export_result import ExportResult
from napari_label_index._widget.exports._points_layer import too_many_points
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.parts._progress_row import ProgressRow
from napari_label_index._widget.parts._wrapped_label import wrapped_label
from napari_label_index.session import (
    Exported,
    Exporter,
    ExportFailed,
    Exporting,
    ExportState,
    Idle,
    IndexSession,
    NotVerified,
    Stale,
    Verified,
    Verifying,
)

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import LabelArray
    from napari_label_index._widget.exports._ask_path import AskPath
    from napari_label_index._widget.exports._export_form import ExportChoice
    from napari_label_index._widget.exports._export_scopes import OtherLabels, OwnTable
    from napari_label_index._widget.exports._surroundings import Surroundings
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import ExportRequest

WRITE, ADD = f"Write{ELLIPSIS}", "Add"
NO_INDEX = "There is no index. Press Index first."
COPIED = "Copied the Python that does this export."


class ExportPanel(QWidget):
    """Exports the selected labels, all of them, or others, in any form.

    Parameters
    ----------
    session
        Whose index and selection are exported.
    exporter
        Runs the export.
    surroundings
        What else of the window an export takes.
    ask_path
        Asks the user where to, given a suggested name; None means never mind.
    """

    def __init__(
        self,
        session: IndexSession,
        exporter: Exporter,
        surroundings: Surroundings,
        ask_path: AskPath,
    ) -> None:
        super().__init__()
        self._session = session
        self._exporter = exporter
        self._surroundings = surroundings
        self._ask_path = ask_path
        self._last: tuple[Path, ExportChoice] | None = None
        self.form = ExportForm(session, surroundings)
        self.estimate = wrapped_label()
        self.write_button = QPushButton(WRITE)
        self.progress = ProgressRow("Export")
        self.banner = Banner("Export message")
        self.result = ExportResult()
        self._lay_out()
        self._connect()
        self.hide()

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.estimate, stretch=1)
        foot.addWidget(self.write_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)
        layout.addLayout(foot)
        layout.addWidget(self.progress)
        layout.addWidget(self.banner)
        layout.addWidget(self.result)

    def _connect(self) -> None:
        exporter = self._exporter
        self.form.changed.connect(self._on_form_changed)
        self.write_button.clicked.connect(self._on_write)
        self.progress.cancelled.connect(exporter.cancel)
        self.result.verify_asked.connect(self.verify)
        self.result.python_asked.connect(self.copy_python)
        exporter.state_changed.connect(self._on_state_changed)
        exporter.progressed.connect(self.progress.show_progress)
        self._session.selection.changed.connect(self._on_selection_changed)
        self._session.index_changed.connect(self.refresh)

    def offer(self, scope: str, other: OtherLabels | OwnTable) -> None:
        """Offer something else to export."""
        self.form.offer(scope, other)

    def open(self) -> None:
        """Appear, with the scope that fits the selection."""
        has_selected = len(self._session.selection) > 0
        self.form.scope.setCurrentText(SELECTED if has_selected else ALL)
        self.show()
        self.refresh()
        self.write_button.setFocus()

    @property
    def can_write_again(self) -> bool:
        """Whether something was written before, and nothing is being written."""
        return self._last is not None and not self._exporter.is_busy

    def write_again(self) -> None:
        """Write to the file of the last time, with the choices of the last time.

        Labels are those that the choices mean now, as the selected ones.
        """
        index = self._session.index
        if self._last is None or index is None:
            return
        path, choice = self._last
        self.form.restore(choice)
        request = self.form.request(index)
        if request.n_labels:
            self._exporter.export(replace(request, path=path))

    def verify(self) -> None:
        """Read what was written again, and compare it."""
        exported = self._exporter.exported
        if exported is not None and not self._exporter.is_busy:
            self._exporter.verify(self._surroundings.to_verify(exported))

    def copy_python(self) -> None:
        """Put the Python that does the last export on the clipboard."""
        exported = self._exporter.exported
        if exported is not None:
            request = replace(exported.request, path=exported.path.absolute())
            script = self._surroundings.python_of(request)
            QGuiApplication.clipboard().setText(script)
            self.banner.say(COPIED)

    def close_session(self) -> None:
        """Let go of the session; for when the dock is closed."""
        self._exporter.state_changed.disconnect(self._on_state_changed)
        self._exporter.progressed.disconnect(self.progress.show_progress)
        self._session.selection.changed.disconnect(self._on_selection_changed)
        self._session.index_changed.disconnect(self.refresh)

    def refresh(self, _changed: object = None) -> None:
        """Say how large the export would be, or why there can be none."""
        if self.isHidden():
            return
        index, table = self._session.index, self.form.own_table
        self.form.follow(index)
        self.write_button.setText(WRITE if self.form.kind.has_file or table else ADD)
        if table is not None:
            n_rows = table.count_rows()
            self._show_estimate(f"{count(n_rows, 'row')}, as CSV", n_rows > 0)
        elif index is None:
            self._show_estimate(NO_INDEX, False)
        else:
            self._show_request(index)

    def _show_request(self, index: LabelIndex) -> None:
        request, kind = self.form.request(index), self.form.kind
        problem = kind.reason_against(index)
        if not request.n_labels:
            scope = self.form.scope.currentText()
            problem = problem or text.nothing_text(scope, self.form.is_other)
        if not kind.has_file:
            problem = problem or too_many_points(request.n_voxels)
        if problem:
            self._show_estimate(problem, False)
        elif kind.has_file:
            can_write = not self._exporter.is_busy
            self._show_estimate(text.estimate_text(request), can_write)
        else:
            labels = text.labels_text(request)
            points = count(request.n_voxels, "point")
            self._show_estimate(f"{labels}, {points}", True)

    def _show_estimate(self, sentence: str, can_write: bool) -> None:
        self.estimate.setText(sentence)
        self.write_button.setEnabled(can_write)

    def _on_form_changed(self) -> None:
        if isinstance(self._exporter.state, ExportFailed | Idle):
            self.banner.say("")  # it was about other choices
        self.refresh()

    def _on_selection_changed(self, _labels: LabelArray) -> None:
        self.refresh()

    def _on_write(self) -> None:
        index, table = self._session.index, self.form.own_table
        if table is not None:
            path = self._ask_path(self, f"{stem_of(index)}-{table.ending}.csv")
            if path is not None:
                table.write(path)
        elif index is not None:
            # All is read before the file dialog: it lets other events through.
            self._write(self.form.request(index), self.form.choice())

    def _write(self, request: ExportRequest, choice: ExportChoice) -> None:
        if not self.form.kind.has_file:
            added = self._surroundings.add_points(request.index, request.labels)
            self.banner.say(added)
            return
        path = self._ask_path(self, request.path.name)
        if path is not None:
            self._last = (path, choice)
            self._exporter.export(replace(request, path=path))

    def _on_state_changed(self, state: ExportState) -> None:
        match state:
            case Exporting() | Verifying():
                self.banner.say("")
                self.progress.begin()
            case Exported():
                self.banner.say(text.written_text(state) + self._since(state))
                self.banner.setToolTip(str(state.path))
            case Verified(request, report):
                is_current = self._surroundings.is_current(
                    request.exported.request.index
                )
                found = text.verified_text(state, is_current)
                self.banner.say(found, "info" if report.ok else "error")
            case NotVerified():
                found = text.not_verified_text(state)
                self.banner.say(found, "error" if state.reason else "warning")
            case ExportFailed(message):
                self.banner.say(message, "error")
            case Idle(notice):
                self.banner.say(notice, "warning")
        if not self._exporter.is_busy:
            self.progress.end()
        exported = self._exporter.exported
        path = None if exported is None else exported.path
        self.result.show_path(path, self._exporter.is_busy)
        self.refresh()

    def _since(self, exported: Exported) -> str:
        """Say what became of the labels while they were written."""
        index = exported.request.index
        if self._surroundings.is_current(index):
            return ""
        if self._session.index is None:
            return text.GONE
        is_stale = isinstance(self._session.state, Stale)
        return text.STALE if is_stale else text.CHANGED
