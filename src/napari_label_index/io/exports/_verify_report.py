"""What a verification found, and how a check says that something differs."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_label_index.errors import LabelIndexError
from napari_label_index.io._reason import reason_of
from napari_label_index.io._words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Differs", "VerifyReport", "reading_export"]


class Differs(Exception):  # noqa: N818 - a finding, not a fault
    """An export is not what the volume says; the text is the first place."""


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What `verify_export` found.

    Attributes
    ----------
    path : Path
        The file or folder that was read.
    what : str
        The kind of export, as `export` calls it.
    n_files, n_labels, n_voxels : int
        How much was compared.
    checksums : str
        ``"match"``, ``"differ"`` or ``"not given"``.
    differences : tuple of str
        One sentence each, with the first place.
    remarks : tuple of str
        What was not looked at.
    """

    path: Path
    what: str
    n_files: int
    n_labels: int
    n_voxels: int
    checksums: str
    differences: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether everything that was compared is the same."""
        return not self.differences

    @property
    def verdict(self) -> str:
        """What was found, in a few words."""
        if not self.ok:
            return "NOT as in the volume"
        if self.what == "meshes":  # of which no voxel was compared
            return "checksums and counts match"
        return "the same as in the volume"

    def __str__(self) -> str:
        told = [self.what]
        if self.ok or self.n_labels:  # a comparison that stopped has counted nothing
            told.append(
                f"{counted(self.n_voxels, 'voxel')} of "
                f"{counted(self.n_labels, 'label')}"
            )
        told.append(f"checksums {self.checksums}")
        lines = [f"{self.path}: {self.verdict} ({'; '.join(told)})", *self.differences]
        lines += [f"not looked at: {remark}" for remark in self.remarks]
        return "\n".join(lines)


@contextlib.contextmanager
def reading_export(path: Path) -> Iterator[None]:
    """Turn whatever a reader of `path` raises in the block into `Differs`.

    Damaged files raise what their library likes (ArrowInvalid, BadZipFile, zlib.error,
    TiffFileError, KeyError, ...), so here every one is caught.
    """
    try:
        yield
    except (Differs, LabelIndexError, MemoryError):
        raise
    except FileNotFoundError as error:
        raise Differs(f"{path.name}: there is no such file") from error
    except Exception as error:
        raise Differs(f"{path.name}: cannot be read ({reason_of(error)})") from error
