"""What a user should be told about a review file before its marks count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index.io.review._review_lines import VolumeHint
    from napari_label_index.io.review._review_marks import ReviewMarks

__all__ = ["DamagedReview", "StaleReview"]


@dataclass(frozen=True, slots=True)
class StaleReview:
    """The marks in the file were made for another volume, or for this one before."""

    saved: VolumeHint | None  # None where the file does not say
    found: VolumeHint
    marks: ReviewMarks

    @property
    def message(self) -> str:
        """A sentence for the user."""
        saved = self.saved or "a volume that the file does not name any more"
        return f"The saved review was made for {saved}; here are {self.found}."


@dataclass(frozen=True, slots=True)
class DamagedReview:
    """Lines of the file could not be read; all others were."""

    path: Path
    n_unreadable: int

    @property
    def message(self) -> str:
        """A sentence for the user."""
        n = self.n_unreadable
        lines = f"{n:,} lines" if n > 1 else "A line"
        return (
            f"{lines} of {self.path.name} could not be read, all others were. Before "
            f"the next mark is saved, the file is kept as {self.path.name}.corrupt-1 "
            "or the next free number."
        )
