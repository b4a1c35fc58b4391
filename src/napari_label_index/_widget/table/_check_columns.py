"""Columns of the table that are computed when they are first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index._widget.table._column import PENDING, Column, pending_column
from napari_label_index._widget.table._flags import FLAGS, flags_column
from napari_label_index.session import INTENSITIES

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index.index import LabelIndex
    from napari_label_index.session import ColumnStore, Former

_IN_TABLE = ("label", "num_pixels", "centroid-", "t_first", "t_last")
_SHAPE = ("area", "extent", "equivalent", "axis_", "inertia")
_HEADERS = {
    "label": "Label",
    "num_pixels": "Voxels",
    "n_components": "Parts",
    "n_components_eroded": "Parts (eroded)",
    "n_components-2": "Parts (edges)",
    "n_components-3": "Parts (corners)",
    "largest_component": "Largest part",
    "smallest_component": "Smallest part",
    "n_times": "Times",
    "n_missing_times": "Gaps",
    "n_holes": "Holes",
    "hole_voxels": "Hole voxels",
    "filled_hole_voxels": "Filled hole voxels",
    "touches_border": "Border",
    "n_neighbours": "Neighbours",
    "contact_area": "Contact",
    "area": "Size",
    "area_bbox": "Box size",
    "extent": "Extent",
    "equivalent_diameter_area": "Diameter",
    "axis_major_length": "Long axis",
    "axis_minor_length": "Short axis",
    "intensity_mean": "Intensity mean",
    "intensity_min": "Intensity min",
    "intensity_max": "Intensity max",
    "intensity_sum": "Intensity sum",
}


def choosable(index: LabelIndex) -> dict[str, list[str]]:
    """Return the columns that the menu offers by submenu: all that the table lacks."""
    groups: dict[str, list[str]] = {"": [FLAGS]}
    groups |= {title: [] for title in ("Shape", "Box", "Border faces")}
    for key in index.columns:
        if is_choosable(key):
            groups[_group_of(key)].append(key)
    return groups


def is_choosable(key: str) -> bool:
    """Whether the table lacks a column until it is chosen."""
    return key != "t" and not key.startswith(_IN_TABLE)


def _group_of(key: str) -> str:
    if key.startswith(_SHAPE):
        return "Shape"
    return {"bbox": "Box", "border": "Border faces"}.get(key.partition("-")[0], "")


def header_of(key: str, index: LabelIndex) -> str:
    """Return what stands over a column."""
    kind, _, place = key.rpartition("-")
    if kind in ("bbox", "border") and place.isdigit():
        is_low = int(place) < index.ndim
        axis = index.axes[int(place) % index.ndim]
        if kind == "bbox":
            return f"{axis} {'from' if is_low else 'to'}"
        return f"Border {axis} {'low' if is_low else 'high'}"
    if kind == "centroid":
        return index.axes[int(place)]
    if kind == "inertia_tensor_eigvals":
        return f"Inertia {int(place) + 1}"
    if key == FLAGS:
        return "Flags"
    return _HEADERS.get(key, key)


def meaning_of(key: str, index: LabelIndex, store: ColumnStore) -> str:
    """Return what a column says, as a sentence without a stop."""
    if key == FLAGS:
        return "Faults by letter"
    if key in INTENSITIES:
        return store.intensities.meaning(key)
    meaning = index.columns[key].meaning
    return meaning[:1].upper() + meaning[1:]


def check_column(key: str, index: LabelIndex, store: ColumnStore) -> Column:
    """Return a column for the table; it shows dots while it is computed."""
    if key == FLAGS:
        return flags_column(index, store)
    tooltip = f"{meaning_of(key, index, store)}; {key} in the filter"
    values, former = store.values(key), store.former(key)
    if values is None and former is not None:
        return _former_column(key, former, index, tooltip)
    if values is None:
        failure = store.failure(key)
        return pending_column(key, header_of(key, index), tooltip, index, failure)
    text, widest = _text_of(values)
    return Column(
        header=header_of(key, index),
        tooltip=tooltip,
        sort_values=values,
        text=text,
        plain={key: values.view(np.uint8) if values.dtype == bool else values},
        widest=widest,
        key=key,
    )


def _former_column(key: str, former: Former, index: LabelIndex, tooltip: str) -> Column:
    """Return a column of what was known before an edit, for as long as it takes."""
    text, widest = _text_of(former.values)
    return Column(
        header=header_of(key, index),
        tooltip=f"{tooltip}; from before the last edit, being computed again",
        sort_values=former.values,
        text=lambda row: text(row) if former.is_known[row] else PENDING,
        plain={},
        widest=widest,
        key=key,
        is_former=True,
    )


def _text_of(values: npt.NDArray[Any]) -> tuple[Callable[[int], str], str]:
    """What is shown of a row, and the widest of all such texts."""
    if values.dtype == bool:
        return (lambda row: "yes" if values[row] else "no"), "yes"
    known = values[np.isfinite(values)]  # under a NaN there is no mean
    ends = [known.min(initial=0), known.max(initial=0)]
    if values.dtype.kind in "iu":
        style = ",d"
    else:
        style = ",.1f" if max(map(abs, ends)) >= 1000 else ",.2f"
    widest = max((format(end, style) for end in ends), key=len)
    return (lambda row: format(values[row], style)), widest
