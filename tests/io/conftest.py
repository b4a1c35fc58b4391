"""Volumes and files that several tests of the io layer use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from napari_label_index.index import LabelImage, LabelIndex, build_index
from web_server import serving

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt


def temp_files(folder: Path) -> list[Path]:
    """Temporary files that a save left behind."""
    return [path for path in folder.iterdir() if path.name.endswith(".partial")]


@pytest.fixture
def left_over():
    """A function that lists the temporary files in a folder."""
    return temp_files


@pytest.fixture(scope="session")
def volume() -> npt.NDArray[Any]:
    """A small (z, y, x) volume of blocky labels, background included."""
    rng = np.random.default_rng(7)
    coarse = rng.integers(0, 60, (6, 8, 7)) * 1000
    return np.repeat(np.repeat(coarse, 3, axis=1), 3, axis=2).astype(np.uint16)


@pytest.fixture(scope="session")
def index(volume) -> LabelIndex:
    """The index of `volume`, with a voxel size."""
    image = LabelImage(
        volume,
        axes=("z", "y", "x"),
        spacing=(2.0, 0.5, 0.25),
        origin=(1.0, 0.0, -3.0),
        unit="um",
        source="/somewhere/cells.tif",
    )
    return build_index(image)


@pytest.fixture
def server(tmp_path):
    """The address of a folder."""
    with serving(tmp_path) as url:
        yield url
