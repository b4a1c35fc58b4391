"""The one module that writes, fsyncs, replaces and unlinks outputs.

An output is whole or not there: bytes go to a temporary file in the same folder, are
forced to the disk, and are moved into place in one step. Whatever goes wrong before
that step (an error, a cancel, a killed process) leaves the old file as it was.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import secrets
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from napari_label_index.errors import LabelIndexError, WriteFailedError
from napari_label_index.io._stale import remove_stale_temps, temp_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "OsCalls",
    "RawOutput",
    "atomic_write",
    "buffered",
    "check_parent",
    "check_target",
    "fsync",
    "fsync_folder",
    "os_calls",
    "write_failed",
]

_BUFFER_BYTES = 1 << 20

# Some network shares cannot fsync; the move into place is still one step there.
_NO_FSYNC = {errno.EINVAL, errno.ENOTSUP, errno.ENOSYS}

_HINTS = {
    errno.ENOSPC: "free some space or choose another disk",
    errno.EDQUOT: "free some space or choose another disk",
    errno.EFBIG: "the disk does not take files of this size; choose another one",
    errno.EACCES: "choose a folder that you may write to",
    errno.EPERM: "choose a folder that you may write to",
    errno.EROFS: "choose a folder that you may write to",
    errno.ENOENT: "make its folder first",
    errno.ENOTDIR: "make its folder first",
    errno.EISDIR: "choose the name of a file",
    errno.ENAMETOOLONG: "choose a shorter name",
}

_PROTECTED = "the file is write-protected"


class OsCalls:
    """The calls that can fail while an output is written; tests make them fail."""

    def open(self, path: Path, mode: int) -> int:
        # O_EXCL: never follow or reuse what somebody else put at this name.
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
        return os.open(path, flags | getattr(os, "O_BINARY", 0), mode)

    def open_to_append(self, path: Path) -> int:
        return os.open(path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))

    def write(self, fd: int, data: memoryview) -> int:
        return os.write(fd, data)

    def fsync(self, fd: int) -> None:
        os.fsync(fd)

    def close(self, fd: int) -> None:
        os.close(fd)

    def chmod(self, path: Path, mode: int) -> None:
        os.chmod(path, mode)

    def mkdir(self, path: Path) -> None:
        os.mkdir(path)

    def replace(self, source: Path, target: Path) -> None:
        os.replace(source, target)

    def unlink(self, path: Path) -> None:
        os.unlink(path)


os_calls = OsCalls()

# Temporary files of this process that are being written now.
_in_use: set[str] = set()


class RawOutput(io.RawIOBase):
    """An open descriptor whose writes go through `os_calls`."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def fileno(self) -> int:
        return self._fd

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return os_calls.write(self._fd, memoryview(data).cast("B"))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return os.lseek(self._fd, offset, whence)

    def close(self) -> None:
        if not self.closed:
            super().close()
            # The descriptor is gone even if this fails; its number may be another's.
            os_calls.close(self._fd)


@contextlib.contextmanager
def atomic_write(
    path: str | os.PathLike[str], *, is_scratch: bool = False
) -> Iterator[BinaryIO]:
    """Give a binary file that becomes `path` if, and only if, the block succeeds.

    A link is followed: the file that it points to is replaced, the link stays. An
    existing file keeps its permissions, a new one gets the usual ones.

    Parameters
    ----------
    path : path-like
        The file to write.
    is_scratch : bool
        Nothing is forced to the disk, and nothing of killed processes is looked for
        (7 ms): for one of many files of a job, each of which its reader checks, and
        which can be made again after a power cut.

    Yields
    ------
    binary file
        Open for writing and seeking.

    Raises
    ------
    WriteFailedError
        With the path and what to do about it; what was there before is untouched.
    """
    shown = Path(path)
    try:
        target = Path(os.path.realpath(shown))
        old_mode = _mode_of_replaceable(target)
        if not is_scratch:
            remove_stale_temps(target.parent, os_calls.unlink, _in_use)
        with _temporary_file(target, old_mode) as (temp, raw):
            with buffered(raw) as output:
                yield output
            if not is_scratch:
                fsync(raw.fileno())
            raw.close()  # Windows moves no open file
            os_calls.replace(temp, target)
        if not is_scratch:
            fsync_folder(target.parent)
    except LabelIndexError:
        raise
    except OSError as error:
        raise write_failed(shown, error) from error


def check_target(path: Path) -> None:
    """Raise `WriteFailedError` if `path` could not be written now."""
    try:
        target = Path(os.path.realpath(path))
        _mode_of_replaceable(target)
        check_parent(target)
    except OSError as error:
        raise write_failed(path, error) from error


def check_parent(target: Path) -> None:
    """Raise `OSError` if nothing can be put into the folder of a file or folder."""
    target.parent.stat()  # names what is wrong with a folder that is not there
    if not os.access(target.parent, os.W_OK):
        raise PermissionError(errno.EACCES, "its folder is write-protected")


def _mode_of_replaceable(target: Path) -> int | None:
    """Return the permissions of the file to replace, None if there is none yet."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is a device or a pipe, not a file")
    if not os.access(target, os.W_OK):
        # A move would replace a write-protected file without a word.
        raise PermissionError(errno.EACCES, _PROTECTED)
    return stat.S_IMODE(status.st_mode)


@contextlib.contextmanager
def _temporary_file(
    target: Path, old_mode: int | None
) -> Iterator[tuple[Path, RawOutput]]:
    """Make a temporary file beside `target`; on any error it is removed again."""
    temp = target.with_name(f"{temp_prefix()}{secrets.token_hex(4)}.partial")
    _in_use.add(temp.name)
    try:
        # Private until it has the permissions of the file that it replaces.
        raw = RawOutput(os_calls.open(temp, 0o666 if old_mode is None else 0o600))
        try:
            if old_mode is not None:
                os_calls.chmod(temp, old_mode)
            yield temp, raw
        except BaseException:
            with contextlib.suppress(OSError):
                raw.close()
            with contextlib.suppress(OSError):
                os_calls.unlink(temp)
            raise
    finally:
        _in_use.discard(temp.name)


@contextlib.contextmanager
def buffered(raw: RawOutput) -> Iterator[BinaryIO]:
    """Give a buffer before `raw`, flushed at the end of the block."""
    output = io.BufferedWriter(raw, _BUFFER_BYTES)
    try:
        yield cast("BinaryIO", output)
        output.flush()
    except BaseException:
        # Nothing of the buffer is wanted, and closing it later would write it.
        raw.close()
        raise
    else:
        output.detach()


def fsync(fd: int) -> None:
    """Force a file to the disk, where the disk can be told to."""
    try:
        os_calls.fsync(fd)
    except OSError as error:
        if error.errno not in _NO_FSYNC:
            raise


def fsync_folder(folder: Path) -> None:
    """Make the move itself durable, where the system can (Windows cannot).

    The new file is in place and whole by now, so a failure here is no failure.
    """
    with contextlib.suppress(OSError):
        fd = os.open(folder, os.O_RDONLY)
        try:
            os_calls.fsync(fd)
        finally:
            os.close(fd)


def write_failed(path: Path, error: OSError) -> WriteFailedError:
    """Return the error that says what was not written, why, and what to do."""
    reason = error.strerror or str(error) or type(error).__name__
    hint = _HINTS.get(error.errno or 0, "try again or choose another folder")
    if reason == _PROTECTED:
        hint = "choose another name, or change its permissions"
    failed = WriteFailedError(f"{path} was not written: {reason}; {hint}")
    failed.errno = error.errno
    return failed
