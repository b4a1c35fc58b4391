"""Every byte that is read or written: images, index files, exports."""

from __future__ import annotations

from napari_label_index.io._coords_file import export_coords
from napari_label_index.io._estimate import estimate_export_bytes
from napari_label_index.io._index_file import INDEX_SUFFIX, open_index, save_index
from napari_label_index.io._outputs import check_output
from napari_label_index.io._read import read_label_image
from napari_label_index.io._table_file import export_table, write_table

__all__ = [
    "INDEX_SUFFIX",
    "check_output",
    "estimate_export_bytes",
    "export_coords",
    "export_table",
    "open_index",
    "read_label_image",
    "save_index",
    "write_table",
]
