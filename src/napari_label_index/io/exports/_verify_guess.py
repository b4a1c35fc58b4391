"""The kind of an export that has lost its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_label_index.io._outputs import ending_of
from napari_label_index.io.exports._column_files import COLUMN_ENDINGS
from napari_label_index.io.exports._coord_layout import coord_layout
from napari_label_index.io.exports._coords_file import INTENSITY
from napari_label_index.io.exports._runs_file import LENGTH
from napari_label_index.io.exports._verify_columns import names_in
from napari_label_index.io.exports._verify_report import Differs
from napari_label_index.io.exports._verify_tables import TIME

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index.index import LabelIndex

__all__ = ["guess"]

_KINDS = {
    ".npz": "coords",
    ".tif": "label_image",
    ".tiff": "label_image",
    ".zip": "rois",
    ".stl": "meshes",
    ".ply": "meshes",
}


def guess(path: Path, index: LabelIndex) -> tuple[str, str, dict[str, Any]]:
    """Return the kind, the ending and the layout of a file, from what is in it."""
    ending = ending_of(path, [*COLUMN_ENDINGS, *_KINDS])
    if ending in _KINDS:
        return _KINDS[ending], ending, {}
    names = names_in(path, ending)
    is_of_time = {TIME} if index.time_axis is not None else set()
    if set(names) <= {*index.columns, *is_of_time}:
        return "table", ending, {"columns": names}
    if names[:1] != ["label"]:
        raise Differs(f"{path.name}: its columns {names[:8]} are of no export")
    called, rest = names[1 : 1 + index.ndim], names[1 + index.ndim :]
    if sorted(called) != sorted(index.axes) or rest not in ([], [INTENSITY], [LENGTH]):
        raise Differs(
            f"{path.name}: its columns {names[:8]} cannot be told without its manifest"
        )
    layout = coord_layout(index, called).to_json(index)
    what = "runs" if rest == [LENGTH] else "coords"
    return what, ending, layout | {"intensity": rest == [INTENSITY]}
