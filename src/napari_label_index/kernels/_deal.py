"""Runs label by label -> stretch by stretch of the volume, and back.

A *piece* is what a label has in one stretch: its runs there, which follow each other.
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._find import first_run_from
from napari_label_index.kernels._jit import kernel


@kernel
def count_pieces(offsets, starts, edges, is_needed, n_pieces, n_runs):
    """Count the pieces and the runs that some labels have in each stretch.

    Parameters
    ----------
    offsets, starts : of a run table
    edges : (n_stretches + 1,) uint64, sorted: stretch s has the runs that start at
        positions ``edges[s]:edges[s + 1]``; runs elsewhere are left out
    is_needed : (n_stretches,) bool: others are left out as well
    n_pieces, n_runs : (n_stretches,) int64, counted up
    """
    for row in range(offsets.size - 1):
        end = offsets[row + 1]
        begin = first_run_from(starts, offsets[row], end, edges[0])
        while begin < end:
            stretch, stop = _piece_from(starts, begin, end, edges)
            if stretch < is_needed.size and is_needed[stretch]:
                n_pieces[stretch] += 1
                n_runs[stretch] += stop - begin
            begin = stop


@kernel
def deal_pieces(
    offsets, starts, lengths, edges, is_needed, piece_cursors, run_cursors,
    rows, sizes, to_starts, to_lengths,
):  # fmt: skip
    """Deal the pieces of some labels out to their stretches, label by label.

    Parameters
    ----------
    offsets, starts, lengths : of a run table
    edges, is_needed : as above
    piece_cursors, run_cursors : (n_stretches,) int64, the next free place of each
        stretch for a piece and for a run; moved on
    rows, sizes : (n_pieces,) filled: the row of the table, and the runs of the piece
    to_starts, to_lengths : (n_runs,) filled
    """
    for row in range(offsets.size - 1):
        end = offsets[row + 1]
        begin = first_run_from(starts, offsets[row], end, edges[0])
        while begin < end:
            stretch, stop = _piece_from(starts, begin, end, edges)
            if stretch < is_needed.size and is_needed[stretch]:
                rows[piece_cursors[stretch]] = row
                sizes[piece_cursors[stretch]] = stop - begin
                piece_cursors[stretch] += 1
                place = run_cursors[stretch]
                for k in range(begin, stop):
                    to_starts[place] = starts[k]
                    to_lengths[place] = lengths[k]
                    place += 1
                run_cursors[stretch] = place
            begin = stop


@kernel
def copy_runs(bounds, starts, lengths, to_starts, to_lengths):
    """Copy runs ``bounds[i, 0]:bounds[i, 1]`` behind each other."""
    place = 0
    for number in range(bounds.shape[0]):
        for k in range(bounds[number, 0], bounds[number, 1]):
            to_starts[place] = starts[k]
            to_lengths[place] = lengths[k]
            place += 1


@kernel
def _piece_from(starts, begin, end, edges):
    """Return the stretch of a run at the first edge or later, and where its piece ends.

    What begins at the last edge or later is one piece, of no stretch.
    """
    after = np.uint64(starts[begin]) + np.uint64(1)
    stretch = first_run_from(edges, 0, edges.size, after) - 1
    if stretch == edges.size - 1:
        return stretch, end
    return stretch, first_run_from(starts, begin, end, edges[stretch + 1])
