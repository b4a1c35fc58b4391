"""The index beside a volume, file or folder: found, opened if it fits, and saved."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from napari_label_index.errors import (
    CorruptIndexError,
    LabelIndexError,
    StaleIndexError,
    WriteFailedError,
)
from napari_label_index.index import LabelIndex
from napari_label_index.io import (
    SAMPLE_SLICES,
    Address,
    SourceStamp,
    check_index,
    default_dataset_path,
    default_index_path,
    is_dataset,
    open_index,
    read_meta,
    save_index,
    stamp_of,
    time_of_dataset,
)
from napari_label_index.session._job import Report, Work, in_phase

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import Cancel
    from napari_label_index.index import LabelImage
    from napari_label_index.io import Location

OPENING, COMPARING, SAVING = "Opening", "Comparing with the layer", "Saving the index"
ALL_VOXELS = "all voxels compared"
STILL_COMPARING = "comparing slices\u2026"


@dataclass(frozen=True, slots=True)
class SavedIndex:
    """An index beside a volume."""

    path: Location
    n_labels: int = 0
    time: float = 0.0  # when it was written, in seconds since 1970; 0: nobody knows
    n_bytes: int = 0  # of a file
    is_folder: bool = False
    unfit: str = ""  # a sentence that says why it cannot be of the volume, if so


@dataclass(frozen=True, slots=True)
class BesideVolume:
    """What there is beside a volume."""

    home: Path | None = None  # where its index belongs
    saved: SavedIndex | None = None  # what is there
    stamp: SourceStamp | None = None  # of the volume
    asks: bool = True  # whether the user has to say where an index is saved


def look_work(source: str | None, shape: tuple[int, ...], *, stamps: bool) -> Work:
    """Work that finds the index of a volume, and reads what it is of.

    There may be a file and a folder: that from `save_index` and that from
    `build_index_dataset`. Of those that can be of the volume it is the newer one, since
    who made it knew the volume best.

    Parameters
    ----------
    source
        The file, folder or address of the volume; beside an address, only a folder is
        looked for.
    shape
        Of the volume.
    stamps
        Whether to take a stamp of the volume, too.
    """

    def work(_report: Report, _cancel: Cancel) -> BesideVolume:
        home, folder = default_index_path(source), default_dataset_path(source)
        in_folder = _find(folder, shape) if _is_index_folder(folder) else None
        if home is None or source is None:
            return BesideVolume(saved=in_folder)
        in_file = _find(home, shape) if os.path.lexists(home) else None
        saved = _better(in_file, in_folder)
        # The file that a layer was read from is not written over without a word.
        is_own = os.path.abspath(source) == str(home)
        is_in_the_way = in_file is not None and bool(in_file.unfit)
        asks = is_own or is_in_the_way or not os.access(home.parent, os.W_OK)
        return BesideVolume(home, saved, _stamp_of(source) if stamps else None, asks)

    return work


def save_work(
    index: LabelIndex, path: Path, stamp: SourceStamp | None, *, was_asked: bool
) -> Work:
    """Work that saves an index, but over nothing else than an index.

    Parameters
    ----------
    index, path, stamp
        As for `save_index`.
    was_asked
        Whether the user chose the path, and so may replace the index of another
        volume.
    """

    def work(report: Report, cancel: Cancel) -> SavedIndex:
        on_progress = in_phase(report, SAVING)
        if os.path.lexists(path):
            _check_replaceable(path, None if was_asked else index.shape)
        save_index(index, path, source=stamp, on_progress=on_progress, cancel=cancel)
        return _told(path, index.n_ids)

    return work


@dataclass(frozen=True, slots=True)
class SavedIndexOpener:
    """Opens an index file for a label image, if it is the index of that."""

    path: Location
    source: str | None = None  # of the image, if it may vouch for what is not read

    def __call__(
        self, label_image: LabelImage, report: Report, cancel: Cancel
    ) -> tuple[LabelIndex, str]:
        """Return the index and what was compared.

        All voxels are, unless number, sizes and times of the files of the volume are
        those of the time when it was saved: then 32 slices are, which of an index in a
        folder is left to `LateCheck`.

        Raises
        ------
        CorruptIndexError
            When the file is missing, damaged, foreign, or of a newer version.
        StaleIndexError
            When it is the index of another volume, or of one that has changed.
        """
        try:
            index, stamp = self._open(report, cancel)
        except CorruptIndexError as error:
            raise CorruptIndexError(_shortened(error, self.path)) from error
        own = LabelIndex.of(index.runs, label_image, index.dtype, index.background)
        is_vouched_for = stamp is not None and stamp == _stamp_of(self.source)
        if is_vouched_for and index.runs.is_in_files:
            return own, STILL_COMPARING
        found = check_index(
            index,
            label_image,
            "sample" if is_vouched_for else "content",
            on_progress=in_phase(report, COMPARING),
            cancel=cancel,
        )
        if found.verdict != "same":
            told = changed_since(self.path.name, found.told)
            raise StaleIndexError(f"{told} The saved index is not used.")
        if found.looked_at == "content":
            return own, ALL_VOXELS
        return own, slices_compared(index)

    def _open(
        self, report: Report, cancel: Cancel
    ) -> tuple[LabelIndex, SourceStamp | None]:
        meta = read_meta(self.path)
        if meta.background != 0:
            raise StaleIndexError(
                f"{self.path.name} leaves out label {meta.background}, and not 0."
                " The saved index is not used."
            )
        on_progress = in_phase(report, OPENING)
        index = open_index(self.path, on_progress=on_progress, cancel=cancel)
        if read_meta(self.path) != meta:
            raise StaleIndexError(f"{self.path.name} was replaced meanwhile.")
        return index, meta.stamp


def slices_compared(index: LabelIndex) -> str:
    """Say how many slices were compared."""
    n_slices = index.shape[0]
    return f"{min(SAMPLE_SLICES, n_slices)} of {n_slices:,} slices compared"


def changed_since(name: str, how: str) -> str:
    """Say that a saved index is not that of its volume any more."""
    return f"The volume has changed since {name} was saved: {how}."


def _is_index_folder(path: Location | None) -> TypeGuard[Location]:
    # Any other folder of that name, or one that is being built, is nobody's business.
    return path is not None and is_dataset(path)


def _better(*found: SavedIndex | None) -> SavedIndex | None:
    there = [saved for saved in found if saved is not None]
    return max(there, key=lambda saved: (not saved.unfit, saved.time), default=None)


def _find(path: Location, shape: tuple[int, ...]) -> SavedIndex:
    try:
        meta = read_meta(path)
        if meta.shape == shape:
            return _told(path, meta.n_labels)
        unfit = (
            f"{path.name} is the index of another volume: of shape {meta.shape},"
            f" where the layer has {shape}."
        )
    except (LabelIndexError, OSError) as error:
        unfit = _shortened(error, path)
    return SavedIndex(path, unfit=unfit)


def _told(path: Location, n_labels: int) -> SavedIndex:
    if isinstance(path, Address) or path.is_dir():
        return SavedIndex(path, n_labels, time_of_dataset(path), is_folder=True)
    status = path.stat()
    return SavedIndex(path, n_labels, status.st_mtime, status.st_size)


def _check_replaceable(path: Path, shape: tuple[int, ...] | None) -> None:
    """Refuse to replace what is no index file, or one of a volume of another shape."""
    try:
        meta = read_meta(path)
    except CorruptIndexError as error:
        raise WriteFailedError(
            f"{path.name} was not replaced: it is no index file that can be read. Move"
            " it away, or save under another name."
        ) from error
    if shape not in (None, meta.shape):
        raise WriteFailedError(
            f"{path.name} was not replaced: it is the index of another volume. Save"
            " under another name."
        )


def _stamp_of(source: str | None) -> SourceStamp | None:
    try:
        return None if source is None else stamp_of(source)
    except LabelIndexError:
        return None


def _shortened(error: Exception, path: Location) -> str:
    """Return the sentence of an error with the name of the file for its path."""
    text = str(error).replace(str(path), path.name)
    return text if text.endswith(".") else f"{text}."
