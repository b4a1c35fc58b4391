"""Runs of one label from several blocks -> in C order: place, then merge."""

from __future__ import annotations

from napari_label_index.kernels._jit import kernel


@kernel
def place_pieces(rows, offsets, starts, lengths, cursors, all_starts, all_lengths):
    """Append the runs that a block has of each label to those of blocks before it.

    Parameters
    ----------
    rows : (n_labels,) row that each label of the block has in the table
    offsets : (n_labels + 1,) runs of ``rows[i]`` are ``offsets[i]:offsets[i + 1]``
    starts, lengths : (n,) runs of the block, of which ``offsets[0]`` is the first
    cursors : (n_rows,) int64, the next free place of each row; moved on
    all_starts, all_lengths : (n_runs,) filled at these places
    """
    for k in range(rows.size):
        place = cursors[rows[k]]
        first = offsets[k] - offsets[0]
        n_runs = offsets[k + 1] - offsets[k]
        for run in range(n_runs):
            all_starts[place + run] = starts[first + run]
            all_lengths[place + run] = lengths[first + run]
        cursors[rows[k]] = place + n_runs


@kernel
def merge_pieces(offsets, starts, lengths, room_starts, room_lengths):
    """Put the runs of each label in the order of their starts.

    They come in a few ascending stretches, one for each block, so that a natural merge
    sort (Knuth, The Art of Computer Programming 3, section 5.2.4, algorithm N) takes
    as many passes as it takes to halve the number of stretches down to one.

    Parameters
    ----------
    offsets : (n_labels + 1,) int64
    starts, lengths : (n_runs,) sorted in place within each label
    room_starts, room_lengths : as long as the longest label that is not in order
    """
    for row in range(offsets.size - 1):
        own = slice(offsets[row], offsets[row + 1])
        n_runs = offsets[row + 1] - offsets[row]
        if _stretch_end(starts[own], 0) < n_runs:
            _merge_label(
                starts[own], lengths[own], room_starts[:n_runs], room_lengths[:n_runs]
            )


@kernel
def longest_unordered(offsets, starts):
    """Return the number of runs of the longest label that is not in order, or 0."""
    longest = 0
    for row in range(offsets.size - 1):
        n_runs = offsets[row + 1] - offsets[row]
        if n_runs > longest:
            own = starts[offsets[row] : offsets[row + 1]]
            if _stretch_end(own, 0) < n_runs:
                longest = n_runs
    return longest


@kernel
def _merge_label(starts, lengths, room_starts, room_lengths):
    is_moved = False
    while True:
        n_stretches = _merge_pass(starts, lengths, room_starts, room_lengths)
        starts, room_starts = room_starts, starts
        lengths, room_lengths = room_lengths, lengths
        is_moved = not is_moved
        if n_stretches == 1:
            break
    if is_moved:
        room_starts[:] = starts
        room_lengths[:] = lengths


@kernel
def _merge_pass(starts, lengths, to_starts, to_lengths):
    """Merge stretches two by two, and return how many are left."""
    n_stretches, begin = 0, 0
    while begin < starts.size:
        middle = _stretch_end(starts, begin)
        end = _stretch_end(starts, middle) if middle < starts.size else middle
        one, other = begin, middle
        for place in range(begin, end):
            if other == end or (one < middle and starts[one] <= starts[other]):
                to_starts[place], to_lengths[place] = starts[one], lengths[one]
                one += 1
            else:
                to_starts[place], to_lengths[place] = starts[other], lengths[other]
                other += 1
        n_stretches += 1
        begin = end
    return n_stretches


@kernel
def _stretch_end(starts, begin):
    """Return where the ascending stretch that begins here ends."""
    end = begin + 1
    while end < starts.size and starts[end] > starts[end - 1]:
        end += 1
    return end
