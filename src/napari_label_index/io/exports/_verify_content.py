"""What the checks of all kinds of exports have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import IntVector
    from napari_label_index.index import LabelIndex
    from napari_label_index.io.exports._watch import Watch

__all__ = ["Content"]


@dataclass(eq=False)
class Content(ABC):
    """Reads the files of one export again, and compares them with an index."""

    index: LabelIndex
    ending: str
    layout: dict[str, Any]  # of the manifest
    selection: dict[str, Any]  # of the manifest, empty without one
    watch: Watch
    n_voxels: int = 0  # compared so far
    n_lines: int = 0

    @abstractmethod
    def check_file(self, path: Path) -> IntVector:
        """Compare one file; return the rows of its labels in the index, in order.

        Raises
        ------
        Differs
            At the first place that is not as in the index.
        """

    def remarks(self) -> list[str]:
        """Return what is not looked at."""
        return []
