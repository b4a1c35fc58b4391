"""Which TIFF to write: one that ImageJ opens, OME-TIFF, or a plain one.

ImageJ's own files hold 8 and 16 bits unsigned, OME-TIFF up to 32 bits; only a plain
TIFF holds ids of 64 bits. What does not fit is refused, never wrapped.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

from napari_label_index.errors import UnsupportedFormatError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from napari_label_index.index import LabelIndex

__all__ = ["FLAVOURS", "TiffPlan", "plan_tiff"]

FLAVOURS = ("auto", "imagej", "ome", "plain")

_ORDER = "tzcyx"  # the only order that ImageJ knows
_UNITS = {"um": "µm"}
_BITS = {"imagej": 16, "ome": 32}

# Offsets of a classic TIFF have 32 bits; some room is left for its tables.
_CLASSIC_BYTES = 2**32 - 2**25


@dataclass(frozen=True, slots=True)
class TiffPlan:
    """How to call tifffile."""

    flavour: str
    writer: dict[str, Any]  # of TiffWriter
    options: dict[str, Any]  # of its write


def plan_tiff(
    index: LabelIndex,
    path: Path,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    flavour: str,
    least: np.dtype[Any],
) -> TiffPlan:
    """Return how to write an image of this shape and type.

    `least` is the smallest type that would hold its ids, for the advice.

    Raises
    ------
    UnsupportedFormatError
        When the flavour cannot hold it.
    """
    if flavour not in FLAVOURS:
        raise ValueError(f"flavour must be one of {', '.join(FLAVOURS)}: {flavour!r}")
    n_bytes = prod(shape) * dtype.itemsize
    is_ome = path.name.lower().endswith((".ome.tif", ".ome.tiff"))
    if flavour == "auto":
        # Pages of a single row or column are taken for others by tifffile.
        is_thin = len(shape) > 2 and 1 in shape[-2:]
        natural = "plain" if is_thin else _natural(index, dtype, n_bytes)
        flavour = "ome" if is_ome else natural
    reason = _reason_against(flavour, index, dtype, n_bytes)
    if reason:
        advice = "write a plain TIFF" + (", named .tif only" if is_ome else "")
        fewer = n_bytes // dtype.itemsize * least.itemsize
        if not _reason_against(flavour, index, least, fewer):
            advice = f"choose the smallest type, {least} for these ids, or {advice}"
        raise UnsupportedFormatError(f"{path}: {reason}; {advice}")
    writer: dict[str, Any] = {
        "bigtiff": n_bytes > _CLASSIC_BYTES and flavour != "imagej",
        "imagej": flavour == "imagej",
        "ome": flavour == "ome",
    }
    return TiffPlan(flavour, writer, _options(index, flavour))


def _natural(index: LabelIndex, dtype: np.dtype[Any], n_bytes: int) -> str:
    for flavour in ("imagej", "ome"):
        if not _reason_against(flavour, index, dtype, n_bytes):
            return flavour
    return "plain"


def _reason_against(
    flavour: str, index: LabelIndex, dtype: np.dtype[Any], n_bytes: int
) -> str:
    if flavour == "plain":
        return ""
    name = {"imagej": "ImageJ's TIFF", "ome": "OME-TIFF"}[flavour]
    if dtype.itemsize * 8 > _BITS[flavour]:
        return f"{name} holds up to {_BITS[flavour]} bits for an id, not {dtype}"
    if flavour == "imagej" and dtype.kind != "u":
        return f"{name} holds no negative ids"
    if flavour == "imagej" and n_bytes > _CLASSIC_BYTES:
        return f"{name} holds up to 4 GB, not {n_bytes / 1e9:.1f}"
    letters = "".join(index.axes)
    if len(letters) != index.ndim or not _is_ordered(letters):
        return f"{name} has axes in the order {_ORDER}, not {','.join(index.axes)}"
    return ""


def _is_ordered(letters: str) -> bool:
    wanted = [letter for letter in _ORDER if letter in letters]
    return list(letters) == wanted and letters.endswith("yx")


def _options(index: LabelIndex, flavour: str) -> dict[str, Any]:
    sizes = dict(zip(index.axes, index.spacing, strict=True))
    is_placed = bool(index.unit) or set(index.spacing) != {1.0}
    options: dict[str, Any] = {"photometric": "minisblack"}
    if flavour == "plain":
        return options
    metadata: dict[str, Any] = {"axes": "".join(index.axes).upper()}
    if flavour == "imagej" and is_placed:
        metadata |= {"unit": index.unit or "pixel"}
        if "z" in sizes:
            metadata |= {"spacing": sizes["z"]}
        options["resolution"] = (1 / sizes["x"], 1 / sizes["y"])
    if flavour == "ome" and is_placed:
        unit = _UNITS.get(index.unit, index.unit)
        for axis in (axis for axis in "xyz" if axis in sizes):
            metadata[f"PhysicalSize{axis.upper()}"] = sizes[axis]
            metadata[f"PhysicalSize{axis.upper()}Unit"] = unit or "pixel"
    return options | {"metadata": metadata}
