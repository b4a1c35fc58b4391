"""What can be done with the selected labels that is more than one call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtGui import QGuiApplication
from qtpy.QtWidgets import QApplication

from napari_label_index._widget._sentences import NOTHING_SELECTED
from napari_label_index._widget._wording import count
from napari_label_index.session import labels_like

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index._widget._dock_widget import LabelIndexWidget
    from napari_label_index.index import LabelIndex

# 2 MB of text; what holds more than that is no place to paste to.
MAX_COPIED_VOXELS = 100_000


class LabelActions:
    """Slots for keys, menus and the palette; each says what it did below the table.

    Parameters
    ----------
    dock
        Whose selected labels they are for.
    """

    def __init__(self, dock: LabelIndexWidget) -> None:
        self._dock = dock

    def centre(self) -> None:
        """Bring the selected labels into the middle, as large as they are."""
        if self._has_selected():
            labels = self._dock.session.selection.labels
            self._dock.picture.focus(labels, keeps_zoom=True)

    def copy_ids(self) -> None:
        """Put the selected ids on the clipboard."""
        index, labels = self._dock.session.index, self._dock.session.selection.labels
        if index is not None and self._has_selected():
            ids = index.distinct_ids_of(labels)
            _copy(" ".join(map(str, ids.tolist())))
            self._say(f"Copied {count(len(ids), 'id')}.")

    def copy_rows(self) -> None:
        """Put the selected rows on the clipboard, as the table shows them."""
        view = self._dock.table.view
        n_rows = len(view.selected_rows())
        if self._has_selected() and n_rows:
            view.copy_selected()
            self._say(f"Copied {count(n_rows, 'row')}.")

    def copy_coordinates(self) -> None:
        """Put the voxels of the selected labels on the clipboard, if they are few."""
        index, labels = self._dock.session.index, self._dock.session.selection.labels
        if index is None or not self._has_selected():
            return
        n_voxels = int(index.voxel_counts[index.rows_of(labels)].sum())
        voxels = count(n_voxels, "voxel")
        if n_voxels > MAX_COPIED_VOXELS:
            self._say(
                f"Not copied: {voxels}, and at most {MAX_COPIED_VOXELS:,} are."
                " Export writes any number."
            )
            return
        _copy(coordinates_text(index, labels))
        self._say(f"Copied {voxels} of {count(len(labels), 'label')}.")

    def select_neighbours(self) -> None:
        """Select what touches the selected labels too."""
        if self._has_selected():
            self._dock.inspection.neighbourhood.select()

    def select_same_status(self) -> None:
        """Select all labels that were judged as the selected ones were."""
        index, selection = self._dock.session.index, self._dock.session.selection
        if index is not None and self._has_selected():
            codes = self._dock.review.desk.codes
            selection.select(labels_like(index, codes, selection.labels))

    def export(self) -> None:
        """Open the export, with the selected labels where there are some."""
        button = self._dock.export_button
        if button.isChecked():
            self._dock.export_panel.open()
        elif button.isEnabled():
            button.setChecked(True)

    def write_again(self) -> None:
        """Write the last export once more; where there was none, open the export."""
        panel, button = self._dock.export_panel, self._dock.export_button
        if not panel.can_write_again or not button.isEnabled():
            self.export()
            return
        focused = QApplication.focusWidget()
        button.setChecked(True)  # there it says how it goes, and can be cancelled
        panel.write_again()
        if focused is not None:
            focused.setFocus()

    def _has_selected(self) -> bool:
        """Whether there are labels to act on; says so where there are none."""
        has_selected = len(self._dock.session.selection) > 0
        if not has_selected:
            self._say(NOTHING_SELECTED)
        return has_selected

    def _say(self, sentence: str) -> None:
        self._dock.table.say(sentence)


def coordinates_text(index: LabelIndex, labels: LabelArray) -> str:
    """Return one tab-separated line for each voxel, under a header."""
    lines = ["\t".join(["label", *index.axes])]
    for label in labels.tolist():
        called = index.ids_of(np.array([label], index.labels.dtype))[0]
        for place in index.coords(label).tolist():
            lines.append("\t".join(map(str, [called, *place])))
    return "\n".join(lines) + "\n"


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
