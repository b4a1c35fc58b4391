"""Intensities of every label, in one image at a time; each image is measured once."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from napari_label_index.session._job import Progress, Report, Work

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, FloatArray
    from napari_label_index.index import LabelIndex

# By the names of scikit-image; it has none for the sum.
INTENSITIES = {
    "intensity_mean": "Mean of {!r} under the label",
    "intensity_min": "Least value of {!r} under the label",
    "intensity_max": "Largest value of {!r} under the label",
    "intensity_sum": "Sum of {!r} under the label",
}
MEASURING = "Measuring {!r}"
NO_IMAGE = "There is no image to measure."


@dataclass(frozen=True, slots=True, eq=False)
class IntensityImage:
    """An image of the shape of the labels."""

    name: str
    voxels: Any  # array-like
    key: int  # another one when the voxels are others


class Intensities:
    """Which image is measured, and what was found in it; at home in a `ColumnStore`."""

    def __init__(self) -> None:
        self.image: IntensityImage | None = None
        self.problem = NO_IMAGE  # why there is no image
        self._found: dict[int, dict[str, FloatArray]] = {}  # by key of the image

    @property
    def columns(self) -> dict[str, FloatArray]:
        """What was found in the image; nothing before it is measured."""
        return {} if self.image is None else self._found.get(self.image.key, {})

    def use(self, image: IntensityImage | None, problem: str = NO_IMAGE) -> None:
        """Take another image, or say why there is none."""
        self.image, self.problem = image, "" if image else problem

    def keep(self, key: int, columns: dict[str, FloatArray]) -> None:
        """Remember what was found in an image."""
        self._found[key] = columns

    def forget(self) -> None:
        """Forget what was found: it belongs to another index."""
        self._found.clear()

    def meaning(self, name: str) -> str:
        """Return what a column says, as a sentence without a stop."""
        image = "an image" if self.image is None else self.image.name
        return INTENSITIES[name].format(image)

    def work(self, index: LabelIndex) -> Work:
        """Work that measures the image."""
        image = self.image
        assert image is not None, "without an image nothing is asked for"
        phase = MEASURING.format(image.name)

        def work(report: Report, cancel: Cancel) -> dict[str, FloatArray]:
            report(Progress(phase))
            began = time.perf_counter()

            def on_progress(done: int, total: int) -> None:
                report(Progress(phase, done, total, time.perf_counter() - began))

            return index.intensities(
                image.voxels, on_progress=on_progress, cancel=cancel
            )

        return work
