"""One spelling for each unit of length, whatever a file calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["shared_length", "unit_of"]

_NAMES = {
    "µm": "um",
    "μm": "um",
    "micron": "um",
    "microns": "um",
    "micrometer": "um",
    "micrometers": "um",
    "micrometre": "um",
    "nanometer": "nm",
    "nanometre": "nm",
    "millimeter": "mm",
    "millimetre": "mm",
    "centimeter": "cm",
    "meter": "m",
    "metre": "m",
    "pixel": "",
    "pixels": "",
    "voxel": "",
    "unknown": "",
}


_LENGTHS = frozenset({"nm", "um", "mm", "cm", "m"})


def unit_of(text: str) -> str:
    """Return ``um`` for micrometer, µm and the like; unknown names as they are."""
    name = text.strip()
    return _NAMES.get(name.lower(), name)[:40]


def shared_length(names: Iterable[str]) -> str:
    """Return the unit of length of all axes, such as ``um``; "" where they differ."""
    units = {unit_of(name) for name in names}
    return units.pop() if len(units) == 1 and units <= _LENGTHS else ""
