"""What becomes of a colour image on its way to labels; each state is a frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index.index import LabelImage
    from napari_label_index.io import Color, ColorLabels
    from napari_label_index.session._frequent_colors import FrequentColor

BLACK = (0, 0, 0)


@dataclass(frozen=True, slots=True, eq=False)
class ColorRequest:
    """A colour image, and how it is to be read."""

    array: Any  # (..., 3) or (..., 4), may be lazy
    like: LabelImage  # axes, voxel size and name
    background: Color | None = BLACK  # None: every colour is an object
    ids: Path | None = None  # a CSV of colour and id


@dataclass(frozen=True, slots=True)
class NoColors:
    """No image is looked at; `notice` says what became of the one before."""

    notice: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CountingColors:
    """An image is being read."""

    request: ColorRequest


@dataclass(frozen=True, slots=True, eq=False)
class ColorsFound:
    """The colours of an image, from which labels can be made."""

    request: ColorRequest
    labels: ColorLabels
    frequent: tuple[FrequentColor, ...]  # without those that were given the id 0

    @property
    def n_parts(self) -> int:
        """How many labels a split makes, at most."""
        return int(self.labels.table.n_parts.sum())


@dataclass(frozen=True, slots=True, eq=False)
class MakingLabels:
    """Labels are being made; `found` is what a cancel goes back to."""

    found: ColorsFound


@dataclass(frozen=True, slots=True)
class ColorsFailed:
    """The colours cannot be labels; `message` is a sentence for the user."""

    message: str


ColorState: TypeAlias = (
    NoColors | CountingColors | ColorsFound | MakingLabels | ColorsFailed
)
