"""The table of an index: one row per label, named as scikit-image names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy.typing as npt

    from napari_label_index.index._label_index import LabelIndex


def base_table(index: LabelIndex) -> dict[str, npt.NDArray[Any]]:
    """Return labels, voxel counts, bounding boxes and centroids, column by column."""
    columns = {"label": index.labels, "num_pixels": index.voxel_counts}
    for place in range(2 * index.ndim):
        columns[f"bbox-{place}"] = index.bboxes[:, place]
    for axis in range(index.ndim):
        columns[f"centroid-{axis}"] = index.centroids[:, axis]
    return columns
