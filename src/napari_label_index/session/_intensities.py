"""Intensities of every label, in one image at a time; each image is measured once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index import changed_box, labels_changed, measure_changed, union
from napari_label_index.session._job import Report, Work, in_phase

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, FloatArray, LabelArray, OnProgress
    from napari_label_index.index import LabelIndex

# By the names of scikit-image; it has none for the sum.
INTENSITIES = {
    "intensity_mean": "Mean of {!r} under the label",
    "intensity_min": "Least value of {!r} under the label",
    "intensity_max": "Largest value of {!r} under the label",
    "intensity_sum": "Sum of {!r} under the label",
}
MEASURING = "Measuring {!r}"
# Of the box of the labels that an edit changed: some 10 ms in the window's own thread.
MAX_VOXELS_AT_ONCE = 2_000_000
NO_IMAGE = "There is no image to measure."


@dataclass(frozen=True, slots=True, eq=False)
class IntensityImage:
    """An image of the shape of the labels."""

    name: str
    voxels: Any  # array-like
    key: int  # another one when the voxels are others


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """What was found in an image, in the order of the labels that there were then."""

    labels: LabelArray  # (n_labels,)
    columns: dict[str, FloatArray]  # (n_labels,) each
    changed: LabelArray  # labels that edits changed since, sorted


class Intensities:
    """Which image is measured, and what was found in it; at home in a `ColumnStore`.

    After an edit the labels that it changed are measured again, and no others: at
    once where that is a moment's work, and otherwise when it is asked for.
    """

    def __init__(self) -> None:
        self.image: IntensityImage | None = None
        self.problem = NO_IMAGE  # why there is no image
        self._found: dict[int, _Found] = {}  # by key of the image

    @property
    def columns(self) -> dict[str, FloatArray]:
        """What was found in the image; nothing before it is measured."""
        found = None if self.image is None else self._found.get(self.image.key)
        return {} if found is None or found.changed.size else found.columns

    def use(self, image: IntensityImage | None, problem: str = NO_IMAGE) -> None:
        """Take another image, or say why there is none."""
        self.image, self.problem = image, "" if image else problem

    def keep(self, key: int, index: LabelIndex, columns: dict[str, FloatArray]) -> None:
        """Remember what was found in an image."""
        self._found[key] = _Found(index.labels, columns, index.labels[:0])

    def follow(self, before: LabelIndex | None, after: LabelIndex | None) -> None:
        """Take another index; forget what was found, but for what an edit left."""
        changed = None
        if before is not None and after is not None:
            changed = labels_changed(before, after)
        if after is None or changed is None:
            self._found.clear()
            return
        for key, found in self._found.items():
            both = union(found.changed, changed)
            self._found[key] = replace(found, changed=both)
        image = self.image
        if image is not None and self._is_soon_done(image, after):
            columns = _measured(self._found[image.key], image, after)
            self.keep(image.key, after, columns)

    def _is_soon_done(self, image: IntensityImage, index: LabelIndex) -> bool:
        """Whether to measure what changed would not be felt."""
        found = self._found.get(image.key)
        if found is None or not isinstance(image.voxels, np.ndarray):
            return False
        if isinstance(image.voxels, np.memmap):
            return False
        box = changed_box(index, found.changed) or ()
        n_voxels: int = prod(part.stop - part.start for part in box)
        return n_voxels <= MAX_VOXELS_AT_ONCE

    def meaning(self, name: str) -> str:
        """Return what a column says, as a sentence without a stop."""
        image = "an image" if self.image is None else self.image.name
        return INTENSITIES[name].format(image)

    def work(self, index: LabelIndex) -> Work:
        """Work that measures the image."""
        image = self.image
        assert image is not None, "without an image nothing is asked for"
        phase = MEASURING.format(image.name)
        found = self._found.get(image.key)

        def work(report: Report, cancel: Cancel) -> dict[str, FloatArray]:
            return _measured(found, image, index, in_phase(report, phase), cancel)

        return work


def _measured(
    found: _Found | None,
    image: IntensityImage,
    index: LabelIndex,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> dict[str, FloatArray]:
    """Measure an image, or what changed since it was measured."""
    if found is None:
        return index.intensities(image.voxels, on_progress=on_progress, cancel=cancel)
    known = (found.labels, found.columns)
    return measure_changed(
        index, image.voxels, known, found.changed, on_progress, cancel
    )
