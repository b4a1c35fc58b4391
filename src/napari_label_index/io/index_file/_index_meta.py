"""What an index file says about the volume and its row groups, as JSON."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from napari_label_index.index import LabelIndex, RunTable
from napari_label_index.io.index_file._group import RunGroup
from napari_label_index.io.index_file._volume_meta import (
    VolumeMeta,
    check_version,
    list_of,
    one,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_label_index.io.index_file._stamp import SourceStamp

__all__ = ["FORMAT_VERSION", "IndexMeta", "meta_from_json", "meta_to_json"]

FORMAT = "napari-label-index"
FORMAT_VERSION = 1

_MAX_BYTES = 1 << 25


@dataclass(frozen=True, slots=True)
class IndexMeta(VolumeMeta):
    """Everything of an index but its runs, and where these are in the file."""

    n_labels: int = 0
    groups: tuple[RunGroup, ...] = ()
    part: tuple[int, int] | None = None
    """Which of how many parts of an index the file has; None: it has all of it."""

    @classmethod
    def of(
        cls, index: LabelIndex, stamp: SourceStamp | None, groups: Sequence[RunGroup]
    ) -> Self:
        """Return what is to be saved of an index."""
        volume = VolumeMeta.of_image(index, index.dtype, index.background, stamp)
        return cls.of_volume(volume, len(index), groups)

    @classmethod
    def of_volume(
        cls,
        volume: VolumeMeta,
        n_labels: int,
        groups: Sequence[RunGroup],
        part: tuple[int, int] | None = None,
    ) -> Self:
        """Return the same for runs of a volume."""
        return cls(
            **volume.volume_fields(),
            n_labels=n_labels,
            groups=tuple(groups),
            part=part,
        )

    @property
    def n_missing_chunks(self) -> int:
        """Chunks of the volume that were not stored: whoever read it has told."""
        return 0

    @property
    def n_runs(self) -> int:
        """Runs in the file."""
        return sum(group.n_runs for group in self.groups)

    def index_of(self, runs: RunTable) -> LabelIndex:
        """Return the index with these runs."""
        return LabelIndex(
            runs,
            self.shape,
            self.dtype,
            self.background,
            self.axes,
            self.spacing,
            self.origin,
            self.unit,
            self.source,
            is_partial=self.part is not None or len(runs.labels) < self.n_labels,
        )


def meta_to_json(meta: IndexMeta) -> bytes:
    """Return the page of JSON for an index file."""
    page = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        **meta.to_page(),
        "n_labels": meta.n_labels,
        "groups": [group.to_json() for group in meta.groups],
    }
    if meta.part is not None:
        page["part"] = meta.part
    return json.dumps(page, separators=(",", ":")).encode()


def meta_from_json(text: bytes) -> IndexMeta:
    """Return what a page of JSON says; `ValueError` if it breaks a rule.

    Raises
    ------
    CorruptIndexError
        When a newer version of this package wrote it.
    """
    if len(text) > _MAX_BYTES:
        raise ValueError(f"its metadata has {len(text)} bytes, at most {_MAX_BYTES}")
    page = json.loads(text)
    check_version(page, FORMAT, FORMAT_VERSION, "an index file")
    groups = [RunGroup.from_json(group) for group in one(page, "groups", list)]
    meta = IndexMeta.of_volume(
        VolumeMeta.from_page(page), one(page, "n_labels", int), groups, _part_of(page)
    )
    if not 0 <= meta.n_labels <= meta.n_runs <= math.prod(meta.shape):
        raise ValueError(f"{meta.shape} cannot have {meta.n_runs} runs")
    return meta


def _part_of(page: dict[str, Any]) -> tuple[int, int] | None:
    if "part" not in page:
        return None
    number, n_parts = list_of(page, "part", int)
    if not 0 <= number < n_parts:
        raise ValueError(f"it is part {number} of {n_parts}")
    return number, n_parts
