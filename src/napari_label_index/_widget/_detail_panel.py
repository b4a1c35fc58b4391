"""The focused label in detail; its parts and neighbours are a click away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtWidgets import QTreeWidget, QTreeWidgetItem

from napari_label_index._widget._wording import ELLIPSIS, TIMES, count, number
from napari_label_index._widget.parts._foldable import Foldable

if TYPE_CHECKING:
    from napari_label_index.index import LabelIndex
    from napari_label_index.session import DetailFinder, LabelDetail, Neighbours

# A label that is noise may have 100,000 parts: an item each would take seconds.
MAX_LINES = 200
N_LINES_SHOWN = 8
TARGET = Qt.ItemDataRole.UserRole


class DetailPanel(Foldable):
    """Shows what a `DetailFinder` finds, while it is open."""

    part_clicked = Signal(object, int)  # the parts as an index, and the id of one
    neighbour_clicked = Signal(object)  # int

    def __init__(self, finder: DetailFinder) -> None:
        self.tree = DetailTree()
        super().__init__("Detail", self.tree)
        self._finder = finder
        self._label: int | None = None
        self.button.setToolTip("Parts, neighbours and holes of the current label")
        self.folded.connect(lambda folded: finder.set_active(not folded))
        self.tree.itemClicked.connect(self._on_item)
        self.tree.itemActivated.connect(self._on_item)
        finder.changed.connect(self.show_detail)
        self.show_detail(None)

    def close_session(self) -> None:
        """Let go of the session; for when the dock is closed."""
        self._finder.changed.disconnect(self.show_detail, missing_ok=True)

    def show_detail(self, detail: LabelDetail | None) -> None:
        """Show `detail`; None says that there is nothing to show."""
        tree = self.tree
        folded = [item for item in tree.sections() if not item.isExpanded()]
        closed = {item.data(0, TARGET) for item in folded}
        tree.clear()
        if detail is None:
            self.set_title("Detail")
            tree.add("Click a label in the table or in the picture.")
            return
        self.set_title(f"Detail of label {detail.name}")
        self._add_parts(detail)
        self._add_holes(detail)
        self._add_neighbours(detail.neighbours, ELLIPSIS if detail.is_former else "")
        if detail.problem:
            tree.add(detail.problem)
        for item in tree.sections():
            is_open = detail.label != self._label or item.data(0, TARGET) not in closed
            item.setExpanded(is_open)
        self._label = detail.label

    def _add_parts(self, detail: LabelDetail) -> None:
        parts = detail.parts
        if parts is None:
            self.tree.add(f"Parts {ELLIPSIS}")
            return
        section = self.tree.add(count(len(parts), "part"), "parts")
        order = detail.part_order
        for part in order[:MAX_LINES]:
            self.tree.add(part_text(parts, part), (parts, part), section)
        self.tree.add_rest(len(order), section)

    def _add_holes(self, detail: LabelDetail) -> None:
        if detail.holes is None:
            self.tree.add(f"Holes {ELLIPSIS}")
            return
        n_holes, n_voxels = detail.holes
        found = f"{count(n_holes, 'hole')} of {count(n_voxels, 'voxel')}"
        self.tree.add(found if n_holes else "No holes")

    def _add_neighbours(self, neighbours: Neighbours | None, more: str) -> None:
        if neighbours is None:
            self.tree.add(f"Neighbours {ELLIPSIS}")
            return
        n = len(neighbours.labels)
        if not n:
            self.tree.add(f"No neighbours {more}".rstrip())
            return
        text = f"{count(n, 'neighbour')} {more}".rstrip()
        section = self.tree.add(text, "neighbours")
        pairs = zip(
            neighbours.labels[:MAX_LINES].tolist(),
            neighbours.names[:MAX_LINES],
            neighbours.areas[:MAX_LINES].tolist(),
            strict=True,
        )
        for label, name, area in pairs:
            text = f"Label {name}, contact area {number(area)}"
            self.tree.add(text, label, section)
        self.tree.add_rest(n, section)

    def _on_item(self, item: QTreeWidgetItem) -> None:
        match item.data(0, TARGET):
            case (parts, int(part)):
                self.part_clicked.emit(parts, part)
            case int(label):
                self.neighbour_clicked.emit(label)


class DetailTree(QTreeWidget):
    """A short tree of sentences."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Detail")
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def sections(self) -> list[QTreeWidgetItem]:
        """Lines with lines below them."""
        items = [self.topLevelItem(i) for i in range(self.topLevelItemCount())]
        return [item for item in items if item.childCount()]

    def add(
        self,
        text: str,
        target: object = None,
        section: QTreeWidgetItem | None = None,
    ) -> QTreeWidgetItem:
        """Add one line; `target` is what a click on it leads to."""
        item = QTreeWidgetItem([text])
        item.setToolTip(0, text)
        item.setData(0, TARGET, target)
        if section is None:
            self.addTopLevelItem(item)
        else:
            section.addChild(item)
        return item

    def add_rest(self, n: int, section: QTreeWidgetItem) -> None:
        """Say how many lines there would be more."""
        if n > MAX_LINES:
            self.add(f"{n - MAX_LINES:,} more", None, section)

    def sizeHint(self) -> QSize:  # noqa: N802
        line = self.fontMetrics().height() + 4
        return QSize(200, N_LINES_SHOWN * line)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(100, 3 * (self.fontMetrics().height() + 4))


def part_text(parts: LabelIndex, part: int) -> str:
    """Say how large a part is, and where: "14 voxels, 2 x 3 x 4 at 10, 20, 30"."""
    row = parts.row_of(part)
    box = parts.bbox(part)
    size = TIMES.strip().join(str(axis.stop - axis.start) for axis in box)
    place = ", ".join(str(axis.start) for axis in box)
    return f"{count(int(parts.voxel_counts[row]), 'voxel')}, {size} at {place}"
