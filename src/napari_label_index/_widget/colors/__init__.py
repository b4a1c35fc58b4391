"""Colour images become labels: the panel, and the layer that is made."""

from __future__ import annotations
