"""A volume with other ids, drawn from the runs of an index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.index import _expand
from napari_label_index.index._label_image import LabelImage

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.index._label_index import LabelIndex

__all__ = ["relabeled_image"]


def relabeled_image(index: LabelIndex, ids: LabelArray) -> LabelImage:
    """Return the label image in which row ``i`` of an index has the id ``ids[i]``.

    Ids may occur several times, and 0 makes a label background.
    """
    data = _expand.label_image(index.runs, index.shape, ids, ids.dtype, 0)
    return LabelImage(
        data, index.axes, index.spacing, index.origin, index.unit, index.source
    )
