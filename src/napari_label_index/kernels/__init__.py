"""Compiled loops: the only importer of numba. Arrays in, arrays out."""

from __future__ import annotations

from napari_label_index.kernels._coords import (
    expand_coords,
    expand_positions,
    fill_coords_block,
)
from napari_label_index.kernels._encode import (
    EMPTY_SLOT,
    encode_labels,
    rebuild_slots,
)
from napari_label_index.kernels._group import place_runs
from napari_label_index.kernels._measure import measure_runs
from napari_label_index.kernels._rasterize import draw_runs, write_labels
from napari_label_index.kernels._scan import scan_rows

__all__ = [
    "EMPTY_SLOT",
    "draw_runs",
    "encode_labels",
    "expand_coords",
    "expand_positions",
    "fill_coords_block",
    "measure_runs",
    "place_runs",
    "rebuild_slots",
    "scan_rows",
    "write_labels",
]
