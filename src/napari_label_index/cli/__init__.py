"""The command line."""

from __future__ import annotations

from napari_label_index.cli._main import main

__all__ = ["main"]
