"""Bytes at the end of a file that is there: a journal, which is never replaced."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from napari_label_index.io import _files
from napari_label_index.io._files import fsync, write_failed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["append_bytes", "force_to_disk"]


def append_bytes(path: Path, data: bytes) -> os.stat_result:
    """Append to an existing file, and return its status right after.

    Once this returns, no end of the process loses `data`; a power cut may, until
    `force_to_disk`. A failed call may leave a part of `data` at the end of the file.
    """
    try:
        fd = _files.os_calls.open_to_append(path)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[_files.os_calls.write(fd, rest) :]
            status = os.fstat(fd)
        finally:
            _files.os_calls.close(fd)
    except OSError as error:
        raise write_failed(path, error) from error
    return status


def force_to_disk(path: Path) -> None:
    """Make what was appended to a file safe from a power cut."""
    try:
        fd = _files.os_calls.open_to_append(path)
        try:
            fsync(fd)
        finally:
            _files.os_calls.close(fd)
    except OSError as error:
        raise write_failed(path, error) from error
