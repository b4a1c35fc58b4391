"""Meshes: how many triangles there are. Surfaces are not compared with voxels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import UnknownLabelError
from napari_label_index.io.exports._verify_content import Content
from napari_label_index.io.exports._verify_report import Differs

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import IntVector

__all__ = ["MeshesContent"]

_HEAD_BYTES = 1 << 12


class MeshesContent(Content):
    """Checksums and counts alone: a surface has no voxels to compare."""

    def check_file(self, path: Path) -> IntVector:
        if not self.selection:
            raise Differs("a surface can only be verified with its manifest beside it")
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        n_bytes = path.stat().st_size
        read = _read_stl if self.ending == ".stl" else _read_ply
        n_faces, expected = read(head)
        if n_bytes != expected:
            raise Differs(
                f"{path.name}: {n_faces:,} triangles take {expected:,} bytes, it has "
                f"{n_bytes:,}"
            )
        self.n_lines += n_faces
        rows = self._rows(path)
        self.n_voxels += int(self.index.voxel_counts[rows].sum())
        return rows

    def remarks(self) -> list[str]:
        return ["the shape of surfaces: of meshes, checksums and counts are compared"]

    def _rows(self, path: Path) -> IntVector:
        labels = self.selection.get("labels", "all")
        if self.layout.get("per_label"):
            found = re.fullmatch(r"label_(-?\d+)\.\w+", path.name)
            labels = [int(found[1])] if found else []
        try:
            if labels == "all":
                return np.arange(len(self.index))
            return self.index.rows_of(labels)
        except UnknownLabelError as error:
            raise Differs(str(error)) from error


def _read_stl(head: bytes) -> tuple[int, int]:
    n_faces = int(np.frombuffer(head[80:84], "<u4")[0])
    return n_faces, 84 + 50 * n_faces


def _read_ply(head: bytes) -> tuple[int, int]:
    text, end, _ = head.partition(b"end_header\n")
    counts = dict(re.findall(r"element (\w+) (\d+)", text.decode("ascii")))
    n_vertices, n_faces = int(counts["vertex"]), int(counts["face"])
    return n_faces, len(text) + len(end) + 16 * n_vertices + 13 * n_faces
