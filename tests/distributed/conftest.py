"""Small limits, and a volume of six blocks in its chunks."""

from __future__ import annotations

import pytest

from datasets import flush_nothing, in_chunks, shrink
from six_blocks import IMAGE


@pytest.fixture
def small_limits(monkeypatch):
    """A small volume meets all limits, and nothing is forced to the disk."""
    shrink(monkeypatch, 4)
    flush_nothing(monkeypatch)


@pytest.fixture
def source(tmp_path):
    """`six_blocks.IMAGE` in a zarr array."""
    in_chunks(IMAGE, (2, 4, 14), tmp_path / "v.zarr")
    return tmp_path / "v.zarr"
