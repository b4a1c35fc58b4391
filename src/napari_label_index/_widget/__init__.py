"""The napari plugin: the only package that knows Qt and napari."""

from __future__ import annotations

from napari_label_index._widget._dock_widget import LabelIndexWidget
from napari_label_index._widget._sample_data import generated_cells

__all__ = ["LabelIndexWidget", "generated_cells"]
