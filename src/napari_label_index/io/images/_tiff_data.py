"""The voxels of a TIFF, read or decoded in threads straight into their array."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import IncompleteVolumeError
from napari_label_index.io._pool import run_all

if TYPE_CHECKING:
    from pathlib import Path

    import tifffile

    from napari_label_index._typing import Cancel, LabelArray, OnProgress

__all__ = ["read_block", "read_pages"]

# Big enough for full speed, small enough for a cancel within a tenth of a second.
_PART_BYTES = 1 << 24


def read_block(
    path: Path,
    offset: int,
    is_swapped: bool,
    data: LabelArray,
    on_progress: OnProgress | None,
    cancel: Cancel | None,
) -> None:
    """Read uncompressed data that lies in one piece straight into `data`."""
    flat = data.reshape(-1)
    step = max(1, _PART_BYTES // flat.itemsize)

    def read_part(start: int) -> None:
        part = flat[start : start + step]
        with path.open("rb", buffering=0) as file:
            file.seek(offset + start * flat.itemsize)
            view = part.view(np.uint8).data
            while view:
                n_read = file.readinto(view)
                if not n_read:
                    raise IncompleteVolumeError(
                        f"{path}: became shorter while it was read; read it again"
                    )
                view = view[n_read:]
        if is_swapped:
            part.byteswap(inplace=True)

    starts = range(0, flat.size, step)
    run_all(read_part, starts, len(starts), on_progress, cancel)


def read_pages(
    tif: tifffile.TiffFile,
    series: tifffile.TiffPageSeries,
    data: LabelArray,
    on_progress: OnProgress | None,
    cancel: Cancel | None,
) -> None:
    """Decode page by page into `data`; several threads, one lock for the file."""
    pages = list(series)
    planes = data.reshape(len(pages), *series.keyframe.shape)
    tif.filehandle.set_lock(True)
    inner_threads = None if len(pages) == 1 else 1

    def decode(number: int) -> None:
        pages[number].asarray(out=planes[number], maxworkers=inner_threads)

    run_all(decode, range(len(pages)), len(pages), on_progress, cancel)
