"""Every voxel of every label: index, inspect, check and export labelled volumes.

>>> index = build_index(label_image)
>>> label_image[index[53890]]  # the voxels of one label, as `numpy.nonzero` gives them
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_label_index.distributed import build_index_dataset
    from napari_label_index.errors import LabelIndexError
    from napari_label_index.index import LabelImage, LabelIndex, build_index
    from napari_label_index.io import (
        export,
        export_coords,
        export_table,
        open_index,
        read_color_labels,
        read_label_image,
        upload_index,
        verify_export,
    )

__version__ = version("napari-label-index")

__all__ = [
    "LabelImage",
    "LabelIndex",
    "LabelIndexError",
    "build_index",
    "build_index_dataset",
    "export",
    "export_coords",
    "export_table",
    "open_index",
    "read_color_labels",
    "read_label_image",
    "upload_index",
    "verify_export",
]

_HOMES = ("errors", "index", "io", "distributed")

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        # Late, as they take most of a second: the command line hears Ctrl+C before.
        if name in _HOMES:
            return import_module(f"{__name__}.{name}")
        if name in __all__:
            for home in _HOMES:
                found = getattr(import_module(f"{__name__}.{home}"), name, None)
                if found is not None:
                    globals()[name] = found
                    return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
