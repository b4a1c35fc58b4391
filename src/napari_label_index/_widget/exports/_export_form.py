"""The choices of an export: which labels, what of them, in which type of file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from napari_label_index._widget._wording import file_stem
from napari_label_index._widget.exports._export_combo import (
    combo_box,
    show_items,
    show_tooltip,
)
from napari_label_index._widget.exports._export_kinds import KINDS, kind_called
from napari_label_index._widget.exports._export_options import ExportOptions
from napari_label_index._widget.exports._export_scopes import OtherLabels, OwnTable
from napari_label_index._widget.parts._foldable import Foldable
from napari_label_index.session import ExportRequest

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index._widget.exports._export_kinds import ExportKind
    from napari_label_index._widget.exports._surroundings import Surroundings
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import IndexSession

SELECTED, ALL = "Selected labels", "All labels"
_IN_NAMES = {"label_image": "labels"}


@dataclass(frozen=True, slots=True)
class ExportChoice:
    """All that is chosen in the form."""

    scope: str
    kind: str
    file_type: str
    options: dict[str, int]


class ExportForm(QWidget):
    """Combo boxes for what to export; it makes the request that they mean.

    Parameters
    ----------
    session
        Whose index and selection are exported.
    surroundings
        What else of the window an export takes.
    """

    changed = Signal()

    def __init__(self, session: IndexSession, surroundings: Surroundings) -> None:
        super().__init__()
        self._session = session
        self._others: dict[str, OtherLabels | OwnTable] = {}  # by scope
        self.scope = combo_box("What to export", [SELECTED, ALL])
        self.kind_box = combo_box("Kind of export", [kind.title for kind in KINDS])
        self.file_type = combo_box("File type", list(KINDS[0].files))
        self.options = ExportOptions(surroundings)
        self.fold = Foldable("Options", self.options)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow("Export", self.scope)
        form.addRow("Kind", self.kind_box)
        form.addRow("As", self.file_type)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(form)
        layout.addWidget(self.fold)
        self.scope.currentIndexChanged.connect(self._on_changed)
        self.kind_box.currentIndexChanged.connect(self._on_kind_changed)
        self.file_type.currentIndexChanged.connect(self._on_changed)
        self.options.changed.connect(self.changed)
        self._on_kind_changed()

    def offer(self, scope: str, other: OtherLabels | OwnTable) -> None:
        """Offer something else to export."""
        self._others[scope] = other
        self.scope.addItem(scope)

    @property
    def kind(self) -> ExportKind:
        """What is made of the labels."""
        return kind_called(self.kind_box.currentText())

    @property
    def own_table(self) -> OwnTable | None:
        """The table that holds no labels, if that is chosen."""
        other = self._others.get(self.scope.currentText())
        return other if isinstance(other, OwnTable) else None

    @property
    def is_other(self) -> bool:
        """Whether other labels are chosen than the selected ones, or all."""
        return self.scope.currentText() in self._others

    def follow(self, index: LabelIndex | None) -> None:
        """Offer what an index can have; say of the rest why it cannot."""
        is_own = self.own_table is not None
        self.kind_box.setEnabled(not is_own)
        self.file_type.setEnabled(not is_own)
        self.fold.setVisible(not is_own and self.options.has_rows)
        if index is None:
            return
        self.options.follow(index)
        for place, kind in enumerate(KINDS):
            reason = kind.reason_against(index)
            show_tooltip(self.kind_box, place, reason or kind.meaning, not reason)
        self.kind_box.setToolTip(self.kind.meaning)

    def choice(self) -> ExportChoice:
        """Return what is chosen."""
        return ExportChoice(
            self.scope.currentText(),
            self.kind_box.currentText(),
            self.file_type.currentText(),
            self.options.state(),
        )

    def restore(self, choice: ExportChoice) -> None:
        """Choose again what was chosen before."""
        self.scope.setCurrentText(choice.scope)
        self.kind_box.setCurrentText(choice.kind)
        self.file_type.setCurrentText(choice.file_type)
        self.options.restore(choice.options)

    def request(self, index: LabelIndex) -> ExportRequest:
        """Return the export that is chosen, under a suggested name."""
        kind = self.kind
        ending = kind.files[self.file_type.currentText()]
        keywords = self.options.keywords(index, ending) if kind.has_file else {}
        is_folder = self.options.is_per_label
        name = f"{stem_of(index)}-{_IN_NAMES.get(kind.what, kind.what)}"
        path = Path(name if is_folder else name + ending)
        return ExportRequest(
            index, self._labels(), path, kind.what, keywords, self._query()
        )

    def _labels(self) -> LabelArray | None:
        scope = self.scope.currentText()
        other = self._others.get(scope)
        if isinstance(other, OtherLabels):
            return other.labels_of()
        return None if scope == ALL else self._session.selection.labels

    def _query(self) -> str:
        other = self._others.get(self.scope.currentText())
        return other.query_of() if isinstance(other, OtherLabels) else ""

    def _on_kind_changed(self, _place: int = 0) -> None:
        show_items(self.file_type, list(self.kind.files))
        self.options.show_kind(self.kind)
        self.changed.emit()

    def _on_changed(self, _place: int) -> None:
        self.changed.emit()


def stem_of(index: LabelIndex | None) -> str:
    """Return the suggested name of a file, without its ending."""
    return file_stem("" if index is None else index.source)
