"""Columns computed before they are read, so that a cancel is heard meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.errors import Cancelled
from napari_label_index.index._erosion import find_eroded_parts
from napari_label_index.index._holes import find_holes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari_label_index._typing import Cancel
    from napari_label_index.index._label_index import LabelIndex

_PARTS = ("largest_component", "smallest_component")
_CONTACTS = ("n_neighbours", "contact_area")
_HOLES = ("n_holes", "hole_voxels", "filled_hole_voxels")


def compute_columns(
    index: LabelIndex, names: Iterable[str], cancel: Cancel | None
) -> None:
    """Compute columns that are not at hand yet; what is there stays with the index.

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
        if not index.knows(name):
            _compute(index, name, cancel)


def _compute(index: LabelIndex, name: str, cancel: Cancel | None) -> None:
    # What takes longest can be stopped; the column itself is then a look-up.
    if name == "n_components_eroded":
        index.remember(
            "eroded parts",
            lambda: find_eroded_parts(
                index.runs, index.shape, index.bboxes, index.time_axis, cancel
            ),
        )
    elif name.startswith("n_components"):
        connectivity = int(name.partition("-")[2] or 1)
        index.components(connectivity, cancel=cancel)
    elif name in _PARTS:
        index.components(cancel=cancel)
    elif name in _CONTACTS:
        index.contacts(cancel=cancel)
    elif name in _HOLES:
        index.remember(
            "holes",
            lambda: find_holes(index.runs, index.shape, index.time_axis, cancel),
        )
    index.column(name)
