"""Label images from files: TIFF, PNG, folders of slices."""

from __future__ import annotations
