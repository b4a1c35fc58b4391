"""Every voxel of every label: index, inspect, check and export labelled volumes.

>>> index = build_index(label_image)
>>> label_image[index[53890]]  # the voxels of one label, as `numpy.nonzero` gives them
"""

from __future__ import annotations

from importlib.metadata import version

from napari_label_index.errors import LabelIndexError
from napari_label_index.index import LabelImage, LabelIndex, build_index
from napari_label_index.io import export_coords, open_index, read_label_image

__version__ = version("napari-label-index")

__all__ = [
    "LabelImage",
    "LabelIndex",
    "LabelIndexError",
    "build_index",
    "export_coords",
    "open_index",
    "read_label_image",
]
