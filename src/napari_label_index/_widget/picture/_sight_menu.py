"""The menu of all labels on a line of sight, from front to back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtGui import QColor, QCursor
from qtpy.QtWidgets import QMenu

from napari_label_index._widget._wording import count
from napari_label_index._widget.parts._menu import offer
from napari_label_index._widget.parts._swatch_icon import swatch_icon
from napari_label_index._widget.picture._swatch import label_colors

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index._widget._dock_widget import LabelIndexWidget

MAX_ENTRIES = 30  # more than fit on a small screen, and than anybody reads


class SightMenu(QMenu):
    """Offers the labels that lie behind each other in 3D.

    Parameters
    ----------
    dock
        Whose index they are of.
    """

    def __init__(self, dock: LabelIndexWidget) -> None:
        super().__init__("Labels on the line of sight", dock)
        self._dock = dock
        dock.picture.line_asked.connect(self.show_for)

    def show_for(self, labels: LabelArray) -> None:
        """Pop up with these labels, the front one first."""
        index, layer = self._dock.session.index, self._dock.link.layer
        if index is None or layer is None:
            return
        self.clear()
        shown = labels[:MAX_ENTRIES]
        counts = index.voxel_counts[index.rows_of(shown)]
        colors = label_colors(layer, index.ids_of(shown))
        for label, n_voxels, color in zip(
            shown.tolist(), counts.tolist(), colors, strict=True
        ):
            name = index.name_of(label)
            text = f"{name}\t{count(n_voxels, 'voxel')}"
            action = offer(self, text, partial(self._dock.table.select_label, label))
            action.setIcon(swatch_icon(QColor.fromRgbF(*color.tolist())))
        self.addSeparator()
        select = self._dock.session.selection.select
        offer(self, f"Select all {len(labels)}", partial(select, labels))
        self.popup(QCursor.pos())
