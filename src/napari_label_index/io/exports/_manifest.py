"""What an export says of itself, in a small JSON file beside it.

For a file that is ``NAME.manifest.json``, for a folder ``manifest.json`` in it. Files
are told by name, never by path: a path tells about somebody's disk.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex

__all__ = [
    "MANIFEST_SUFFIX",
    "MAX_LABELS",
    "FileEntry",
    "Manifest",
    "holds_only_an_export",
    "manifest_path",
    "read_manifest",
    "selection_of",
    "spreadsheet_notes",
    "volume_of",
]

MANIFEST_SUFFIX = ".manifest.json"

_FORMAT = "napari-label-index export"
_VERSION = 1
_IN_FOLDER = "manifest.json"

# A line for each of a million files is 120 MB; no manifest of ours is longer.
_MAX_BYTES = 200 << 20
MAX_LABELS = 1000  # that a manifest names

# What is looked up when an export is verified.
_FIELDS: dict[str, dict[str, type]] = {
    "volume": {"shape": list, "axes": list, "spacing": list, "origin": list},
    "selection": {"is_cut": bool},
    "layout": {"file_ending": str, "per_label": bool},
    "counts": {"labels": int, "voxels": int, "rows": int},
}

# Spreadsheets turn numbers into floats and show 15 digits of them.
_SPREADSHEET_LIMIT = 10**15
_DIGITS_NOTE = (
    "ids have more than 15 digits; Excel and other spreadsheets round them, "
    "so import the label column as text"
)


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of an export."""

    n_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was exported, from what, how, and how much."""

    what: str
    volume: dict[str, Any]
    selection: dict[str, Any]
    layout: dict[str, Any]
    counts: dict[str, int]
    files: dict[str, FileEntry]
    notes: list[str] = field(default_factory=list)
    written_by: str = ""
    written_at: str = ""

    def to_json(self) -> bytes:
        """Return the page, stamped with the release and the time of now."""
        release = version("napari-label-index")
        page = {"format": _FORMAT, "version": _VERSION, **asdict(self)}
        page["written_by"] = f"napari-label-index {release}"
        page["written_at"] = datetime.now(UTC).isoformat(timespec="seconds")
        return json.dumps(page, indent=1).encode()


def manifest_path(path: Path) -> Path:
    """Return where the manifest of an export is."""
    if path.is_dir():
        return path / _IN_FOLDER
    return path.with_name(path.name + MANIFEST_SUFFIX)


def read_manifest(path: Path) -> Manifest | None:
    """Return the manifest of an export, None if there is none.

    Raises
    ------
    ValueError
        When there is one that cannot be understood, or that a newer release wrote.
    """
    place = manifest_path(path)
    try:
        if place.stat().st_size > _MAX_BYTES:
            raise ValueError(f"{place.name} is too long for a manifest")
        page = json.loads(place.read_bytes())
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError, OSError) as error:
        raise ValueError(f"{place.name} cannot be read: {error}") from error
    try:
        return _from_page(page)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{place.name} is no manifest of an export") from error


def _from_page(page: Any) -> Manifest:
    if page["format"] != _FORMAT:
        raise TypeError
    if page["version"] != _VERSION:
        raise ValueError(
            f"its manifest has version {page['version']}, and this release reads "
            f"{_VERSION}; install a newer release"
        )
    for part, fields in _FIELDS.items():
        for name, kind in fields.items():
            if type(page[part][name]) is not kind:
                raise TypeError
    files = {
        str(name): FileEntry(int(entry["n_bytes"]), str(entry["sha256"]))
        for name, entry in page["files"].items()
    }
    labels = page["selection"]["labels"]
    if labels != "all" and any(type(label) is not int for label in labels):
        raise TypeError
    parts = (page["volume"], page["selection"], page["layout"], page["counts"])
    return Manifest(
        str(page["what"]), *parts, files, [str(note) for note in page["notes"]]
    )


def holds_only_an_export(folder: Path) -> bool:
    """Return whether every file of a folder was written there by an export."""
    try:
        manifest = read_manifest(folder)
    except ValueError:
        return False
    if manifest is None:
        return False
    names = {entry.name for entry in folder.iterdir()}
    return names <= {*manifest.files, _IN_FOLDER}


def volume_of(index: LabelIndex) -> dict[str, Any]:
    """Return what the manifest says of the volume."""
    return {
        # A name says where it came from; a path would tell about somebody's disk.
        "source": PurePath(index.source).name,
        "shape": [int(size) for size in index.shape],
        "dtype": str(np.dtype(index.dtype)),
        "background": int(index.background),
        "axes": list(index.axes),
        "spacing": [float(size) for size in index.spacing],
        "origin": [float(place) for place in index.origin],
        "unit": index.unit,
    }


def selection_of(
    labels: LabelArray, is_all: bool, query: str, max_labels: int | None = MAX_LABELS
) -> dict[str, Any]:
    """Return what the manifest says of the choice of labels; long lists are cut.

    Not where the files do not say of which labels they are, by `max_labels` None.
    """
    if is_all:
        return {"query": query, "labels": "all", "is_cut": False}
    shown = labels[:max_labels].tolist()
    return {"query": query, "labels": shown, "is_cut": len(shown) < labels.size}


def spreadsheet_notes(labels: LabelArray) -> list[str]:
    """Return the warning that ids of this size deserve in a text file."""
    if not labels.size:
        return []
    largest = max(abs(int(labels.min())), abs(int(labels.max())))
    return [_DIGITS_NOTE] if largest >= _SPREADSHEET_LIMIT else []
