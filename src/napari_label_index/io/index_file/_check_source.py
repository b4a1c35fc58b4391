"""`check_source`: whether an index file still tells of the volume it was built from.

There is no hash of the volume in the file, and none is missed: the runs are a lossless
copy of the labels, so that a volume is compared with them exactly, voxel for voxel in
effect, in the time of a build (0.4 s for 490 M voxels, where a CRC-32 takes 0.3 s).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from napari_label_index.index import LabelImage, LabelIndex, build_index
from napari_label_index.index._read_block import read_block
from napari_label_index.index._sorted_sets import difference
from napari_label_index.index._validate import check_label_image
from napari_label_index.io._open_index import is_index_folder, open_index, read_meta
from napari_label_index.io._pool import raise_if_cancelled
from napari_label_index.io.images._read import read_label_image
from napari_label_index.io.index_file._compare_voxels import (
    find_difference,
    windows_of,
)
from napari_label_index.io.index_file._stamp import stamp_of

if TYPE_CHECKING:
    from napari_label_index._typing import Box, Cancel, OnProgress
    from napari_label_index.io._address import Address
    from napari_label_index.io.index_file._volume_meta import VolumeMeta

__all__ = ["SAMPLE_SLICES", "SourceCheck", "check_index", "check_source"]

SAMPLE_SLICES = 32

Thoroughness = Literal["stamp", "sample", "content"]


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """What a check has found, and what it looked at."""

    verdict: Literal["same", "changed", "unknown"]
    looked_at: Thoroughness | Literal["shape"]
    told: str  # a sentence


def check_source(
    path: str | os.PathLike[str] | Address,
    against: str | os.PathLike[str] | LabelImage | Any,
    thoroughness: Thoroughness = "content",
    *,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> SourceCheck:
    """Check whether a volume is the one that an index file was built from.

    Parameters
    ----------
    path : path-like
        An index file or folder, or its address.
    against : path-like, LabelImage or array-like
        The volume, or the file, folder or address that holds it.
    thoroughness : {"content", "sample", "stamp"}
        ``"content"`` compares every voxel, and is never wrong. ``"sample"`` compares
        32 slices, and ``"same"`` is then said of these. ``"stamp"`` reads no voxel: of
        files it compares number, sizes and times, of arrays shape and type; where
        these do not tell, the verdict is ``"unknown"``.
    on_progress, cancel : optional callbacks
        As in `build_index`.
    """
    meta = read_meta(path)
    if isinstance(against, (str, os.PathLike)):
        if thoroughness == "stamp":
            return _check_stamp(meta, against)
        # The volume of a dataset may not fit in memory.
        is_large = is_index_folder(path)
        image = read_label_image(against, lazy=is_large, cancel=cancel)
    else:
        image = LabelImage.of(against)
    told = _difference_of_kind(meta.shape, meta.label_dtype, image)
    if told:
        return SourceCheck("changed", "shape", told)
    if thoroughness == "stamp":
        told = "shape and type are the same; no voxel was read"
        return SourceCheck("unknown", "shape", told)
    index = open_index(path, cancel=cancel)
    return check_index(
        index, image, thoroughness, on_progress=on_progress, cancel=cancel
    )


def check_index(
    index: LabelIndex,
    against: LabelImage | Any,
    thoroughness: Literal["sample", "content"] = "content",
    *,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> SourceCheck:
    """As `check_source`, for an index that has been opened already."""
    image = LabelImage.of(against)
    told = _difference_of_kind(index.shape, index.runs.labels.dtype, image)
    if told:
        return SourceCheck("changed", "shape", told)
    if index.runs.is_in_files:
        return _check_in_files(index, image, thoroughness, on_progress, cancel)
    if thoroughness == "sample":
        return _check_sample(index, image, cancel)
    return _check_content(index, image, on_progress, cancel)


def _check_stamp(meta: VolumeMeta, path: str | os.PathLike[str]) -> SourceCheck:
    if meta.stamp is None:
        told = "the index was saved without the sizes and times of its source"
        return SourceCheck("unknown", "stamp", told)
    stamp = stamp_of(path)
    if stamp is None:
        told = "a web server does not tell sizes and times of its files"
        return SourceCheck("unknown", "stamp", told)
    if stamp == meta.stamp:
        told = "number, sizes and times of its files are the same; none was read"
        return SourceCheck("same", "stamp", told)
    what = "size" if stamp.n_bytes != meta.stamp.n_bytes else "time or name of a file"
    return SourceCheck("unknown", "stamp", f"its {what} is not what it was")


def _difference_of_kind(
    shape: tuple[int, ...], dtype: np.dtype[Any], image: LabelImage
) -> str:
    """Return how shape or type of ids differ, nothing where they do not."""
    if image.shape != shape:
        return f"it has shape {image.shape}, had {shape}"
    now = check_label_image(image.data).label_dtype
    return f"its ids are {now}, were {dtype}" if now != dtype else ""


def _check_sample(
    index: LabelIndex, image: LabelImage, cancel: Cancel | None
) -> SourceCheck:
    n_slices = index.shape[0]
    places = _sampled(n_slices)
    for place in places:
        raise_if_cancelled(cancel)
        box: Box = (
            slice(place, place + 1),
            *(slice(0, size) for size in index.shape[1:]),
        )
        # Ids of floats are whole numbers, or differ: equal values are equal labels.
        if not np.array_equal(read_block(image.data, box), index.to_label_image(box)):
            return SourceCheck("changed", "sample", f"slice {place} differs")
    return _same(len(places), n_slices)


def _sampled(n_slices: int) -> list[int]:
    places = np.linspace(0, n_slices - 1, min(SAMPLE_SLICES, n_slices)).astype(int)
    return [int(place) for place in places]


def _same(n_looked_at: int, n_slices: int) -> SourceCheck:
    told = f"{n_looked_at} of {n_slices} slices are the same; others were not read"
    if n_looked_at == n_slices:
        return SourceCheck("same", "content", f"all {n_slices} slices are the same")
    return SourceCheck("same", "sample", told)


def _check_in_files(
    index: LabelIndex,
    image: LabelImage,
    thoroughness: Literal["sample", "content"],
    on_progress: OnProgress | None,
    cancel: Cancel | None,
) -> SourceCheck:
    """Check without all voxels, or all runs, in memory."""
    is_sample = thoroughness == "sample" and index.ndim > 1
    places = _sampled(index.shape[0]) if is_sample else []
    windows = [(place, place + 1) for place in places] or windows_of(image)
    found = find_difference(index, image, windows, on_progress, cancel)
    if found is None:
        if is_sample:
            return _same(len(places), index.shape[0])
        return SourceCheck("same", "content", "every voxel is the same")
    if is_sample:
        told = f"slice {places[found.window]} differs"
    elif found.label is None:
        told = "more voxels have a label than before"
    else:
        told = f"label {found.label} differs"
    return SourceCheck("changed", thoroughness, told)


def _check_content(
    index: LabelIndex,
    image: LabelImage,
    on_progress: OnProgress | None,
    cancel: Cancel | None,
) -> SourceCheck:
    found = build_index(
        image, background=index.background, on_progress=on_progress, cancel=cancel
    )
    new, old = found.runs, index.runs
    lost = difference(old.labels, new.labels)
    if lost.size:
        return SourceCheck("changed", "content", f"label {lost[0]} is gone")
    added = difference(new.labels, old.labels)
    if added.size:
        return SourceCheck("changed", "content", f"label {added[0]} is new")
    for name in ("offsets", "starts", "lengths"):
        is_other = getattr(new, name) != getattr(old, name)
        if is_other.any():
            place = int(np.argmax(is_other))
            row = place - 1 if name == "offsets" else _row_of_run(index, place)
            told = f"label {old.labels[row]} differs"
            return SourceCheck("changed", "content", told)
    return SourceCheck("same", "content", "every voxel is the same")


def _row_of_run(index: LabelIndex, run: int) -> int:
    return int(np.searchsorted(index.runs.offsets, run, "right")) - 1
