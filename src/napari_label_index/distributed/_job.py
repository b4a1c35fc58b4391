"""`Job`: what every task of a build knows, wherever it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_label_index.index._validate import LabelVolume, check_label_image

if TYPE_CHECKING:
    from napari_label_index.index import LabelImage
    from napari_label_index.io.index_file._volume_meta import VolumeMeta

__all__ = ["Job"]


@dataclass(frozen=True, slots=True)
class Job:
    """The volume to index, and the folder that all tasks write into.

    It is sent to each task, and so holds no list of blocks, of which there may be many.
    """

    image: LabelImage  # its voxels are read where they are used
    meta: VolumeMeta
    folder: str  # seen by all workers under this name

    @property
    def volume(self) -> LabelVolume:
        """The volume, checked."""
        return check_label_image(self.image.data)

    @property
    def time_axis(self) -> int | None:
        """The axis across which nothing touches, or None."""
        axes = self.meta.axes
        return axes.index("t") if "t" in axes else None

    @property
    def root(self) -> Path:
        """Folder of the index, until it is moved to its place."""
        return Path(self.folder, "index")

    def block_path(self, number: int) -> Path:
        """File with the runs of a block."""
        return Path(self.folder, "blocks", f"block-{number:06}.runs")

    def pairs_path(self, number: int) -> Path:
        """File with the pairs of labels that touch in a block, or behind it."""
        return Path(self.folder, "pairs", f"block-{number:06}.pairs")

    def part_path(self, number: int) -> Path:
        """File that says that a partition is there."""
        return Path(self.folder, "parts", f"part-{number:05}.json")
