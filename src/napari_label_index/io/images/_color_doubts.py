"""What speaks against a colour image as labels: blends, a wrong background.

Smoothing, resizing and JPEG put slivers of new colours between two objects. In a row
of voxels such a sliver is one or two voxels wide, and its colour lies on the straight
line between the colours at its sides (smoothing), or is rare and close to the colour
beside it (JPEG). Objects that were given colours, at random or
by counting, do so rarely: what is asked is whether *a third of the colours seen* are
of this kind, in a sample of whole rows, so that the cost has a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.io.images._color_packer import hex_of, unpack_colors

if TYPE_CHECKING:
    from napari_label_index._typing import BoolArray, IntVector, LabelArray
    from napari_label_index.index import LabelIndex

__all__ = ["doubts_about"]

_SAMPLE_VOXELS = 1 << 22  # 0.2 s
_SLIVER = 2  # voxels
_OFF_LINE = 6.0  # of 255; rounding gives 1, bicubic and sRGB smoothing a little more
_CLOSE = 40.0  # of 255
_TINY = 8  # voxels
_LEAST_COLORS, _LEAST_SHARE = 12, 0.3
_LIKELY_BACKGROUND = 0.25


@dataclass(frozen=True, slots=True)
class _Runs:
    """Runs that have one at either side in the same row."""

    colors: LabelArray  # (n,) packed
    lengths: IntVector  # (n,) voxels
    left: LabelArray  # (n,) packed colour before
    right: LabelArray  # (n,) packed colour after


def doubts_about(
    ids: LabelArray, index: LabelIndex, bits: int, has_background: bool
) -> tuple[str, ...]:
    """Return what a user should know about a packed colour image, in sentences."""
    found = [_blend_doubt(ids, index, bits)]
    if has_background:
        found.append(_background_doubt(index, bits))
    return tuple(sentence for sentence in found if sentence)


def _blend_doubt(ids: LabelArray, index: LabelIndex, bits: int) -> str:
    runs = _sample_runs(ids)
    colors = np.unique(runs.colors[runs.colors != 0])
    if colors.size < _LEAST_COLORS:
        return ""
    is_blend = _is_blended(runs, bits) | _is_near_miss(runs, index, bits)
    # A colour is in doubt where most of its runs are.
    rows = np.searchsorted(colors, runs.colors)
    own = runs.colors != 0
    n_runs = np.bincount(rows[own], minlength=colors.size)
    n_blends = np.bincount(rows[own & is_blend], minlength=colors.size)
    n_doubtful = int(np.count_nonzero(2 * n_blends > n_runs))
    if n_doubtful < max(_LEAST_COLORS, _LEAST_SHARE * colors.size):
        return ""
    return (
        f"{n_doubtful:,} of the {colors.size:,} colours looked at are slivers that "
        "blend into what is beside them, as smoothing, resizing or JPEG makes them: "
        "each would be a label of its own; export the image again without smoothing, "
        "as PNG or TIFF"
    )


def _background_doubt(index: LabelIndex, bits: int) -> str:
    n_voxels = int(np.prod(index.shape, dtype=np.int64))
    if not len(index) or index.n_voxels < n_voxels:
        return ""
    row = int(np.argmax(index.voxel_counts))
    share = int(index.voxel_counts[row]) / n_voxels
    if share < _LIKELY_BACKGROUND or len(index) < 2:
        return ""
    color = hex_of(unpack_colors(index.labels[row : row + 1], bits)[0], bits)
    return (
        f"no voxel has the background colour, and {color} covers {share:.0%} of the "
        f"image: if it is the background, say so (background {color})"
    )


def _sample_runs(ids: LabelArray) -> _Runs:
    rows = ids.reshape(-1, ids.shape[-1])
    step = max(1, -(-ids.size // _SAMPLE_VOXELS))
    rows = rows[::step]
    is_start = np.ones(rows.shape, bool)
    np.not_equal(rows[:, 1:], rows[:, :-1], out=is_start[:, 1:])
    starts = np.flatnonzero(is_start)
    colors = rows.reshape(-1)[starts]
    line = starts // max(1, rows.shape[1])
    lengths = np.diff(starts)
    inner = (line[1:-1] == line[:-2]) & (line[1:-1] == line[2:])
    return _Runs(
        colors[1:-1][inner], lengths[1:][inner], colors[:-2][inner], colors[2:][inner]
    )


def _is_blended(runs: _Runs, bits: int) -> BoolArray:
    """Return which runs are slivers with a colour on the line between their sides."""
    middle, left, right = (
        unpack_colors(colors, bits).astype(np.float32) * (255 / (2**bits - 1))
        for colors in (runs.colors, runs.left, runs.right)
    )
    across, along = right - left, middle - left
    length = (across * across).sum(axis=1)
    place = (along * across).sum(axis=1) / np.maximum(length, 1e-6)
    off = along - place[:, np.newaxis] * across
    is_near = (off * off).sum(axis=1) <= _OFF_LINE**2
    is_between = (place > 0) & (place < 1) & (length > _CLOSE**2)
    return np.asarray(is_between & is_near & (runs.lengths <= _SLIVER))


def _is_near_miss(runs: _Runs, index: LabelIndex, bits: int) -> BoolArray:
    """Return which runs are of a rare colour close to another one beside them.

    Ids that were counted up are close too, but mostly in one channel only.
    """
    middle = unpack_colors(runs.colors, bits).astype(np.float32)
    is_close = np.zeros(runs.colors.size, np.bool_)
    for beside in (runs.left, runs.right):
        apart = np.abs(unpack_colors(beside, bits).astype(np.float32) - middle)
        n_other = np.count_nonzero(apart, axis=1)
        is_close |= (apart.max(axis=1) <= _CLOSE * (2**bits - 1) / 255) & (n_other > 1)
    rows = np.minimum(np.searchsorted(index.labels, runs.colors), len(index) - 1)
    return np.asarray(is_close & (index.voxel_counts[rows] <= _TINY))
