"""The registry of table columns: what there is to know of a label, by name.

Names are scikit-image's where it has one. Lengths, areas and moments are in world
units (``spacing``); boxes and centroids are in voxels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from napari_label_index.errors import Cancelled
from napari_label_index.index import _column_values as values
from napari_label_index.index import _facts as facts
from napari_label_index.index import _moments

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    import numpy.typing as npt

    from napari_label_index._typing import Cancel
    from napari_label_index.index._label_index import LabelIndex

    Values = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it says, and how to compute it for all labels."""

    key: str
    meaning: str
    compute: Callable[[LabelIndex], Values]
    needs: tuple[Hashable, ...] = ()
    """Facts that take long (`_facts.py`); none where a few array operations do."""


def columns_of(index: LabelIndex) -> dict[str, Column]:
    """Return all columns of an index, by name, in the order to show them."""
    found = [*_base(index), *_times(index), *_sizes(index), *_shapes(index)]
    found += [*_checks(index), *_holes(index), *_sides(index)]
    return {column.key: column for column in found}


def compute_columns(
    index: LabelIndex, names: Iterable[str], cancel: Cancel | None
) -> None:
    """Compute columns before they are read, so that a cancel is heard meanwhile.

    What is there stays with the index.

    Parameters
    ----------
    index : LabelIndex
        The index to compute them for.
    names : iterable of str
        Names from ``index.columns``.
    cancel : callable, optional
        Asked now and then; once it returns True no more is computed.

    Raises
    ------
    KeyError
        When there is no such column.
    Cancelled
        When `cancel` said so.
    """
    for name in names:
        if cancel is not None and cancel():
            raise Cancelled("cancelled while columns were computed")
        for needed in index.columns[name].needs:
            facts.fact(index, needed, cancel)
        index.column(name)


def _base(index: LabelIndex) -> Iterator[Column]:
    yield Column("label", "the id", lambda index: index.ids)
    if index.is_by_time:
        yield Column("t", "the time", values.time)
    yield Column("num_pixels", "voxels", lambda index: index.voxel_counts)
    for place in range(2 * index.ndim):
        side = "first" if place < index.ndim else "one past the last"
        yield Column(
            f"bbox-{place}",
            f"{side} {index.axes[place % index.ndim]} of the bounding box",
            partial(values.bound, place=place),
            (facts.PLACES,),
        )
    for axis, name in enumerate(index.axes):
        yield Column(
            f"centroid-{axis}",
            f"mean {name}, in voxels",
            partial(values.centroid, axis=axis),
            (facts.PLACES,),
        )


def _times(index: LabelIndex) -> Iterator[Column]:
    """What is known of a track: a label over time, in an index by label."""
    if index.time_axis is None or index.is_by_time:
        return
    places, times = (facts.PLACES,), (facts.TIMES,)
    yield Column("t_first", "first time that it is there", values.first_time, places)
    yield Column("t_last", "last time that it is there", values.last_time, places)
    yield Column("n_times", "times at which it is there", values.n_times, times)
    yield Column(
        "n_missing_times",
        "times in between at which it is not there",
        values.n_missing_times,
        (*places, *times),
    )


def _sizes(index: LabelIndex) -> Iterator[Column]:
    yield Column("area", "voxels times the size of one (volume in 3D)", values.area)
    places = (facts.PLACES,)
    yield Column("area_bbox", "the same of the bounding box", values.area_bbox, places)
    yield Column(
        "extent",
        "share of the bounding box that is filled",
        lambda index: index.column("area") / index.column("area_bbox"),
        places,
    )
    yield Column(
        "equivalent_diameter_area",
        "diameter of a ball of the same area",
        values.diameter,
    )


def _shapes(index: LabelIndex) -> Iterator[Column]:
    for place in range(index.ndim):
        yield Column(
            f"inertia_tensor_eigvals-{place}",
            "principal moment of inertia, largest first",
            partial(values.moment, place=place),
            (facts.INERTIA,),
        )
    if index.ndim in (2, 3):
        yield Column(
            "axis_major_length",
            "longest axis of the ellipsoid with the same second moments",
            lambda index: _moments.axis_lengths(values.eigvals(index))[0],
            (facts.INERTIA,),
        )
        yield Column(
            "axis_minor_length",
            "shortest axis of that ellipsoid",
            lambda index: _moments.axis_lengths(values.eigvals(index))[1],
            (facts.INERTIA,),
        )


def _checks(index: LabelIndex) -> Iterator[Column]:
    n_spatial = index.ndim - (index.time_axis is not None)
    at_once = "" if index.time_axis is None else "; the most at any one time"
    for connectivity in range(1, n_spatial + 1):
        yield Column(
            "n_components" if connectivity == 1 else f"n_components-{connectivity}",
            f"connected parts, at connectivity {connectivity}{at_once}",
            partial(values.n_components, connectivity=connectivity),
            (facts.components_fact(connectivity),),
        )
    yield Column(
        "n_components_eroded",
        f"parts once a layer of voxels is off: more if a bridge was thin{at_once}",
        values.eroded_parts,
        (facts.ERODED_PARTS,),
    )
    yield Column(
        "largest_component",
        "voxels of the largest part (parts join at faces)",
        lambda index: index.components().largest,
        (facts.components_fact(1),),
    )
    yield Column(
        "smallest_component",
        "voxels of the smallest part",
        lambda index: index.components().smallest,
        (facts.components_fact(1),),
    )


def _holes(index: LabelIndex) -> Iterator[Column]:
    yield Column(
        "n_holes",
        "closed cavities",
        lambda index: values.holes(index)[0],
        (facts.HOLES,),
    )
    yield Column(
        "hole_voxels",
        "voxels in them",
        lambda index: values.holes(index)[1],
        (facts.HOLES,),
    )
    yield Column(
        "filled_hole_voxels",
        "those of them that other labels fill",
        values.filled_voxels,
        (facts.FILLED_VOXELS,),
    )


def _sides(index: LabelIndex) -> Iterator[Column]:
    yield Column(
        "touches_border",
        "meets the border of the volume",
        values.touches_border,
        (facts.PLACES,),
    )
    for place in range(2 * index.ndim):
        yield Column(
            f"border-{place}",
            f"meets its {'low' if place < index.ndim else 'high'} "
            f"{index.axes[place % index.ndim]} face",
            partial(values.face, place=place),
            (facts.PLACES,),
        )
    yield Column(
        "n_neighbours",
        "labels that share a face",
        lambda index: values.contacts(index)[0],
        (facts.CONTACT_TOTALS,),
    )
    totals = (facts.CONTACT_TOTALS,)
    yield Column("contact_area", "area shared with them", values.contact_area, totals)
