"""The folder in which an index dataset grows, and from which a build goes on.

It lies beside the index. A build that was stopped, killed or failed leaves it; the same
build of the same volume then goes on from what is whole::

    cells.labelindex.building/
        lock-HOST-PID     the process that builds here
        build-DIGEST/     of the plan: what tasks of another build still write when
                          this one begins, they write to another place
            plan.json     written once the folders are there
            blocks/ pairs/ parts/ index/
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from napari_label_index.errors import LabelIndexError, WriteFailedError
from napari_label_index.io import _files
from napari_label_index.io._files import atomic_write, fsync_folder, write_failed
from napari_label_index.io._folders import (
    check_folder,
    move_into_place,
    recover,
    remove_folder,
)
from napari_label_index.io._stale import is_dead, process_tag
from napari_label_index.io.index_dataset._layout import (
    BUILDING_SUFFIX,
    FOLDERS,
    is_nothing_else,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["finish", "work_folder"]

_PLAN, _LOCK, _BUILD = "plan.json", "lock-", "build-"
_SUBFOLDERS = (
    "blocks",
    "pairs",
    "parts",
    "index",
    *(f"index/{name}" for name in FOLDERS),
)

# Locks of this process: another of its threads may not build the same index either.
_held: set[Path] = set()
_held_lock = Lock()


@contextlib.contextmanager
def work_folder(target: Path, plan: dict[str, Any] | None) -> Iterator[Path]:
    """Give the folder to work in, with what the same plan has left there before.

    Parameters
    ----------
    target : Path
        Where the index is going to be.
    plan : dict or None
        What has to be the same for a build to go on; None never goes on.

    Raises
    ------
    WriteFailedError
        When another process builds the same index, or the folder cannot be made.
    """
    try:
        place = Path(os.path.realpath(target))  # a link is followed, and stays
        recover(place)
        check_folder(place, is_nothing_else)
        beside = place.with_name(place.name + BUILDING_SUFFIX)
        _make_folder(beside)
        with _locked(beside):
            yield _prepared(beside, plan)
    except LabelIndexError:
        raise
    except OSError as error:
        raise write_failed(target, error) from error


def finish(folder: Path, target: Path) -> None:
    """Move the index to its place, in one step, and remove the folder."""
    place = Path(os.path.realpath(target))
    try:
        for left in (folder / "index").glob("*/.*.partial"):
            _files.os_calls.unlink(left)  # of a worker that was killed
        move_into_place(folder / "index", place)
        fsync_folder(place.parent)
    except OSError as error:
        raise write_failed(target, error) from error
    remove_folder(folder.parent, place)


def _make_folder(beside: Path) -> None:
    with contextlib.suppress(FileExistsError):
        _files.os_calls.mkdir(beside)
    foreign = [
        entry.name
        for entry in beside.iterdir()
        if not entry.name.startswith((_LOCK, _BUILD))
    ]
    if foreign:
        raise WriteFailedError(
            f"{beside}: the folder holds files of somebody else, such as "
            f"{min(foreign)}; move them away, or choose another name for the index"
        )


@contextlib.contextmanager
def _locked(beside: Path) -> Iterator[None]:
    """Hold a file that is named after this process.

    Whoever comes second sees the file of the first, whoever comes at the same moment
    sees that of the other; nobody removes the file of a process that lives.
    """
    own = beside / f"{_LOCK}{process_tag()}"
    with _held_lock:
        if own in _held:
            raise _refused(own)
        _held.add(own)
    try:
        with contextlib.suppress(FileNotFoundError):
            _files.os_calls.unlink(own)  # of a process before us with our number
        _files.os_calls.close(_files.os_calls.open(own, 0o666))
        for other in beside.glob(f"{_LOCK}*"):
            if other != own and not is_dead(other.name.removeprefix(_LOCK)):
                raise _refused(other)
            if other != own:
                other.unlink(missing_ok=True)
        yield
    finally:
        with contextlib.suppress(OSError):
            _files.os_calls.unlink(own)
        with _held_lock:
            _held.discard(own)


def _refused(lock: Path) -> WriteFailedError:
    return WriteFailedError(
        f"{lock.parent}: another process is building this index; wait for it, or "
        f"remove the file {lock.name} in this folder if there is none any more"
    )


def _prepared(beside: Path, plan: dict[str, Any] | None) -> Path:
    """Return the folder of a plan, with all that belongs into it; no other is left."""
    text = json.dumps(plan)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    folder = beside / f"{_BUILD}{secrets.token_hex(6) if plan is None else digest}"
    for other in beside.glob(f"{_BUILD}*"):
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    if folder.exists() and _text_in(folder / _PLAN) != text:
        shutil.rmtree(folder)
    for path in (folder, *(folder / name for name in _SUBFOLDERS)):
        if not path.is_dir():
            _files.os_calls.mkdir(path)
    if not (folder / _PLAN).exists():
        with atomic_write(folder / _PLAN, is_scratch=True) as output:
            output.write(text.encode())
    return folder


def _text_in(path: Path) -> str | None:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return path.read_text()
    return None
