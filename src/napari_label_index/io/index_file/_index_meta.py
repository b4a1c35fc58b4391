"""What an index file says about the volume, as JSON that is checked field by field."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import CorruptIndexError
from napari_label_index.index import LabelIndex, RunTable
from napari_label_index.index._validate import MAX_NDIM
from napari_label_index.io.images._place import Place
from napari_label_index.io.index_file._group import RunGroup
from napari_label_index.io.index_file._stamp import SourceStamp

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FORMAT_VERSION", "IndexMeta", "meta_from_json", "meta_to_json"]

FORMAT = "napari-label-index"
FORMAT_VERSION = 1

_MAX_BYTES = 1 << 25
_PER_AXIS = ("axes", "spacing", "origin")


@dataclass(frozen=True, slots=True)
class IndexMeta:
    """Everything of an index but its runs, and where these are in the file."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    background: int
    axes: tuple[str, ...]
    spacing: tuple[float, ...]
    origin: tuple[float, ...]
    unit: str
    source: str
    stamp: SourceStamp | None
    n_labels: int
    groups: tuple[RunGroup, ...]

    @classmethod
    def of(
        cls, index: LabelIndex, stamp: SourceStamp | None, groups: Sequence[RunGroup]
    ) -> IndexMeta:
        """Return what is to be saved of an index."""
        return cls(
            shape=tuple(int(size) for size in index.shape),
            dtype=np.dtype(index.dtype),
            background=int(index.background),
            axes=tuple(index.axes),
            spacing=tuple(float(size) for size in index.spacing),
            origin=tuple(float(place) for place in index.origin),
            unit=index.unit,
            # A name says where it came from; a path would tell about somebody's disk.
            source=Place.of(index.source).path.name,
            stamp=stamp,
            n_labels=len(index),
            groups=tuple(groups),
        )

    @property
    def n_runs(self) -> int:
        """Runs in the file."""
        return sum(group.n_runs for group in self.groups)

    @property
    def label_dtype(self) -> np.dtype[Any]:
        """Native integer type of the ids."""
        is_bool = self.dtype.kind == "b"
        return np.dtype(np.uint8) if is_bool else self.dtype.newbyteorder("=")

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
            is_partial=len(runs.labels) < self.n_labels,
        )


def meta_to_json(meta: IndexMeta) -> bytes:
    """Return the page of JSON for an index file."""
    fields = asdict(meta) | {
        "dtype": meta.dtype.str,
        "groups": [group.to_json() for group in meta.groups],
    }
    page = {"format": FORMAT, "version": FORMAT_VERSION, **fields}
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
    _check_version(page)
    shape = tuple(_list_of(page, "shape", int))
    if not 1 <= len(shape) <= MAX_NDIM or min(shape) < 0 or math.prod(shape) >= 2**63:
        raise ValueError(f"its shape is {shape}")
    dtype = np.dtype(_one(page, "dtype", str))
    if dtype.kind not in "iub":
        raise ValueError(f"its dtype is {dtype}")
    meta = IndexMeta(
        shape=shape,
        dtype=dtype,
        background=_one(page, "background", int),
        axes=tuple(_list_of(page, "axes", str)),
        spacing=tuple(_list_of(page, "spacing", float)),
        origin=tuple(_list_of(page, "origin", float)),
        unit=_one(page, "unit", str),
        source=_one(page, "source", str),
        stamp=SourceStamp.from_json(page["stamp"]),
        n_labels=_one(page, "n_labels", int),
        groups=tuple(map(RunGroup.from_json, _one(page, "groups", list))),
    )
    if PurePath(meta.source).name != meta.source:
        raise ValueError("its source must be a name, and no path")
    _check_numbers(meta)
    return meta


def _check_version(page: Any) -> None:
    if not isinstance(page, dict) or page.get("format") != FORMAT:
        raise ValueError("its metadata is not of an index file")
    version = page.get("version")
    if isinstance(version, int) and version > FORMAT_VERSION:
        raise CorruptIndexError(
            f"it has format version {version}, and this release reads up to "
            f"{FORMAT_VERSION}; install a newer release"
        )
    if version != FORMAT_VERSION:
        raise ValueError(f"its version is {version!r}")


def _check_numbers(meta: IndexMeta) -> None:
    for name in _PER_AXIS:
        if len(getattr(meta, name)) != len(meta.shape):
            raise ValueError(f"its {name} do not have one entry per axis")
    if not all(map(math.isfinite, meta.spacing + meta.origin)):
        raise ValueError("its spacing or origin is not finite")
    if not 0 <= meta.n_labels <= meta.n_runs <= math.prod(meta.shape):
        raise ValueError(f"{meta.shape} cannot have {meta.n_runs} runs")


def _one(page: dict[str, Any], name: str, kind: type) -> Any:
    # Exact types: True is an int to isinstance, and no size.
    if type(page[name]) is not kind:
        raise ValueError(f"its {name} is no {kind.__name__}")
    return page[name]


def _list_of(page: dict[str, Any], name: str, kind: type) -> list[Any]:
    values = _one(page, name, list)
    if any(type(value) is not kind for value in values):
        raise ValueError(f"its {name} must be a list of {kind.__name__}")
    return list(values)
