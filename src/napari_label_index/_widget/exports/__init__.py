"""What leaves the dock: files, and napari's own table."""

from __future__ import annotations
