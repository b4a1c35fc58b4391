"""Bring labels into view: the slice, the centre and the zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index._widget._proxies import unproxied
from napari_label_index._widget.picture._placement import data_to_world, displayed_axes

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Labels

    from napari_label_index._typing import Box, FloatArray
    from napari_label_index.index import LabelIndex

_MARGIN = 0.5  # of the canvas: an object is judged by what is around it
_LEAST_VOXELS = 24  # across the view, or a single voxel would fill half of it


def focus_on(
    viewer: ViewerModel,
    layer: Labels,
    index: LabelIndex,
    labels: npt.ArrayLike,
    *,
    keeps_zoom: bool = False,
) -> None:
    """Show `labels` in the middle of the canvas, as large as fits well.

    Axes that are not displayed jump to the largest section of the largest label,
    which holds voxels of it even where the centroid lies outside the object. A single
    label fills the view with that section: all of a cell that moves through a time
    series, or of a branching neuron, would leave it tiny. In 3D the camera keeps its
    angles.

    Parameters
    ----------
    viewer : napari.Viewer
        The viewer that has the layer.
    layer : napari.layers.Labels
        The layer that was indexed.
    index : LabelIndex
        Its index.
    labels : (n,) array of int
        All of them are in the index; none changes nothing.
    keeps_zoom : bool
        Centre them only.
    """
    viewer = unproxied(viewer)
    chosen = np.atleast_1d(np.asarray(labels))
    if not chosen.size:
        return
    displayed = displayed_axes(viewer, layer)
    hidden = [axis for axis in range(layer.ndim) if axis not in displayed]
    largest = chosen[np.argmax(index.voxel_counts[index.rows_of(chosen)])]
    linear, offset = data_to_world(layer)
    if hidden:
        section = index.largest_section(int(largest), tuple(hidden))
        missing = viewer.dims.ndim - layer.ndim
        viewer.dims.set_point(
            [axis + missing for axis in hidden],
            _slider_points(linear, offset, hidden, section).tolist(),
        )
    box = index.union_bbox(chosen)
    if hidden and len(chosen) == 1:
        box = _section_box(index, int(largest), dict(zip(hidden, section, strict=True)))
    # What napari draws of a slice: the displayed part of the transform alone.
    corners = _corners(box, displayed)
    in_view = corners @ linear[np.ix_(displayed, displayed)].T + offset[displayed]
    voxel = np.linalg.norm(linear[np.ix_(displayed, displayed)], axis=0).mean()
    least = None if keeps_zoom else _LEAST_VOXELS * float(voxel)
    _fit(viewer, in_view, least)


def _slider_points(
    linear: FloatArray, offset: FloatArray, hidden: list[int], section: tuple[int, ...]
) -> FloatArray:
    """World coordinates of the hidden axes at which napari shows `section`.

    napari finds the slice of a layer from these axes of the inverse transform alone,
    also where the layer is rotated out of the picture plane.
    """
    inverse = np.linalg.inv(linear)
    inverse_offset = -inverse @ offset
    return np.linalg.solve(
        inverse[np.ix_(hidden, hidden)], section - inverse_offset[hidden]
    )


def _section_box(index: LabelIndex, label: int, section: dict[int, int]) -> Box:
    """Box of one label where each axis in `section` stands at that place."""
    box = tuple(
        slice(section[axis], section[axis] + 1) if axis in section else bounds
        for axis, bounds in enumerate(index.bbox(label))
    )
    coords = np.argwhere(index.mask([label], box))
    first, last = coords.min(axis=0), coords.max(axis=0)
    return tuple(
        slice(bounds.start + low, bounds.start + high + 1)
        for bounds, low, high in zip(box, first.tolist(), last.tolist(), strict=True)
    )


def _corners(box: Box, axes: list[int]) -> FloatArray:
    """(2**n, n) corners of the voxels of a box, along n axes."""
    edges = [(box[axis].start - 0.5, box[axis].stop - 0.5) for axis in axes]
    return np.stack(np.meshgrid(*edges, indexing="ij"), axis=-1).reshape(-1, len(axes))


def _fit(viewer: Any, corners: FloatArray, least: float | None) -> None:
    """Centre the camera on `corners`, in view coordinates, and zoom to hold them.

    `least` is the smallest size in view; None leaves the zoom as it is.
    """
    camera = getattr(viewer, "scene", viewer).camera  # `scene` since napari 0.9
    centre = (corners.min(axis=0) + corners.max(axis=0)) / 2
    spread = corners - centre
    if viewer.dims.ndisplay == 3:
        spread = np.pad(spread, ((0, 0), (3 - spread.shape[1], 0)))
        up, view = np.array(camera.up_direction), np.array(camera.view_direction)
        right = np.cross(view, up)
        spread = np.stack([spread @ up, spread @ right], axis=1)
    camera.center = (*camera.center[: 3 - centre.size], *centre.tolist())
    if least is None:
        return
    size = np.maximum(np.ptp(spread, axis=0), least)
    camera.zoom = float((1 - _MARGIN) * np.min(_canvas_size(viewer) / size))


def _canvas_size(viewer: Any) -> FloatArray:
    """Height and width of the canvas, or of one part of it in grid mode."""
    canvas = getattr(viewer, "canvas", None)
    if canvas is not None:
        return np.array(canvas.viewbox_size(viewer.layers))
    return np.array(viewer._canvas_size)  # before napari 0.9
