"""Axes, voxel size and the label images of a zarr group, from its attributes.

OME-Zarr 0.4 has its metadata among the attributes (zarr v2), 0.5 under ``ome``
(zarr v3). A file from elsewhere can hold anything there, so nothing is taken on trust.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from napari_label_index.io.images._units import unit_of

__all__ = ["Multiscale", "array_axes", "label_names", "multiscale_of"]


@dataclass(frozen=True, slots=True)
class Multiscale:
    """The largest level of an OME-Zarr image."""

    path: str
    axes: tuple[str, ...] = ()
    spacing: tuple[float, ...] = ()
    origin: tuple[float, ...] = ()
    unit: str = ""


def label_names(attributes: Any) -> tuple[str, ...]:
    """Return the label images that a ``labels`` group lists."""
    names = _ome(attributes).get("labels")
    listed = names if isinstance(names, list) else []
    return tuple(name for name in listed if isinstance(name, str))


def multiscale_of(attributes: Any) -> Multiscale | None:
    """Return the largest level that a group's attributes describe, None without."""
    scales = _ome(attributes).get("multiscales")
    scale = scales[0] if isinstance(scales, list) and scales else None
    if not isinstance(scale, dict):
        return None
    datasets = scale.get("datasets")
    first = datasets[0] if isinstance(datasets, list) and datasets else None
    if not isinstance(first, dict) or not isinstance(first.get("path"), str):
        return None
    axes = [axis for axis in _list(scale.get("axes")) if isinstance(axis, (dict, str))]
    entries = [axis if isinstance(axis, dict) else {"name": axis} for axis in axes]
    names = tuple(str(entry.get("name", "")).lower() for entry in entries)
    spacing, origin = _transformed(len(names), first, scale)
    return Multiscale(first["path"], names, spacing, origin, _common_unit(entries))


def array_axes(attributes: Any, dimension_names: Any, ndim: int) -> tuple[str, ...]:
    """Return the axis names of a plain array, as zarr v3 or xarray writes them."""
    names = dimension_names
    if names is None and isinstance(attributes, dict):
        names = attributes.get("_ARRAY_DIMENSIONS")
    if not isinstance(names, (list, tuple)) or len(names) != ndim:
        return ()
    if not all(isinstance(name, str) and name for name in names):
        return ()
    lower = tuple(name.lower() for name in names)
    return lower if len(set(lower)) == ndim else ()


def _transformed(
    ndim: int, dataset: dict[str, Any], scale: dict[str, Any]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return spacing and origin: a dataset's transformations, then those of all."""
    spacing, origin = [1.0] * ndim, [0.0] * ndim
    for owner in (dataset, scale):
        for step in _list(owner.get("coordinateTransformations")):
            if not isinstance(step, dict):
                continue
            factors = _numbers(step.get("scale"), ndim)
            shifts = _numbers(step.get("translation"), ndim)
            if factors is not None and all(factor > 0 for factor in factors):
                spacing = [a * b for a, b in zip(spacing, factors, strict=True)]
                origin = [a * b for a, b in zip(origin, factors, strict=True)]
            if shifts is not None:
                origin = [a + b for a, b in zip(origin, shifts, strict=True)]
    return tuple(spacing), tuple(origin)


def _common_unit(axes: list[dict[str, Any]]) -> str:
    """Return the unit of the spatial axes, if they share one."""
    units = {
        unit_of(str(axis.get("unit", "")))
        for axis in axes
        if axis.get("type", "space") == "space" and axis.get("name") not in ("t", "c")
    }
    return units.pop() if len(units) == 1 else ""


def _ome(attributes: Any) -> dict[str, Any]:
    if not isinstance(attributes, dict):
        return {}
    ome = attributes.get("ome")
    return ome if isinstance(ome, dict) else attributes


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _numbers(value: Any, n: int) -> list[float] | None:
    if not isinstance(value, list) or len(value) != n:
        return None
    if not all(isinstance(v, (int, float)) and math.isfinite(v) for v in value):
        return None
    return [float(v) for v in value]
