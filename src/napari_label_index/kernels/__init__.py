"""Compiled loops: the only importer of numba. Arrays in, arrays out."""

from __future__ import annotations

from napari_label_index.kernels._components import join_runs
from napari_label_index.kernels._contacts import count_contacts
from napari_label_index.kernels._coords import (
    expand_coords,
    expand_positions,
    fill_coords_block,
)
from napari_label_index.kernels._deal import copy_runs, count_pieces, deal_pieces
from napari_label_index.kernels._encode import (
    EMPTY_SLOT,
    encode_labels,
    rebuild_slots,
)
from napari_label_index.kernels._erode import count_eroded_parts
from napari_label_index.kernels._group import place_runs
from napari_label_index.kernels._holes import count_holes, list_hole_gaps
from napari_label_index.kernels._intensity import add_intensities
from napari_label_index.kernels._match import match_runs
from napari_label_index.kernels._measure import measure_runs
from napari_label_index.kernels._merge import (
    longest_unordered,
    merge_pieces,
    place_pieces,
)
from napari_label_index.kernels._moments import sum_second_moments
from napari_label_index.kernels._order import DIGIT_BITS, sort_rows
from napari_label_index.kernels._outlines import count_corners, trace_outlines
from napari_label_index.kernels._overlaps import count_overlaps
from napari_label_index.kernels._pack import pack_colors
from napari_label_index.kernels._pairs import NO_PAIR, move_pairs
from napari_label_index.kernels._parts import (
    count_at_once,
    list_parts,
    measure_parts,
)
from napari_label_index.kernels._rasterize import draw_runs, write_labels
from napari_label_index.kernels._rows import (
    bound_runs,
    deal_runs_to_rows,
    gather_runs,
)
from napari_label_index.kernels._scan import scan_rows

__all__ = [
    "DIGIT_BITS",
    "EMPTY_SLOT",
    "NO_PAIR",
    "add_intensities",
    "bound_runs",
    "copy_runs",
    "count_at_once",
    "count_contacts",
    "count_corners",
    "count_eroded_parts",
    "count_holes",
    "count_overlaps",
    "count_pieces",
    "deal_pieces",
    "deal_runs_to_rows",
    "draw_runs",
    "encode_labels",
    "expand_coords",
    "expand_positions",
    "fill_coords_block",
    "gather_runs",
    "join_runs",
    "list_hole_gaps",
    "list_parts",
    "longest_unordered",
    "match_runs",
    "measure_parts",
    "measure_runs",
    "merge_pieces",
    "move_pairs",
    "pack_colors",
    "place_pieces",
    "place_runs",
    "rebuild_slots",
    "scan_rows",
    "sort_rows",
    "sum_second_moments",
    "trace_outlines",
    "write_labels",
]
