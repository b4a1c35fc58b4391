"""Where the files of an index dataset lie.

::

    cells.labelindex/
        manifest.json                 written last: a folder without it is no index
        runs/part-00000.parquet       an index file with the runs of a range of labels
        labels/part-00000.parquet     label, number of runs, number of voxels
        places/part-00000.parquet     bounding boxes and centroids
        contacts/part-00000.parquet   number of neighbours, and faces shared with them
        neighbours/part-00000.parquet label, neighbour, faces shared: both ways

Each folder is a Parquet data set, in the order of the labels, that pandas, polars and
DuckDB read as it is.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from napari_label_index.errors import UnreadableIndexError
from napari_label_index.io._address import Address

if TYPE_CHECKING:
    from napari_label_index.io._address import Location

__all__ = [
    "BUILDING_SUFFIX",
    "DATASET_SUFFIX",
    "FOLDERS",
    "MANIFEST",
    "is_building",
    "is_dataset",
    "is_nothing_else",
    "part_path",
    "time_of_dataset",
]

DATASET_SUFFIX = ".labelindex"
"""How the name of a dataset should end; no ending will do."""

BUILDING_SUFFIX = ".building"
"""What is behind its name until it is whole."""

MANIFEST = "manifest.json"
FOLDERS = ("runs", "labels", "places", "contacts", "neighbours")

Root = TypeVar("Root", Path, Address, Path | Address)


def part_path(root: Root, folder: str, number: int) -> Root:
    """Return the file of one partition in one of the folders."""
    return root / folder / f"part-{number:05}.parquet"


def time_of_dataset(path: Location) -> float:
    """Return when a dataset was finished, in s since 1970; 0 where nobody knows."""
    manifest = path / MANIFEST
    if isinstance(manifest, Address):
        return manifest.time()
    return manifest.stat().st_mtime


def is_dataset(path: Location) -> bool:
    """Return whether a folder is an index dataset that is there whole.

    Of an address one byte is asked for; one that cannot be read is none.
    """
    if isinstance(path, Address):
        with contextlib.suppress(FileNotFoundError, UnreadableIndexError):
            return bool((path / MANIFEST).read(0, 1))
        return False
    return (path / MANIFEST).is_file() and (path / "runs").is_dir()


def is_building(path: Path) -> bool:
    """Return whether there is no index yet, and an unfinished build of it."""
    beside = path.parent / f"{path.name}{BUILDING_SUFFIX}"
    return not path.exists() and beside.is_dir()


def is_nothing_else(path: Path) -> bool:
    """Return whether a folder is a dataset, and holds no file of anybody else."""
    files = [entry for entry in path.rglob("*") if not entry.is_dir()]
    parts = (entry for entry in files if entry != path / MANIFEST)
    return is_dataset(path) and all(
        entry.parent.parent == path and entry.match("part-*.parquet") for entry in parts
    )
