"""One PNG file as a label image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index import LabelImage
from napari_label_index.io._memory import check_budget
from napari_label_index.io.images._png import (
    decode_png,
    read_png_header,
    refuse_png_colors,
)

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions
    from napari_label_index.io.images._place import Place

__all__ = ["read_png"]


def read_png(place: Place, options: ReadOptions) -> LabelImage:
    """Read one PNG, greyscale or palette."""
    path = place.path
    content = path.read_bytes()
    header = read_png_header(path, content)
    refuse_png_colors(path, header)
    check_budget(path, header.shape, header.dtype, options.max_bytes)
    data: LabelArray = np.empty(header.shape, header.dtype)
    decode_png(path, content, data)
    if options.on_progress is not None:
        options.on_progress(1, 1)
    return LabelImage(data, axes=("y", "x"), source=str(path))
