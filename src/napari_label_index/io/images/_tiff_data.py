"""The voxels of a TIFF, read or decoded in threads straight into their array."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import IncompleteVolumeError
from napari_label_index.io._pool import run_all

if TYPE_CHECKING:
    from pathlib import Path

    import tifffile

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions

__all__ = ["read_bytes", "read_one_block", "read_pages"]

# Big enough for full speed, small enough for a cancel within a tenth of a second.
_PART_BYTES = 1 << 24


def read_one_block(
    path: Path,
    offset: int,
    is_swapped: bool,
    data: LabelArray,
    options: ReadOptions,
) -> None:
    """Read uncompressed data that lies in one piece straight into `data`."""
    flat = data.reshape(-1)
    step = max(1, _PART_BYTES // flat.itemsize)

    def read_part(start: int) -> None:
        part = flat[start : start + step]
        read_bytes(path, offset + start * flat.itemsize, part)
        if is_swapped:
            part.byteswap(inplace=True)

    starts = range(0, flat.size, step)
    run_all(read_part, starts, len(starts), options.on_progress, options.cancel)


def read_bytes(path: Path, offset: int, out: LabelArray) -> None:
    """Fill a contiguous array with the bytes of a file from `offset` on."""
    view = out.reshape(-1).view(np.uint8).data
    with path.open("rb", buffering=0) as file:
        file.seek(offset)
        while view:
            n_read = file.readinto(view)
            if not n_read:
                raise IncompleteVolumeError(
                    f"{path}: became shorter while it was read; read it again"
                )
            view = view[n_read:]


def read_pages(
    tif: tifffile.TiffFile,
    series: tifffile.TiffPageSeries,
    data: LabelArray,
    options: ReadOptions,
) -> None:
    """Decode page by page into `data`; several threads, one lock for the file."""
    pages = list(series)
    planes = data.reshape(len(pages), *series.keyframe.shape)
    tif.filehandle.set_lock(True)
    inner_threads = None if len(pages) == 1 else 1

    def decode(number: int) -> None:
        pages[number].asarray(out=planes[number], maxworkers=inner_threads)

    steps = range(len(pages))
    run_all(decode, steps, len(pages), options.on_progress, options.cancel)
