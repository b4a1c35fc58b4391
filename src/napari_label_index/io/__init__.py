"""Every byte that is read or written: images, index files, exports."""

from __future__ import annotations

from napari_label_index.io._address import Address, Location, is_url, located
from napari_label_index.io._open_index import (
    is_index_path,
    open_index,
    open_label_ranges,
    read_meta,
)
from napari_label_index.io._outputs import check_output, is_same
from napari_label_index.io.exports._as_python import as_python_call
from napari_label_index.io.exports._coords_file import export_coords
from napari_label_index.io.exports._estimate import estimate_export_bytes
from napari_label_index.io.exports._export import check_export
from napari_label_index.io.exports._formats import (
    FORMATS,
    ExportFormat,
    ExportOption,
    export,
)
from napari_label_index.io.exports._manifest import spreadsheet_notes
from napari_label_index.io.exports._room import ExportSize, check_room, export_size
from napari_label_index.io.exports._table_file import (
    export_columns,
    export_table,
    write_columns,
)
from napari_label_index.io.exports._verify import verify_export
from napari_label_index.io.exports._verify_report import VerifyReport
from napari_label_index.io.images._color_labels import ColorLabels, ColorTable
from napari_label_index.io.images._color_map import parse_color
from napari_label_index.io.images._color_packer import Color, hex_of
from napari_label_index.io.images._color_read import pack_colors, read_color_labels
from napari_label_index.io.images._read import read_label_image
from napari_label_index.io.index_dataset._layout import (
    DATASET_SUFFIX,
    is_dataset,
    time_of_dataset,
)
from napari_label_index.io.index_dataset._stored_runs import folder_of
from napari_label_index.io.index_dataset._upload import upload_index
from napari_label_index.io.index_file._check_source import (
    SAMPLE_SLICES,
    SourceCheck,
    check_index,
    check_source,
)
from napari_label_index.io.index_file._index_file import INDEX_SUFFIX, save_index
from napari_label_index.io.index_file._index_path import (
    default_dataset_path,
    default_index_path,
)
from napari_label_index.io.index_file._restore import (
    RESTORE_SUFFIXES,
    restore_label_image,
)
from napari_label_index.io.index_file._stamp import SourceStamp, stamp_of
from napari_label_index.io.review._review_columns import (
    ReviewColumns,
    codes_of_rows,
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
from napari_label_index.io.review._sets_file import (
    SETS_SUFFIX,
    LabelSet,
    SetsRead,
    merged_sets,
    read_sets,
    save_sets,
    sets_path,
)

__all__ = [
    "DATASET_SUFFIX",
    "FORMATS",
    "INDEX_SUFFIX",
    "RESTORE_SUFFIXES",
    "REVIEW_SUFFIX",
    "SAMPLE_SLICES",
    "SETS_SUFFIX",
    "STATUSES",
    "Address",
    "Color",
    "ColorLabels",
    "ColorTable",
    "DamagedReview",
    "ExportFormat",
    "ExportOption",
    "ExportSize",
    "LabelSet",
    "Location",
    "OpenedReview",
    "ReviewColumns",
    "ReviewFile",
    "ReviewMarks",
    "ReviewStatus",
    "SetsRead",
    "SourceCheck",
    "SourceStamp",
    "StaleReview",
    "VerifyReport",
    "VolumeHint",
    "as_python_call",
    "check_export",
    "check_index",
    "check_output",
    "check_room",
    "check_source",
    "codes_of_rows",
    "default_dataset_path",
    "default_index_path",
    "default_review_path",
    "estimate_export_bytes",
    "export",
    "export_columns",
    "export_coords",
    "export_review",
    "export_size",
    "export_table",
    "folder_of",
    "hex_of",
    "is_dataset",
    "is_index_path",
    "is_same",
    "is_url",
    "located",
    "merged_sets",
    "open_index",
    "open_label_ranges",
    "open_review",
    "pack_colors",
    "parse_color",
    "read_color_labels",
    "read_label_image",
    "read_meta",
    "read_sets",
    "restore_label_image",
    "review_table",
    "save_index",
    "save_sets",
    "sets_path",
    "spreadsheet_notes",
    "stamp_of",
    "time_of_dataset",
    "upload_index",
    "verify_export",
    "write_columns",
]
