"""What an export takes of the disk: asked before, and told afterwards."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_label_index.errors import WriteFailedError
from napari_label_index.io.exports._manifest import manifest_path

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ExportSize", "check_room", "export_size"]

# An estimate may be twice what comes of it.
_SURELY = 0.5


@dataclass(frozen=True, slots=True)
class ExportSize:
    """What an export has become; its manifest is not counted."""

    n_files: int
    n_bytes: int
    manifest: Path


def check_room(path: Path, n_bytes: int) -> None:
    """Refuse what is sure to fill the disk.

    Parameters
    ----------
    path : Path
        Where to write, in a folder that is there.
    n_bytes : int
        An estimate.

    Raises
    ------
    WriteFailedError
        When even half of it does not fit.
    """
    free = shutil.disk_usage(path.absolute().parent).free
    if n_bytes * _SURELY > free:
        raise WriteFailedError(
            f"{path}: about {n_bytes / 1e9:,.1f} GB were to be written, and the disk "
            f"has {free / 1e9:,.1f} GB free. Choose fewer labels, a smaller file type "
            "such as Parquet, or another disk"
        )


def export_size(path: Path) -> ExportSize:
    """Return how many files an export has, and how large they are."""
    manifest = manifest_path(path)
    files = [path] if not path.is_dir() else list(path.iterdir())
    sizes = [file.stat().st_size for file in files if file != manifest]
    return ExportSize(len(sizes), sum(sizes), manifest)
