"""All labels whose status in the review is that of some labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex

__all__ = ["labels_like"]


def labels_like(
    index: LabelIndex, codes: npt.NDArray[np.uint8], labels: LabelArray
) -> LabelArray:
    """Return all labels that have the status of one of these.

    Parameters
    ----------
    index, codes
        All labels, and the ``(n_labels,)`` codes of their statuses.
    labels
        ``(n,)`` labels of the index.
    """
    wanted = np.unique(codes[index.rows_of(labels)])
    found: LabelArray = index.labels[np.isin(codes, wanted)]
    return found
