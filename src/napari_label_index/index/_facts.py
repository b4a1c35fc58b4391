"""What takes a pass over all runs: found once, and kept with the index.

Columns share these: all moments of inertia come from one pass, holes and the voxels in
them from another. A fact is of all labels; each can be found ahead of the columns that
need it, in a way that hears a cancel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_label_index.index import _moments
from napari_label_index.index._erosion import find_eroded_parts
from napari_label_index.index._holes import find_filled_voxels, find_holes
from napari_label_index.index._split_times import count_times

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from napari_label_index._typing import Cancel, FloatArray, IntVector
    from napari_label_index.index._label_index import LabelIndex

PLACES = "places"  # nothing but that boxes and centroids are in memory
INERTIA = "inertia"  # (n_labels, ndim) float64 principal moments, in world units
TIMES = "times"  # (n_labels,) int64 times at which each label is there
ERODED_PARTS = "eroded parts"  # (n_labels,) int64
HOLES = "holes"  # two (n_labels,) int64: holes, and the voxels in them
FILLED_VOXELS = "filled_hole_voxels"  # (n_labels,) int64
CONTACT_TOTALS = "contact totals"  # (n_labels,) neighbours and (n_labels, ndim) faces

# What is of each label for itself, so that an edit of others changes nothing in it.
_OF_EACH_LABEL = {INERTIA, TIMES, ERODED_PARTS, HOLES}


def components_fact(connectivity: int) -> Hashable:
    """Return the name of the fact that is `Components` at a connectivity."""
    return ("components", connectivity)


def fact(index: LabelIndex, name: Hashable, cancel: Cancel | None = None) -> Any:
    """Return a fact of an index, found now if it was not before.

    Raises
    ------
    Cancelled
        If `cancel` returned True meanwhile; nothing is kept then.
    """
    match name:
        case ("components", int(connectivity)):
            return index.components(connectivity, cancel=cancel)
        case str(word):
            return index.remember(word, lambda: _FINDERS[word](index, cancel))
    raise KeyError(name)


def is_known(index: LabelIndex, name: Hashable) -> bool:
    """Whether a fact was found before."""
    return index.has_places if name == PLACES else name in index._computed


def is_of_each_label(name: Hashable) -> bool:
    """Whether a fact has one value for each label, which its runs alone decide."""
    match name:
        case ("components", int()):
            return True
        case _:
            return name in _OF_EACH_LABEL


def _places(index: LabelIndex, cancel: Cancel | None) -> None:
    index._measures.find_places(cancel)


def _inertia(index: LabelIndex, cancel: Cancel | None) -> FloatArray:
    found = _moments.covariances(index.runs, index.shape, index.centroids, cancel)
    return _moments.inertia_eigvals(found, index.spacing)


def _times(index: LabelIndex, cancel: Cancel | None) -> IntVector:
    assert index.time_axis is not None, "there is no such column without time"
    return count_times(index.runs, index.shape, index.time_axis, cancel)


def _eroded_parts(index: LabelIndex, cancel: Cancel | None) -> IntVector:
    return find_eroded_parts(
        index.runs, index.shape, index.bboxes, index.time_axis, cancel
    )


def _holes(index: LabelIndex, cancel: Cancel | None) -> tuple[IntVector, IntVector]:
    return find_holes(index.runs, index.shape, index.time_axis, cancel)


def _filled_voxels(index: LabelIndex, cancel: Cancel | None) -> IntVector:
    n_holes, _ = fact(index, HOLES, cancel)
    return find_filled_voxels(
        index.runs, index.shape, index.bboxes, n_holes, index.time_axis, cancel
    )


def _contact_totals(
    index: LabelIndex, cancel: Cancel | None
) -> tuple[IntVector, IntVector]:
    return index.contacts(cancel=cancel).totals(len(index))


_FINDERS: dict[str, Callable[[LabelIndex, Cancel | None], Any]] = {
    PLACES: _places,
    INERTIA: _inertia,
    TIMES: _times,
    ERODED_PARTS: _eroded_parts,
    HOLES: _holes,
    FILLED_VOXELS: _filled_voxels,
    CONTACT_TOTALS: _contact_totals,
}
