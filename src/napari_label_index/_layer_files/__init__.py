"""Label files as napari layers and back, for its File menu; without Qt."""

from __future__ import annotations
