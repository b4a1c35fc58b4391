"""The work of indexing, or of opening a saved index, to be run elsewhere."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from napari_label_index.errors import Cancelled
from napari_label_index.session._ahead import look_ahead
from napari_label_index.session._job import Progress, Report, Work, in_phase
from napari_label_index.session._row_kind import GROUPING, rows_of_kind

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, OnProgress
    from napari_label_index.index import LabelImage, LabelIndex

PREPARING = "Preparing (the first time this compiles for about 10 s)"
INDEXING = "Indexing"


class Build(Protocol):
    """Makes an index, as `build_index` does."""

    def __call__(
        self, label_image: Any, /, *, on_progress: OnProgress, cancel: Cancel
    ) -> LabelIndex:
        """Return the index of `label_image`, or raise `Cancelled`."""


class OpenSaved(Protocol):
    """Opens a saved index of a label image, and compares the two."""

    def __call__(
        self, label_image: LabelImage, report: Report, cancel: Cancel, /
    ) -> tuple[LabelIndex, str]:
        """Return the index and what was compared; raise if it is of another volume."""


class WarmUp(Protocol):
    """Makes what a build needs ready, as `warm_up` does."""

    def __call__(self, dtype: Any, /) -> None:
        """Compile for `dtype`."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What index work returns."""

    index: LabelIndex
    seconds: float
    compared: str = ""


def index_work(
    label_image: LabelImage, build: Build, prepare: WarmUp, *, by_time: bool = False
) -> Work:
    """Work that compiles what is missing, then indexes; touches nothing but arrays."""

    def work(report: Report, cancel: Cancel) -> Indexed:
        _prepare(label_image, prepare, report, cancel)
        began = time.perf_counter()
        on_progress = in_phase(report, INDEXING)
        index = build(label_image, on_progress=on_progress, cancel=cancel)
        index = _in_rows(index, by_time, report, cancel)
        look_ahead(index)
        return Indexed(index, time.perf_counter() - began)

    return work


def opening_work(
    label_image: LabelImage,
    open_saved: OpenSaved,
    prepare: WarmUp,
    *,
    by_time: bool = False,
) -> Work:
    """As `index_work`, for an index that was saved."""

    def work(report: Report, cancel: Cancel) -> Indexed:
        _prepare(label_image, prepare, report, cancel)
        began = time.perf_counter()
        index, compared = open_saved(label_image, report, cancel)
        index = _in_rows(index, by_time, report, cancel)
        look_ahead(index)
        return Indexed(index, time.perf_counter() - began, compared)

    return work


def _in_rows(
    index: LabelIndex, by_time: bool, report: Report, cancel: Cancel
) -> LabelIndex:
    if not by_time:
        return index  # which has a row for each label
    return rows_of_kind(index, by_time, in_phase(report, GROUPING), cancel)


def _prepare(
    label_image: LabelImage, prepare: WarmUp, report: Report, cancel: Cancel
) -> None:
    report(Progress(PREPARING))
    prepare(label_image.dtype)
    if cancel():
        raise Cancelled("cancelled before the first voxel was read")
