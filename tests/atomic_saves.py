"""Saves through `atomic_write`, and system calls that fail on demand."""

from __future__ import annotations

import os
from pathlib import Path

from napari_label_index.io._files import OsCalls, atomic_write

OLD, NEW = b"old" * 1000, b"new" * 700_000


class NoFsync(OsCalls):
    """A kill or an error is not a power cut: what is not on the disk is not lost."""

    def fsync(self, fd):
        pass


class FailingCalls(OsCalls):
    """Does what `OsCalls` does, but the k-th call fails, once or from then on."""

    def __init__(self, k: int, error: int, for_ever: bool) -> None:
        self.k, self.error, self.for_ever, self.n_calls = k, error, for_ever, 0

    def _count(self) -> None:
        self.n_calls += 1
        if self.n_calls == self.k or (self.for_ever and self.n_calls > self.k):
            self._fail()

    def _fail(self) -> None:
        raise OSError(self.error, os.strerror(self.error))

    def open(self, path, mode):
        self._count()
        return super().open(path, mode)

    def write(self, fd, data):
        self._count()
        return super().write(fd, data)

    def fsync(self, fd):
        self._count()
        super().fsync(fd)

    def close(self, fd):
        super().close(fd)  # Linux closes the file even when it reports an error
        self._count()

    def chmod(self, path, mode):
        self._count()
        super().chmod(path, mode)

    def replace(self, source, target):
        self._count()
        super().replace(source, target)

    def unlink(self, path):
        self._count()
        super().unlink(path)


class FailingFolders(FailingCalls):
    """Counts folders that are made as well; nothing is forced to the disk."""

    def fsync(self, fd):
        self._count()

    def mkdir(self, path):
        self._count()
        super().mkdir(path)


def save(path: Path, content: bytes = NEW) -> None:
    with atomic_write(path) as output:
        for start in range(0, len(content), 300_000):
            output.write(content[start : start + 300_000])
