"""What the columns hold: each function computes one for all labels, (n_labels,)."""

from __future__ import annotations

from math import gamma, pi, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index import _facts as facts
from napari_label_index.index._facts import fact

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import FloatArray, IntVector
    from napari_label_index.index._label_index import LabelIndex

    Values = npt.NDArray[Any]


def bound(index: LabelIndex, place: int) -> Values:
    return index.bboxes[:, place]


def centroid(index: LabelIndex, axis: int) -> Values:
    return index.centroids[:, axis]


def time(index: LabelIndex) -> Values:
    times = index.times_of(index.labels)
    assert times is not None, "there is a row for each time"
    return times


def first_time(index: LabelIndex) -> Values:
    assert index.time_axis is not None
    return index.bboxes[:, index.time_axis]


def last_time(index: LabelIndex) -> Values:
    assert index.time_axis is not None
    return index.bboxes[:, index.ndim + index.time_axis] - 1


def n_times(index: LabelIndex) -> Values:
    found: Values = fact(index, facts.TIMES)
    return found


def n_missing_times(index: LabelIndex) -> Values:
    return last_time(index) - first_time(index) + 1 - n_times(index)


def moment(index: LabelIndex, place: int) -> Values:
    return eigvals(index)[:, place]


def n_components(index: LabelIndex, connectivity: int) -> Values:
    return index.components(connectivity).at_once


def eroded_parts(index: LabelIndex) -> Values:
    found: Values = fact(index, facts.ERODED_PARTS)
    return found


def face(index: LabelIndex, place: int) -> Values:
    edge = ([0] * index.ndim + list(index.shape))[place]
    meets: Values = index.bboxes[:, place] == edge
    return meets


def touches_border(index: LabelIndex) -> Values:
    # Face by face: `any` along an axis this short takes ten times as long.
    meets: Values = np.zeros(len(index), bool)
    for place in range(2 * index.ndim):
        # What is there in the first or the last picture of a film is not cut by it.
        if place % index.ndim != index.time_axis:
            meets |= face(index, place)
    return meets


def area(index: LabelIndex) -> Values:
    return index.voxel_counts * prod(index.spacing)


def area_bbox(index: LabelIndex) -> Values:
    # Axis by axis: `prod` along an axis this short takes ten times as long. As floats:
    # the volume of a box of five long axes may pass 2**63.
    areas: Values = np.ones(len(index))
    for axis in range(index.ndim):
        areas *= index.bboxes[:, index.ndim + axis] - index.bboxes[:, axis]
    areas *= prod(index.spacing)
    return areas


def diameter(index: LabelIndex) -> Values:
    ndim = index.ndim
    unit_ball = pi ** (ndim / 2) / gamma(ndim / 2 + 1)
    radius: Values = (index.column("area") / unit_ball) ** (1 / ndim)
    return 2 * radius


def eigvals(index: LabelIndex) -> FloatArray:
    found: FloatArray = fact(index, facts.INERTIA)
    return found


def holes(index: LabelIndex) -> tuple[IntVector, IntVector]:
    found: tuple[IntVector, IntVector] = fact(index, facts.HOLES)
    return found


def filled_voxels(index: LabelIndex) -> Values:
    found: Values = fact(index, facts.FILLED_VOXELS)
    return found


def contacts(index: LabelIndex) -> tuple[IntVector, IntVector]:
    found: tuple[IntVector, IntVector] = fact(index, facts.CONTACT_TOTALS)
    return found


def contact_area(index: LabelIndex) -> Values:
    voxel = np.array(index.spacing)
    face_areas = voxel.prod() / voxel
    areas: Values = contacts(index)[1] @ face_areas
    return areas
