"""What an index file says about the volume, as JSON that is checked field by field."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

import numpy as np

from napari_label_index.errors import CorruptIndexError
from napari_label_index.index import LabelIndex, RunTable

__all__ = ["FORMAT_VERSION", "IndexMeta", "meta_from_json", "meta_to_json"]

FORMAT = "napari-label-index"
FORMAT_VERSION = 1

_MAX_NDIM = 5


@dataclass(frozen=True, slots=True)
class IndexMeta:
    """Everything of an index but its runs."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    background: int
    axes: tuple[str, ...]
    spacing: tuple[float, ...]
    origin: tuple[float, ...]
    unit: str
    source: str

    @classmethod
    def of(cls, index: LabelIndex) -> IndexMeta:
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
            source=PurePath(index.source).name,
        )

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
        )


def meta_to_json(meta: IndexMeta) -> bytes:
    """Return the page of JSON for an index file."""
    fields = asdict(meta) | {"dtype": meta.dtype.str}
    page = {"format": FORMAT, "version": FORMAT_VERSION, **fields}
    return json.dumps(page, indent=1).encode()


def meta_from_json(text: bytes) -> IndexMeta:
    """Return what a page of JSON says; `ValueError` if it breaks a rule.

    Raises
    ------
    CorruptIndexError
        When a newer version of this package wrote it.
    """
    page = json.loads(text)
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
    shape = tuple(_list_of(page, "shape", int))
    if not 1 <= len(shape) <= _MAX_NDIM or min(shape) < 0:
        raise ValueError(f"its shape is {shape}")
    dtype = np.dtype(str(page["dtype"]))
    if dtype.kind not in "iub":
        raise ValueError(f"its dtype is {dtype}")
    meta = IndexMeta(
        shape,
        dtype,
        _one(page, "background", int),
        tuple(_list_of(page, "axes", str)),
        tuple(_list_of(page, "spacing", float)),
        tuple(_list_of(page, "origin", float)),
        _one(page, "unit", str),
        _one(page, "source", str),
    )
    for name in ("axes", "spacing", "origin"):
        if len(getattr(meta, name)) != len(shape):
            raise ValueError(f"its {name} do not have one entry per axis")
    if not all(map(math.isfinite, meta.spacing + meta.origin)):
        raise ValueError("its spacing or origin is not finite")
    return meta


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
