"""One spelling for each unit of length, whatever a file calls it."""

from __future__ import annotations

__all__ = ["unit_of"]

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


def unit_of(text: str) -> str:
    """Return ``um`` for micrometer, µm and the like; unknown names as they are."""
    name = text.strip()
    return _NAMES.get(name.lower(), name)[:40]
