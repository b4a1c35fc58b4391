"""A folder of files that is there whole or not at all.

It is written under another name beside its place, and moved there in one step.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from napari_label_index.errors import LabelIndexError
from napari_label_index.io import _files
from napari_label_index.io._files import (
    RawOutput,
    buffered,
    check_parent,
    fsync_folder,
    write_failed,
)
from napari_label_index.io._stale import is_dead, process_tag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "REMOVER",
    "atomic_folder",
    "check_folder",
    "move_into_place",
    "new_file",
    "recover",
    "remove_folder",
]

_PARTIAL, _REPLACED = ".partial-", ".replaced-"
_BESIDE = re.compile(r"(\.partial-|\.replaced-)([0-9a-f]{8}-\d+)(?:-[0-9a-f]+)?")

# A hundred thousand files take seconds to remove; who cancelled waits this long.
_REMOVE_SECONDS = 0.2
REMOVER = "label-index-remove"
"""Name of the thread that goes on."""

# Folders of this process that are being written now.
_in_use: set[Path] = set()


@contextlib.contextmanager
def atomic_folder(
    path: Path, is_ours: Callable[[Path], bool], to_disk: Callable[[Path], None]
) -> Iterator[Path]:
    """Give a new folder that becomes `path` if, and only if, the block succeeds.

    Parameters
    ----------
    path : Path
        The folder to write. An empty one is taken; one with files only if it is ours.
    is_ours : callable
        Whether a folder holds nothing but what an export of ours wrote.
    to_disk : callable
        Called with the finished folder, to force it to the disk.

    Yields
    ------
    Path
        Where to put the files, by `new_file`.

    Raises
    ------
    WriteFailedError
        With the path and what to do about it; what was there before is untouched.
    """
    try:
        target = Path(os.path.realpath(path))
        recover(target)
        _check(target, is_ours)
        partial = target.with_name(target.name + _PARTIAL + process_tag())
        _files.os_calls.mkdir(partial)
        _in_use.add(partial)
        try:
            yield partial
            to_disk(partial)
            move_into_place(partial, target)
        except BaseException:
            remove_folder(partial, target)
            raise
        finally:
            _in_use.discard(partial)
        fsync_folder(target.parent)
    except LabelIndexError:
        raise
    except OSError as error:
        raise write_failed(path, error) from error


@contextlib.contextmanager
def new_file(folder: Path, name: str) -> Iterator[BinaryIO]:
    """Give a new file in a folder that is not in its place yet."""
    raw = RawOutput(_files.os_calls.open(folder / name, 0o666))
    with contextlib.closing(raw), buffered(raw) as output:
        yield output


def check_folder(path: Path, is_ours: Callable[[Path], bool]) -> None:
    """Raise `WriteFailedError` if a folder could not be written at `path`."""
    try:
        target = Path(os.path.realpath(path))
        _check(target, is_ours)
        check_parent(target)
    except OSError as error:
        raise write_failed(path, error) from error


def _check(target: Path, is_ours: Callable[[Path], bool]) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise NotADirectoryError(errno.EEXIST, "there is a file of this name")
    if any(target.iterdir()) and not is_ours(target):
        raise FileExistsError(errno.EEXIST, "the folder holds other files")


def recover(target: Path) -> None:
    """Tidy up after killed processes: nothing of theirs is half in place."""
    with contextlib.suppress(OSError):
        names = os.listdir(target.parent)
        for name in (n for n in names if n.startswith(target.name + ".")):
            match = _BESIDE.fullmatch(name.removeprefix(target.name))
            beside = target.with_name(name)
            if match is None or not _is_left(match[2], beside):
                continue
            if match[1] == _REPLACED and not target.exists():
                # Killed between two moves: this is the old folder, whole.
                os.replace(beside, target)
            else:
                shutil.rmtree(beside, ignore_errors=True)


def _is_left(tag: str, folder: Path) -> bool:
    """Return whether nobody writes a folder any more, by the process in its name."""
    if tag == process_tag():
        return folder not in _in_use
    return is_dead(tag)


def remove_folder(folder: Path, target: Path) -> None:
    """Remove a folder that is not wanted; a large one goes on being removed later.

    It is called something else first, so that the next export does not meet it.
    """
    gone = target.with_name(
        f"{target.name}{_PARTIAL}{process_tag()}-{secrets.token_hex(3)}"
    )
    with contextlib.suppress(OSError):
        os.replace(folder, gone)
        remover = threading.Thread(
            target=shutil.rmtree,
            args=(gone,),
            kwargs={"ignore_errors": True},
            name=REMOVER,
        )
        remover.start()
        remover.join(_REMOVE_SECONDS)


def move_into_place(partial: Path, target: Path) -> None:
    """Move a finished folder to its place; one that is there goes once it is."""
    if not target.exists():
        _files.os_calls.replace(partial, target)
        return
    replaced = target.with_name(target.name + _REPLACED + process_tag())
    _files.os_calls.replace(target, replaced)
    try:
        _files.os_calls.replace(partial, target)
    except BaseException:
        os.replace(replaced, target)
        raise
    remove_folder(replaced, target)
