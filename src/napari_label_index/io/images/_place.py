"""Where an image is: a file or folder, and which part of it."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from napari_label_index.errors import UnreadableImageError

__all__ = ["Place", "check_is_file"]

_MARK = "::"


def check_is_file(path: Path) -> None:
    """Raise if there is a pipe or a device: to open one may wait, or never end."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise UnreadableImageError(f"{path}: a device or a pipe, not a file")


@dataclass(frozen=True, slots=True)
class Place:
    """A file or folder, with the name of one image in it where it holds several."""

    path: Path
    member: str = ""

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> Place:
        """Return what ``cells.npz::labels`` means; a file of that name comes first."""
        text = os.fspath(path)
        before, mark, after = text.rpartition(_MARK)
        if not mark or not before or os.path.lexists(text):
            return cls(Path(text))
        return cls(Path(before), after)

    def __str__(self) -> str:
        return f"{self.path}{_MARK}{self.member}" if self.member else str(self.path)

    def start(self, n_bytes: int) -> bytes:
        """Return the first bytes of the file, none of a folder."""
        if self.path.is_dir():
            return b""
        check_is_file(self.path)
        with self.path.open("rb") as file:
            return file.read(n_bytes)
