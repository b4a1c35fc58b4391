"""Every byte that is read or written: images, index files, exports."""

from __future__ import annotations

from napari_label_index.io._outputs import check_output
from napari_label_index.io.exports._coords_file import export_coords
from napari_label_index.io.exports._estimate import estimate_export_bytes
from napari_label_index.io.exports._table_file import (
    export_columns,
    export_table,
    write_columns,
    write_table,
)
from napari_label_index.io.images._read import read_label_image
from napari_label_index.io.index_file._index_file import (
    INDEX_SUFFIX,
    open_index,
    save_index,
)
from napari_label_index.io.review._review_file import (
    REVIEW_SUFFIX,
    OpenedReview,
    ReviewFile,
    open_review,
)
from napari_label_index.io.review._review_findings import DamagedReview, StaleReview
from napari_label_index.io.review._review_lines import VolumeHint
from napari_label_index.io.review._review_marks import (
    STATUSES,
    ReviewMarks,
    ReviewStatus,
)
from napari_label_index.io.review._review_path import default_review_path
from napari_label_index.io.review._review_table import export_review, review_table

__all__ = [
    "INDEX_SUFFIX",
    "REVIEW_SUFFIX",
    "STATUSES",
    "DamagedReview",
    "OpenedReview",
    "ReviewFile",
    "ReviewMarks",
    "ReviewStatus",
    "StaleReview",
    "VolumeHint",
    "check_output",
    "default_review_path",
    "estimate_export_bytes",
    "export_columns",
    "export_coords",
    "export_review",
    "export_table",
    "open_index",
    "open_review",
    "read_label_image",
    "review_table",
    "save_index",
    "write_columns",
    "write_table",
]
