"""Every voxel of every label: index, inspect, check and export labelled volumes.

>>> index = build_index(label_image)
>>> label_image[index[53890]]  # the voxels of one label, as `numpy.nonzero` gives them
"""

from __future__ import annotations

from importlib.metadata import version

from napari_label_index.errors import LabelIndexError
from napari_label_index.index import LabelImage, LabelIndex, build_index
from napari_label_index.io import (
    export,
    export_coords,
    export_table,
    open_index,
    read_color_labels,
    read_label_image,
    verify_export,
)

__version__ = version("napari-label-index")

__all__ = [
    "LabelImage",
    "LabelIndex",
    "LabelIndexError",
    "build_index",
    "export",
    "export_coords",
    "export_table",
    "open_index",
    "read_color_labels",
    "read_label_image",
    "verify_export",
]
