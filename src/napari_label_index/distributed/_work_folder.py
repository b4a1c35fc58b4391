"""The folder in which an index dataset grows, and from which a build goes on.

It lies beside the index, as ``NAME.building``. A build that was stopped, killed or
failed leaves it; the same build of the same volume then goes on from what is whole.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_label_index.errors import LabelIndexError, WriteFailedError
from napari_label_index.io import _files
from napari_label_index.io._files import atomic_write, write_failed
from napari_label_index.io._folders import check_folder, move_into_place
from napari_label_index.io._stale import is_dead, process_tag
from napari_label_index.io.index_dataset._layout import FOLDERS, is_dataset

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["finish", "work_folder"]

_SUFFIX = ".building"
_PLAN, _LOCK = "plan.json", "lock"
_TASKS = ("blocks", "pairs", "parts")


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
    folder = target.with_name(target.name + _SUFFIX)
    try:
        check_folder(target, is_dataset)
        if not folder.is_dir():
            _files.os_calls.mkdir(folder)
        with _locked(folder):
            if plan is None or _plan_in(folder) != plan:
                _clear(folder)
                for name in (*_TASKS, *(f"index/{part}" for part in FOLDERS)):
                    (folder / name).mkdir(parents=True)
                with atomic_write(folder / _PLAN) as output:
                    output.write(json.dumps(plan).encode())
            yield folder
    except LabelIndexError:
        raise
    except OSError as error:
        raise write_failed(target, error) from error


def finish(folder: Path, target: Path) -> None:
    """Move the index to its place, in one step, and remove the folder."""
    try:
        move_into_place(folder / "index", Path(os.path.realpath(target)))
    except OSError as error:
        raise write_failed(target, error) from error
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = folder / _LOCK
    with contextlib.suppress(FileNotFoundError):
        if is_dead(lock.read_text()):
            _files.os_calls.unlink(lock)
    try:
        os.close(_files.os_calls.open(lock, 0o666))
    except FileExistsError as error:
        raise WriteFailedError(
            errno.EEXIST,
            f"{folder}: another process is building this index; wait for it, or remove "
            f"the file {_LOCK} in this folder if there is none any more",
        ) from error
    lock.write_text(process_tag())
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            _files.os_calls.unlink(lock)


def _plan_in(folder: Path) -> Any:
    with contextlib.suppress(OSError, ValueError):
        return json.loads((folder / _PLAN).read_bytes())
    return None


def _clear(folder: Path) -> None:
    for child in folder.iterdir():
        if child.is_dir():
            shutil.rmtree(child)
        elif child.name != _LOCK:
            child.unlink()
