"""Which check is for which kind of export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.io.exports._verify_images import (
    LabelImageContent,
    MaskContent,
)
from napari_label_index.io.exports._verify_meshes import MeshesContent
from napari_label_index.io.exports._verify_rois import RoisContent
from napari_label_index.io.exports._verify_tables import (
    CoordsContent,
    RunsContent,
    TableContent,
)

if TYPE_CHECKING:
    from napari_label_index.io.exports._verify_content import Content

__all__ = ["CONTENTS"]

CONTENTS: dict[str, type[Content]] = {
    "coords": CoordsContent,
    "runs": RunsContent,
    "table": TableContent,
    "mask": MaskContent,
    "label_image": LabelImageContent,
    "rois": RoisContent,
    "meshes": MeshesContent,
}
