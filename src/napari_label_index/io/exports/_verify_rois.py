"""ROI sets: every outline filled again and compared pixel by pixel."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.io.exports._outlines import fill
from napari_label_index.io.exports._verify_content import Content
from napari_label_index.io.exports._verify_report import Differs

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import IntVector

__all__ = ["RoisContent"]

_MAX_BYTES = 1 << 28  # of one outline; a zip of some KB can declare 10 GB


class RoisContent(Content):
    """One ROI per label and plane; together they have every voxel of the label."""

    def check_file(self, path: Path) -> IntVector:
        import roifile

        n_found: dict[int, int] = {}
        seen: set[tuple[int, ...]] = set()
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                self.watch.check()
                if info.file_size > _MAX_BYTES:
                    raise Differs(f"{info.filename}: it is too large for an outline")
                roi = roifile.ImagejRoi.frombytes(archive.read(info))
                label, place = self._place_of(roi, info.filename)
                if (label, *place) in seen:
                    raise Differs(f"{info.filename}: label {label} is there twice")
                seen.add((label, *place))
                n_voxels = self._compare(roi, label, place, info.filename)
                n_found[label] = n_found.get(label, 0) + n_voxels
                self.n_lines += 1
        rows = self.index.rows_of(list(n_found))
        for label, count in zip(n_found, self.index.voxel_counts[rows], strict=True):
            if n_found[label] != count:
                raise Differs(
                    f"the ROIs of label {label} have {n_found[label]:,} voxels, the "
                    f"volume {count:,}"
                )
        self.n_voxels += sum(n_found.values())
        return rows

    def _place_of(self, roi: Any, entry: str) -> tuple[int, tuple[int, ...]]:
        """Return the label of a ROI, and where it is on all axes but the last two."""
        try:
            label = int(roi.name)
        except ValueError:
            raise Differs(f"{entry}: its name {roi.name[:40]!r} is no id") from None
        if label not in self.index:
            raise Differs(f"{entry}: the volume has no label {label}")
        n_outer = self.index.ndim - 2
        if n_outer == 1:
            places = [roi.position]
        else:
            places = [roi.t_position, roi.z_position][:n_outer]
        if self.index.time_axis == 1:
            places.reverse()
        place = tuple(int(k) - 1 for k in places)
        for k, window in zip(place, self.index.bbox(label), strict=False):
            if not window.start <= k < window.stop:
                raise Differs(f"{entry}: label {label} is not in slice {k + 1}")
        return label, place

    def _compare(self, roi: Any, label: int, place: tuple[int, ...], entry: str) -> int:
        *_, rows, columns = self.index.bbox(label)
        shift = [columns.start, rows.start]
        outlines = [
            np.asarray(outline).astype(np.int64) - shift
            for outline in roi.coordinates(multi=True)
        ]
        found = fill(outlines, rows.stop - rows.start, columns.stop - columns.start)
        box = (*(slice(k, k + 1) for k in place), rows, columns)
        truth = self.index.mask(label, box).reshape(found.shape)
        is_other = found != truth
        if is_other.any():
            y, x = np.argwhere(is_other)[0].tolist()
            shown = (*place, y + rows.start, x + columns.start)
            what = "inside" if found[y, x] else "outside"
            raise Differs(f"{entry}: voxel {shown} is {what} its outline")
        return int(np.count_nonzero(found))
