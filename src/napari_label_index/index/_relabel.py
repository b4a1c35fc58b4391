"""A volume with other ids, drawn from the runs of an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.index import _expand
from napari_label_index.index._label_image import LabelImage

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.index._label_index import LabelIndex


def relabeled_image(index: LabelIndex, ids: LabelArray) -> LabelImage:
    """Return the label image in which row ``i`` of an index has the id ``ids[i]``.

    Ids may occur several times, and 0 makes a label background.
    """
    data = _expand.label_image(index.runs, index.shape, ids, ids.dtype, 0)
    return LabelImage(
        data, index.axes, index.spacing, index.origin, index.unit, index.source
    )


def relabeled_in_order(index: LabelIndex) -> LabelArray:
    """Return the volume with ids 1 to N, in the order of the ids, and background 0.

    It is of the smallest unsigned type that holds them; nothing is read.
    """
    ids = np.arange(1, len(index) + 1, dtype=np.min_scalar_type(len(index)))
    data: LabelArray = relabeled_image(index, ids).data
    return data
