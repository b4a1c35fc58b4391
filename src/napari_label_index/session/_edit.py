"""What a stroke, an undo or a redo has changed in the label image of a session."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_label_index._typing import Box
    from napari_label_index.index import LabelImage

# Read at some 10 ms for a million, in the thread that shows the window.
MAX_EDITED_VOXELS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Edit:
    """Voxels in a box that have changed."""

    label_image: LabelImage
    box: Box

    @property
    def is_large(self) -> bool:
        """Whether to read the rows of the box would be felt."""
        rows = (axis.stop - axis.start for axis in self.box[:-1])
        n_voxels: int = prod(rows) * self.label_image.shape[-1]
        return n_voxels > MAX_EDITED_VOXELS
