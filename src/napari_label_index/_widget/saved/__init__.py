"""The saved index of the layer in the dock."""

from __future__ import annotations
