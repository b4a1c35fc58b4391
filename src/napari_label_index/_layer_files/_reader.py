"""Index files and label images that napari cannot read itself, as Labels layers.

TIFF, PNG and folders are left to napari: where two plugins read a file, napari stops
and asks which one, and a script that calls ``viewer.open`` fails.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import INDEX_SUFFIX, open_index, read_label_image

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index.index import LabelIndex

LayerData = tuple[Any, dict[str, Any], str]

_IMAGE_SUFFIXES = (".nii", ".nii.gz", ".nrrd")


def get_reader(path: str | list[str]) -> Callable[[str], list[LayerData]] | None:
    """Return what reads `path`, or None where that is not for us."""
    if isinstance(path, list):
        return None  # several files are no one volume
    name = Path(path).name.lower()
    if name.endswith(INDEX_SUFFIX):
        return read_index
    return read_image if name.endswith(_IMAGE_SUFFIXES) else None


def read_index(path: str) -> list[LayerData]:
    """Return the volume that an index was made of: it holds every voxel."""
    index = open_index(path)
    name = Path(path).name[: -len(INDEX_SUFFIX)]
    return [(index.to_label_image(), _metadata(index, name), "labels")]


def read_image(path: str) -> list[LayerData]:
    """Return a label image, with its voxel size."""
    image = read_label_image(path)
    name = Path(path).name.partition(".")[0]
    data = image.data
    if np.dtype(image.dtype).kind == "f":  # whole numbers, which is checked here
        data = build_index(image).to_label_image()
    return [(data, _metadata(image, name), "labels")]


def _metadata(of: LabelImage | LabelIndex, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": name,
        "scale": of.spacing,
        "translate": of.origin,
        "axis_labels": of.axes,
    }
    if of.unit:
        found["units"] = tuple("pixel" if axis == "t" else of.unit for axis in of.axes)
    return found
