"""The registry of table columns: what there is to know of a label, by name.

Names are scikit-image's where it has one. Lengths, areas and moments are in world
units (``spacing``); boxes and centroids are in voxels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from math import gamma, pi, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index import _shape
from napari_label_index.index._erosion import find_eroded_parts
from napari_label_index.index._holes import find_filled_voxels, find_holes
from napari_label_index.index._split_times import count_times

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

    import numpy.typing as npt

    from napari_label_index._typing import FloatArray, IntVector
    from napari_label_index.index._label_index import LabelIndex

    Values = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it says, and how to compute it for all labels."""

    key: str
    meaning: str
    compute: Callable[[LabelIndex], Values]
    needs: Hashable = None
    """What takes long and is remembered; None where a few array operations do."""


def columns_of(index: LabelIndex) -> dict[str, Column]:
    """Return all columns of an index, by name, in the order to show them."""
    found = [*_base(index), *_times(index), *_sizes(index), *_moments(index)]
    found += [*_checks(index), *_holes_and_sides(index)]
    return {column.key: column for column in found}


def _base(index: LabelIndex) -> Iterator[Column]:
    yield Column("label", "the id", lambda index: index.ids)
    if index.is_by_time:
        yield Column("t", "the time", _time)
    yield Column("num_pixels", "voxels", lambda index: index.voxel_counts)
    for place in range(2 * index.ndim):
        side = "first" if place < index.ndim else "one past the last"
        yield Column(
            f"bbox-{place}",
            f"{side} {index.axes[place % index.ndim]} of the bounding box",
            partial(_bound, place=place),
        )
    for axis, name in enumerate(index.axes):
        yield Column(
            f"centroid-{axis}",
            f"mean {name}, in voxels",
            partial(_centroid, axis=axis),
        )


def _times(index: LabelIndex) -> Iterator[Column]:
    """What is known of a track: a label over time, in an index by label."""
    if index.time_axis is None or index.is_by_time:
        return
    yield Column("t_first", "first time that it is there", _first_time)
    yield Column("t_last", "last time that it is there", _last_time)
    yield Column("n_times", "times at which it is there", _n_times, "times")
    yield Column(
        "n_missing_times",
        "times in between at which it is not there",
        lambda index: _last_time(index) - _first_time(index) + 1 - _n_times(index),
        "times",
    )


def _sizes(index: LabelIndex) -> Iterator[Column]:
    yield Column("area", "voxels times the size of one (volume in 3D)", _area)
    yield Column("area_bbox", "the same of the bounding box", _area_bbox)
    yield Column(
        "extent",
        "share of the bounding box that is filled",
        lambda index: index.column("area") / index.column("area_bbox"),
    )
    yield Column(
        "equivalent_diameter_area", "diameter of a ball of the same area", _diameter
    )


def _moments(index: LabelIndex) -> Iterator[Column]:
    for place in range(index.ndim):
        yield Column(
            f"inertia_tensor_eigvals-{place}",
            "principal moment of inertia, largest first",
            partial(_moment, place=place),
            "inertia",
        )
    if index.ndim in (2, 3):
        yield Column(
            "axis_major_length",
            "longest axis of the ellipsoid with the same second moments",
            lambda index: _shape.axis_lengths(_eigvals(index))[0],
            "inertia",
        )
        yield Column(
            "axis_minor_length",
            "shortest axis of that ellipsoid",
            lambda index: _shape.axis_lengths(_eigvals(index))[1],
            "inertia",
        )


def _checks(index: LabelIndex) -> Iterator[Column]:
    n_spatial = index.ndim - (index.time_axis is not None)
    at_once = "" if index.time_axis is None else "; the most at any one time"
    for connectivity in range(1, n_spatial + 1):
        yield Column(
            "n_components" if connectivity == 1 else f"n_components-{connectivity}",
            f"connected parts, at connectivity {connectivity}{at_once}",
            partial(_n_components, connectivity=connectivity),
            ("components", connectivity),
        )
    yield Column(
        "n_components_eroded",
        f"parts once a layer of voxels is off: more if a bridge was thin{at_once}",
        _eroded_parts,
        "eroded parts",
    )
    yield Column(
        "largest_component",
        "voxels of the largest part (parts join at faces)",
        lambda index: index.components().largest,
        ("components", 1),
    )
    yield Column(
        "smallest_component",
        "voxels of the smallest part",
        lambda index: index.components().smallest,
        ("components", 1),
    )


