"""`open_dataset`: an index that stays in its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.errors import CorruptIndexError
from napari_label_index.index import LabelIndex
from napari_label_index.io._address import Address
from napari_label_index.io.index_dataset._damage import reading_dataset
from napari_label_index.io.index_dataset._layout import (
    MANIFEST,
    is_building,
    is_dataset,
)
from napari_label_index.io.index_dataset._manifest import DatasetManifest
from napari_label_index.io.index_dataset._run_files import RunFiles
from napari_label_index.io.index_dataset._stored_contacts import StoredContacts
from napari_label_index.io.index_dataset._stored_measures import (
    StoredMeasures,
    read_labels,
)
from napari_label_index.io.index_dataset._stored_runs import StoredRuns

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index.io._address import Location

__all__ = ["open_dataset", "read_manifest"]


def read_manifest(root: Location) -> DatasetManifest:
    """Return what a dataset says about its volume, without its labels.

    Raises
    ------
    CorruptIndexError
        When it is missing, damaged, foreign, of a newer version, or not finished.
    UnreadableIndexError
        When an address does not give it.
    """
    if isinstance(root, Address):
        return _read_remote_manifest(root)
    if not is_dataset(root):
        raise CorruptIndexError(f"{root}: {_what_is_wrong(root)}")
    with reading_dataset(root):
        return DatasetManifest.read(root)


def open_dataset(root: Location) -> LabelIndex:
    """Open an index that `build_index_dataset` wrote; its runs stay in the files.

    Labels, counts and numbers of runs are read, boxes and centroids once they are
    needed, and runs of a label when it is looked at.

    Raises
    ------
    CorruptIndexError
        When it is missing, damaged, foreign, of a newer version, or not finished.
    UnreadableIndexError
        When an address does not give it.
    """
    manifest = read_manifest(root)
    labels, offsets, voxel_counts = read_labels(root, manifest)
    measures = StoredMeasures(root, manifest, voxel_counts)
    contacts = StoredContacts(root, manifest, labels)
    files = RunFiles(root, manifest)
    runs = StoredRuns(labels, offsets, files, measures, contacts)
    return LabelIndex(
        runs,
        manifest.shape,
        manifest.dtype,
        manifest.background,
        manifest.axes,
        manifest.spacing,
        manifest.origin,
        manifest.unit,
        manifest.source,
    )


def _read_remote_manifest(root: Address) -> DatasetManifest:
    with reading_dataset(root):
        try:
            return DatasetManifest.read(root)
        except FileNotFoundError as error:
            raise CorruptIndexError(
                f"there is no {MANIFEST}, and so no whole index; check the address, or "
                "upload one with label-index upload"
            ) from error


def _what_is_wrong(root: Path) -> str:
    if is_building(root):
        return "it is not finished; build it again, which goes on from there"
    if not root.exists():
        return "there is no such folder"
    return "the folder is no index; build one with label-index build"
