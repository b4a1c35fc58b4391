"""Where the review of a volume is kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from pathlib import Path

import platformdirs

from napari_label_index.io.review._review_file import REVIEW_SUFFIX

__all__ = ["default_review_path"]

_FOLDER = "napari-label-index"
_MAX_NAME_BYTES = 200  # most file systems take 255; copies get a few more


def default_review_path(
    source: str | os.PathLike[str] | None, layer_name: str = ""
) -> Path:
    """Return where the review of a volume is kept.

    Beside the file that the volume was read from; in the user's data folder where
    there is none, or where its folder cannot be written to. A review that is there
    already is found at either place.

    Parameters
    ----------
    source : path-like, optional
        The file or folder of the volume; None or "" for one made in memory.
    layer_name : str, optional
        What a volume without a file is known by.
    """
    if not source or "://" in os.fspath(source):
        return _in_user_folder(str(source or layer_name))
    path = Path(os.path.abspath(source))
    beside = path.with_name(path.name + REVIEW_SUFFIX)
    elsewhere = _in_user_folder(str(path))
    if beside.exists():
        return beside
    is_short = len(os.fsencode(beside.name)) <= _MAX_NAME_BYTES
    can_write = is_short and os.access(path.parent, os.W_OK)
    return elsewhere if elsewhere.exists() or not can_write else beside


def _in_user_folder(key: str) -> Path:
    """Return a path of which no part but a number comes unchecked from `key`.

    The number keeps apart what looks the same without its special characters, and
    names such as CON, which Windows keeps for itself, from being the whole name.
    """
    folder = platformdirs.user_data_path(_FOLDER, appauthor=False) / "reviews"
    # If it cannot be made, saving says so.
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    last = re.split(r"[/\\]", key.rstrip("/\\"))[-1]
    shown = re.sub(r"[^A-Za-z0-9_-]+", "_", last)[:60]
    number = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return folder / f"{shown}-{number}{REVIEW_SUFFIX}"
