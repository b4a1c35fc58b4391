"""The label that is clicked in 3D, where a layer of ours stands for the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._widget.picture._slice_in_view import line_of_sight

if TYPE_CHECKING:
    from napari.layers import Labels

    from napari_label_index.index import LabelIndex


def label_on_line_of_sight(stand_in: Labels, index: LabelIndex, event: Any) -> int:
    """Label of the first texel on the line of sight; background if there is none.

    A texel may stand for many voxels, and has the code of the first of them: the
    runs say whose that is. One that was drawn for a small label has that anywhere.

    Parameters
    ----------
    stand_in : napari.layers.Labels
        A layer whose data is a `ColorPicture`, in view in 3D.
    index : LabelIndex
        That it was drawn from.
    event
        A mouse event of napari.
    """
    shown = list(event.dims_displayed)
    ends = line_of_sight(stand_in, event.position, event)
    if ends is None:
        return index.background
    start, end = ends
    # Two looks at each texel, as napari does.
    n_points = 2 * int(np.ceil(np.linalg.norm(end - start))) + 1
    points = np.round(np.linspace(start, end, n_points)).astype(int)
    points = np.clip(points, 0, np.array(stand_in.data.shape) - 1)
    missing = len(event.position) - stand_in.ndim
    displayed = sorted(axis - missing for axis in shown)
    keys: list[int | slice] = points[0].tolist()
    for axis in displayed:
        keys[axis] = slice(None)
    codes = stand_in.data[tuple(keys)]
    met = np.flatnonzero(codes[tuple(points[:, displayed].T)])
    if not met.size:
        return index.background
    placement = stand_in.data.placement
    first = [axis.start for axis in placement.box]
    low = first + points[met[0]] * placement.step
    label = index.label_at(tuple(low.tolist()))
    if label != index.background:
        return label
    return _small_label(index, low, np.array(placement.step))


def _small_label(index: LabelIndex, low: Any, step: Any) -> int:
    """Label of the first voxel in a texel that has one."""
    high = np.minimum(low + step, index.shape)
    for offset in np.ndindex(*(high - low)):
        label = index.label_at(tuple((low + offset).tolist()))
        if label != index.background:
            return label
    return index.background
