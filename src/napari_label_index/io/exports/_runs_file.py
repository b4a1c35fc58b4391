"""`export_runs`: the labels as runs along the last axis, a tenth of the coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from napari_label_index.io.exports._column_files import COLUMN_ENDINGS, open_columns
from napari_label_index.io.exports._coord_layout import coord_layout
from napari_label_index.io.exports._export import begin, finish
from napari_label_index.io.exports._run_blocks import iter_runs, run_counts

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from napari_label_index._typing import Cancel, IntVector, OnProgress
    from napari_label_index.index import LabelIndex

__all__ = ["LENGTH", "export_runs"]

LENGTH = "length"

_BLOCK_RUNS = 1 << 18


def export_runs(
    index: LabelIndex,
    labels: Iterable[int] | None,
    path: str | os.PathLike[str],
    *,
    order: str | Sequence[str] | None = None,
    axis_names: Sequence[str] | None = None,
    per_label: str | None = None,
    neutral_text: bool = True,
    query: str = "",
    manifest: bool = True,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Write the runs of `labels`: stretches of voxels along the volume's last axis.

    The columns are ``label``, the coordinates of the first voxel, such as ``z,y,x``,
    and ``length``. Nothing is lost: the voxels of a run follow each other.

    Parameters
    ----------
    index, labels, path
        As in `export_coords`; the name ends in ``.csv``, ``.csv.gz`` or ``.parquet``.
    order, axis_names, per_label, neutral_text, query, manifest, on_progress, cancel
        As in `export_coords`.

    Returns
    -------
    Path
        The file or folder that was written.
    """
    export = begin(
        "runs", index, labels, path, COLUMN_ENDINGS, per_label=per_label,
        query=query, manifest=manifest, on_progress=on_progress, cancel=cancel,
    )  # fmt: skip
    index = export.index
    layout = coord_layout(index, order, axis_names, None, ("label", LENGTH))
    names = ["label", *layout.names, LENGTH]
    dtypes = [
        index.labels.dtype,
        *[layout.dtype] * index.ndim,
        index.runs.no_runs()[1].dtype,
    ]

    def write(output: BinaryIO, rows: IntVector) -> int:
        with open_columns(
            output, export.ending, names, dtypes, neutral_text=neutral_text
        ) as writer:
            for ids, starts, lengths in iter_runs(index, rows, _BLOCK_RUNS):
                writer.write([ids, *layout(starts).T, lengths])
                export.watch.advance(int(lengths.sum()))
        return int(run_counts(index, rows).sum())

    return finish(export, write, layout.to_json(index))
