"""Colours to labels and one dock: an image in, a Labels layer out."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from psygnal import Signal

from napari_label_index._widget._layer_facts import voxels_of
from napari_label_index._widget._proxies import unproxied
from napari_label_index._widget.colors import _colors_text as text
from napari_label_index._widget.colors._ask_color import ask_color, ask_ids
from napari_label_index._widget.colors._color_layer import (
    add_color_labels,
    color_axes_of,
)
from napari_label_index._widget.colors._colors_panel import ColorsPanel
from napari_label_index._widget.colors._table_row import TableRow
from napari_label_index._widget.exports._written import say_written
from napari_label_index.index import LabelImage
from napari_label_index.session import (
    ColorConverter,
    ColorRequest,
)

if TYPE_CHECKING:
    from napari.layers import Image, Labels
    from napari.utils.theme import Theme
    from napari.viewer import Viewer

    from napari_label_index._widget._layer_chooser import LayerChooser
    from napari_label_index._widget.exports._ask_path import AskPath
    from napari_label_index.io import ColorLabels, ColorTable
    from napari_label_index.session import ColorState, Outcome, Submit

# Of an image, and of labels that are an image in truth.
EDITS = ("data", "labels_update")


class ColorsLink:
    """Builds the panel of colours, and connects it with the layers.

    Parameters
    ----------
    viewer
        Where the image is, and where the labels come.
    submit
        Starts work elsewhere.
    chooser
        Offers images, and chooses the labels that were made.
    ask_path
        Asks the user where to write the table of colours.
    """

    made = Signal()  # a Labels layer, which is chosen

    def __init__(
        self,
        viewer: Viewer,
        submit: Submit,
        chooser: LayerChooser,
        ask_path: AskPath,
    ) -> None:
        self._viewer = viewer
        self._chooser = chooser
        self._ask_path = ask_path
        self.ask_ids, self.ask_color = ask_ids, ask_color  # replaced in tests
        self._source: Image | Labels | None = None
        self._tables: WeakKeyDictionary[Labels, ColorTable] = WeakKeyDictionary()
        self.converter = ColorConverter(submit)
        self.panel = ColorsPanel()
        self.table_row = TableRow()
        self._connect()

    @property
    def source(self) -> Image | Labels | None:
        """The layer whose colours are looked at."""
        return self._source

    def open(self, source: Image | Labels) -> None:
        """Look at the colours of a layer."""
        self.close()
        self._source = source
        for name in EDITS:
            if name in source.events:
                source.events[name].connect(self._on_edited)
        self.panel.open(source.name)
        self.count()

    def count(self) -> None:
        """Count the colours, with the choices as they are now."""
        source = self._source
        if source is None:
            return
        array = voxels_of(source)
        # Only names of axes and of the layer are looked at.
        voxels = np.broadcast_to(np.uint8(0), array.shape[:-1])
        like = LabelImage(voxels, axes=color_axes_of(source), source=source.name)
        panel = self.panel
        self.converter.count(
            ColorRequest(array, like, panel.background.color, panel.ids)
        )

    def close(self) -> None:
        """Hide the panel, and let go of the layer."""
        source, self._source = self._source, None
        if source is not None:
            for name in EDITS:
                if name in source.events:
                    source.events[name].disconnect(self._on_edited)
        self.converter.drop()
        self.panel.hide()

    def follow_layers(self) -> None:
        """Follow a layer that was renamed, or removed."""
        if self._source is None:
            return
        if any(unproxied(layer) is self._source for layer in self._viewer.layers):
            self.panel.show_name(self._source.name)
        else:
            self.close()

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        self.panel.use_theme(theme)
        self.table_row.banner.use_theme(theme)

    def close_session(self) -> None:
        """Stop, and let go of all layers."""
        self.close()
        self.converter.close()

    def _connect(self) -> None:
        panel, converter, chooser = self.panel, self.converter, self._chooser
        chooser.colors_asked.connect(self.open)
        chooser.layer_changed.connect(self._on_layer_changed)
        panel.count_asked.connect(self.count)
        panel.make_asked.connect(self._on_make)
        panel.ids_asked.connect(self._on_ids_asked)
        panel.background.other_asked.connect(self._on_other_asked)
        panel.closed.connect(self.close)
        panel.progress.cancelled.connect(converter.cancel)
        self.table_row.save_asked.connect(self._on_save)
        converter.state_changed.connect(self._on_state_changed)
        converter.progressed.connect(panel.progress.show_progress)
        converter.made.connect(self._on_made)
        converter.table_saved.connect(self._on_table_saved)

    def _on_edited(self, _event: object = None) -> None:
        self.converter.drop(text.CHANGED)

    def _on_state_changed(self, state: ColorState) -> None:
        self.panel.show_state(state)

    def _on_make(self, is_split: bool) -> None:
        self.converter.make(is_split=is_split)

    def _on_ids_asked(self) -> None:
        source = self._source
        path = self.ask_ids(self.panel)
        # The dialog lets other events through.
        if path is not None and source is self._source:
            self.panel.show_ids(path)
            self.count()

    def _on_other_asked(self) -> None:
        source = self._source
        if source is None:
            return
        color = self.ask_color(self.panel, 8 * source.dtype.itemsize)
        if color is not None and source is self._source:
            self.panel.background.choose(color)
            self.count()

    def _on_made(self, labels: ColorLabels) -> None:
        source = self._source
        if source is None:
            return
        layer = add_color_labels(self._viewer, source, labels)
        self._tables[layer] = labels.table
        self.close()
        self._chooser.choose(layer)
        self._on_layer_changed(layer)  # it may have been chosen before it had a table
        self.made.emit()

    def _on_layer_changed(self, layer: Labels | None) -> None:
        self.table_row.show_table(None if layer is None else self._tables.get(layer))

    def _on_save(self) -> None:
        layer = self._chooser.layer
        table = None if layer is None else self._tables.get(layer)
        if table is not None:
            path = self._ask_path(self.table_row, "colours.csv")
            if path is not None:
                self.converter.save_table(table, path)

    def _on_table_saved(self, outcome: Outcome) -> None:
        say_written(self.table_row.banner, outcome)
