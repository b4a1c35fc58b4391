"""The kinds of exports in plain words, and which of them a volume cannot have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_label_index.io import FORMATS

if TYPE_CHECKING:
    from napari_label_index.index import LabelIndex

POINTS = "points"
LAYER = "napari layer"

_TITLES = {
    "coords": "Coordinates",
    "runs": "Runs",
    "table": "Table",
    "mask": "Mask",
    "label_image": "Labels TIFF",
    "rois": "ImageJ ROIs",
    "meshes": "Meshes",
}
_MEANINGS = {
    "coords": "Every voxel of every label, one line each",
    "runs": "Stretches of voxels along the last axis: the same in a tenth of the lines",
    "table": "One line per label, with what was measured of it",
    "mask": "An image of 255 inside the labels and 0 outside",
    "label_image": "A label image of these labels alone, every id as it is",
    "rois": "Exact outlines for the ROI Manager of ImageJ, one per label and slice",
    "meshes": "Closed surfaces, one per label",
    POINTS: "Coordinates as a Points layer in this window; no file",
}
_FILES = {
    ".csv": "CSV",
    ".csv.gz": "CSV, compressed",
    ".parquet": "Parquet",
    ".npz": "NPZ (NumPy)",
    ".tif": "TIFF",
    ".zip": "ROI set (ZIP)",
    ".stl": "STL",
    ".ply": "PLY, with labels",
}
_MAX_ROI_SIZE = 2**15 - 1  # ImageJ keeps 16 bits of a coordinate


@dataclass(frozen=True, slots=True)
class ExportKind:
    """What a user may choose to write, or to add."""

    what: str  # as `export` calls it, or `POINTS`
    title: str
    meaning: str
    files: dict[str, str]  # endings, by the words for the type of file
    options: frozenset[str]  # keywords that `export` takes for it

    @property
    def has_file(self) -> bool:
        """Whether something is written, and not shown."""
        return self.what != POINTS

    def reason_against(self, index: LabelIndex) -> str:
        """Say why a volume cannot have this kind; nothing where it can."""
        if not self.has_file:
            return ""
        n_axes = FORMATS[self.what].n_axes
        if index.ndim not in n_axes:
            wanted = " or ".join(map(str, n_axes))
            return f"{self.title} are for {wanted} axes; this volume has {index.ndim}."
        if self.what == "rois" and max(index.shape[-2:]) > _MAX_ROI_SIZE:
            return (
                f"ImageJ has ROIs for up to {_MAX_ROI_SIZE:,} pixels in a row or"
                " column; this volume has more."
            )
        return ""


def _kind_of(what: str) -> ExportKind:
    form = FORMATS[what]
    files = {_FILES[end]: end for end in form.endings if end in _FILES}
    options = frozenset(option.name for option in form.options)
    return ExportKind(what, _TITLES[what], _MEANINGS[what], files, options)


KINDS = (
    *map(_kind_of, _TITLES),
    ExportKind(POINTS, "Points layer", _MEANINGS[POINTS], {LAYER: ""}, frozenset()),
)


def kind_called(title: str) -> ExportKind:
    """Return the kind with this title."""
    return next(kind for kind in KINDS if kind.title == title)
