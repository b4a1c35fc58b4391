"""About how large exports are whose bytes cannot be counted beforehand.

Bytes for each run, row or outline were measured on 120,050 generated cells of 1,100
voxels. Compressed files of another volume may be twice or half as large.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from napari_label_index.io.exports._run_blocks import run_counts

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector
    from napari_label_index.index import LabelIndex

__all__ = ["estimate_rough"]

_FILE_BYTES = 1500  # of a file without a row

_PER_RUN = {
    ("coords", ".parquet"): 4.4,
    ("runs", ".parquet"): 2.1,
    ("runs", ".csv"): 20.0,
    ("runs", ".csv.gz"): 6.0,
    ("label_image", ".tif"): 3.3,
    ("mask", ".tif"): 1.6,
    ("rois", ".zip"): 9.5,
    ("meshes", ".stl"): 546.0,
    ("meshes", ".ply"): 229.0,
}
_PER_CELL = {".csv": 7.5, ".csv.gz": 3.0, ".parquet": 3.7}
_PER_ROI = 330
_VOXELS_PER_BYTE = 500  # of nothing, compressed


def estimate_rough(index: LabelIndex, rows: IntVector, what: str, ending: str) -> int:
    """Return about how many bytes an export of some rows of an index will have."""
    if what == "table":
        n_cells = rows.size * len(index.table())
        return int(n_cells * _PER_CELL[ending]) + _FILE_BYTES
    kind = (what, ending.replace(".tiff", ".tif"))
    n_bytes = _PER_RUN[kind] * int(run_counts(index, rows).sum())
    if what == "rois":
        boxes = index.bboxes[rows]
        n_planes = boxes[:, index.ndim : -2] - boxes[:, : index.ndim - 2]
        n_bytes += _PER_ROI * int(n_planes.prod(axis=1).sum())
    if what == "label_image":
        n_bytes += prod(index.shape) // _VOXELS_PER_BYTE
    if what == "mask" and rows.size:
        box = index.union_bbox(index.labels[rows])
        sizes = [window.stop - window.start for window in box]
        n_bytes += prod(sizes) // _VOXELS_PER_BYTE
    return int(n_bytes) + _FILE_BYTES
