"""An index of a volume that is larger than memory, built block by block."""

from __future__ import annotations

from napari_label_index.distributed._build_dataset import build_index_dataset

__all__ = ["build_index_dataset"]
