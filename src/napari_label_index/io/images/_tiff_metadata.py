"""Axes, voxel size and unit, from what a TIFF says about itself."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from napari_label_index.errors import UnreadableImageError
from napari_label_index.io.images._units import unit_of

if TYPE_CHECKING:
    from pathlib import Path

    import tifffile

__all__ = ["axes_of", "check_xml", "spacing_of"]

_KNOWN_AXES = set("TCZYX")

# Powers of ten from one micrometre, so that 250 nm are exactly 0.25 um.
_POWERS = {"pm": -6, "nm": -3, "um": 0, "mm": 3, "cm": 4, "m": 6}


def axes_of(series: tifffile.TiffPageSeries, ndim: int) -> tuple[str, ...]:
    """Return axis names such as ``("z", "y", "x")``, none where the file is silent."""
    letters = series.axes.replace("S", "")
    if (
        len(letters) == ndim
        and len(set(letters)) == ndim
        and set(letters) <= _KNOWN_AXES
    ):
        return tuple(letters.lower())
    return ()


def check_xml(path: Path, tif: tifffile.TiffFile) -> None:
    """Refuse OME metadata with entities: a few bytes of them can fill the memory."""
    if tif.is_ome and "<!ENTITY" in (tif.ome_metadata or ""):
        raise UnreadableImageError(
            f"{path}: its OME metadata declares XML entities, which no microscope "
            "writes; save it anew as TIFF"
        )


def spacing_of(
    tif: tifffile.TiffFile, axes: tuple[str, ...]
) -> tuple[tuple[float, ...], str]:
    """Return the voxel size per axis and its unit; both empty where unknown.

    The resolution tags of other TIFFs are left out: they are dots per inch of a
    printer that was never there.
    """
    if tif.is_ome:
        sizes, unit = _ome_spacing(tif.ome_metadata or "")
    elif tif.is_imagej:
        sizes, unit = _imagej_spacing(tif)
    else:
        return (), ""
    if not axes or not sizes:
        return (), ""
    return tuple(sizes.get(axis, 1.0) for axis in axes), unit


def _ome_spacing(xml: str) -> tuple[dict[str, float], str]:
    pixels = ElementTree.fromstring(xml).find(".//{*}Pixels")
    if pixels is None:
        return {}, ""
    sizes = {}
    units = {}
    for axis in "xyz":
        size = _positive(pixels.get(f"PhysicalSize{axis.upper()}"))
        if size is not None:
            sizes[axis] = size
            units[axis] = unit_of(pixels.get(f"PhysicalSize{axis.upper()}Unit", "µm"))
    if len(set(units.values())) <= 1:
        return sizes, next(iter(units.values()), "")
    if not set(units.values()) <= set(_POWERS):
        return {}, ""
    return {a: size * 10.0 ** _POWERS[units[a]] for a, size in sizes.items()}, "um"


def _imagej_spacing(tif: tifffile.TiffFile) -> tuple[dict[str, float], str]:
    metadata = tif.imagej_metadata or {}
    tags = tif.pages.first.tags
    sizes = {}
    for axis, name in (("x", "XResolution"), ("y", "YResolution")):
        tag = tags.get(name)
        if tag is not None:
            voxels, length = tag.value
            size = _positive(length / voxels if voxels else None)
            if size is not None:
                sizes[axis] = size
    depth = _positive(metadata.get("spacing"))
    if depth is not None:
        sizes["z"] = depth
    text = str(metadata.get("unit", ""))
    return sizes, unit_of(text.replace("\\u00B5", "µ"))


def _positive(value: object) -> float | None:
    try:
        number = abs(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None
