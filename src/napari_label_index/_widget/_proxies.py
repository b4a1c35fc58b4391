"""napari hands its plugins a proxy of the viewer, which hands out proxies of layers."""

from __future__ import annotations

from typing import Any


def unproxied(proxy: Any) -> Any:
    """The viewer or layer itself: `is` fails on a proxy, and so do private parts."""
    return getattr(proxy, "__wrapped__", proxy)