def _holes_and_sides(index: LabelIndex) -> Iterator[Column]:
    yield Column("n_holes", "closed cavities", lambda index: _holes(index)[0], "holes")
    yield Column(
        "hole_voxels", "voxels in them", lambda index: _holes(index)[1], "holes"
    )
    yield Column(
        "filled_hole_voxels",
        "those of them that other labels fill",
        _filled_voxels,
        "filled_hole_voxels",
    )
    yield Column("touches_border", "meets the border of the volume", _touches_border)
    for place in range(2 * index.ndim):
        yield Column(
            f"border-{place}",
            f"meets its {'low' if place < index.ndim else 'high'} "
            f"{index.axes[place % index.ndim]} face",
            partial(_face, place=place),
        )
    yield Column(
        "n_neighbours",
        "labels that share a face",
        lambda index: _contacts(index)[0],
        "contact totals",
    )
    yield Column(
        "contact_area", "area shared with them", _contact_area, "contact totals"
    )


def _bound(index: LabelIndex, place: int) -> Values:
    return index.bboxes[:, place]


def _centroid(index: LabelIndex, axis: int) -> Values:
    return index.centroids[:, axis]


def _time(index: LabelIndex) -> Values:
    times = index.times_of(index.labels)
    assert times is not None, "there is a row for each time"
    return times


def _first_time(index: LabelIndex) -> Values:
    assert index.time_axis is not None
    return index.bboxes[:, index.time_axis]


def _last_time(index: LabelIndex) -> Values:
    assert index.time_axis is not None
    return index.bboxes[:, index.ndim + index.time_axis] - 1


def _n_times(index: LabelIndex) -> Values:
    axis = index.time_axis
    assert axis is not None
    found: Values = index.remember(
        "times", lambda: count_times(index.runs, index.shape, axis)
    )
    return found


def _moment(index: LabelIndex, place: int) -> Values:
    return _eigvals(index)[:, place]


def _n_components(index: LabelIndex, connectivity: int) -> Values:
    return index.components(connectivity).at_once


def _eroded_parts(index: LabelIndex) -> Values:
    found: Values = index.remember(
        "eroded parts",
        lambda: find_eroded_parts(
            index.runs, index.shape, index.bboxes, index.time_axis
        ),
    )
    return found


def _face(index: LabelIndex, place: int) -> Values:
    edge = ([0] * index.ndim + list(index.shape))[place]
    meets: Values = index.bboxes[:, place] == edge
    return meets


def _touches_border(index: LabelIndex) -> Values:
    # Face by face: `any` along an axis this short takes ten times as long.
    meets: Values = np.zeros(len(index), bool)
    for place in range(2 * index.ndim):
        # What is there in the first or the last picture of a film is not cut by it.
        if place % index.ndim != index.time_axis:
            meets |= _face(index, place)
    return meets


def _area(index: LabelIndex) -> Values:
    return index.voxel_counts * prod(index.spacing)


def _area_bbox(index: LabelIndex) -> Values:
    # Axis by axis: `prod` along an axis this short takes ten times as long. As floats:
    # the volume of a box of five long axes may pass 2**63.
    areas: Values = np.ones(len(index))
    for axis in range(index.ndim):
        areas *= index.bboxes[:, index.ndim + axis] - index.bboxes[:, axis]
    areas *= prod(index.spacing)
    return areas


def _diameter(index: LabelIndex) -> Values:
    ndim = index.ndim
    unit_ball = pi ** (ndim / 2) / gamma(ndim / 2 + 1)
    radius: Values = (index.column("area") / unit_ball) ** (1 / ndim)
    return 2 * radius


def _eigvals(index: LabelIndex) -> FloatArray:
    def compute() -> FloatArray:
        covariance = _shape.covariances(index.runs, index.shape, index.centroids)
        return _shape.inertia_eigvals(covariance, index.spacing)

    found: FloatArray = index.remember("inertia", compute)
    return found


def _holes(index: LabelIndex) -> tuple[IntVector, IntVector]:
    found: tuple[IntVector, IntVector] = index.remember(
        "holes", lambda: find_holes(index.runs, index.shape, index.time_axis)
    )
    return found


def _filled_voxels(index: LabelIndex) -> Values:
    return find_filled_voxels(
        index.runs, index.shape, index.bboxes, _holes(index)[0], index.time_axis
    )


def _contacts(index: LabelIndex) -> tuple[IntVector, IntVector]:
    found: tuple[IntVector, IntVector] = index.remember(
        "contact totals", lambda: index.contacts().totals(len(index))
    )
    return found


def _contact_area(index: LabelIndex) -> Values:
    voxel = np.array(index.spacing)
    face_areas = voxel.prod() / voxel
    areas: Values = _contacts(index)[1] @ face_areas
    return areas
