"""What an index in a file says about its volume, as JSON checked field by field."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from napari_label_index.errors import CorruptIndexError
from napari_label_index.index._validate import MAX_NDIM
from napari_label_index.io.images._place import Place
from napari_label_index.io.index_file._stamp import SourceStamp

if TYPE_CHECKING:
    from napari_label_index.index import LabelImage, LabelIndex

__all__ = ["VolumeMeta", "check_version", "list_of", "one"]

_PER_AXIS = ("axes", "spacing", "origin")


@dataclass(frozen=True, slots=True)
class VolumeMeta:
    """Shape, type, axes and source of a volume."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    background: int
    axes: tuple[str, ...]
    spacing: tuple[float, ...]
    origin: tuple[float, ...]
    unit: str
    source: str
    stamp: SourceStamp | None

    @classmethod
    def of_image(
        cls,
        image: LabelImage | LabelIndex,
        dtype: np.dtype[Any],
        background: int,
        stamp: SourceStamp | None,
    ) -> VolumeMeta:
        """Return what is to be saved of an image whose ids are of this type."""
        return cls(
            shape=tuple(int(size) for size in image.shape),
            dtype=np.dtype(dtype),
            background=int(background),
            axes=tuple(image.axes),
            spacing=tuple(float(size) for size in image.spacing),
            origin=tuple(float(place) for place in image.origin),
            unit=image.unit,
            # A name says where it came from; a path would tell about somebody's disk.
            source=Place.of(image.source).path.name,
            stamp=stamp,
        )

    @property
    def label_dtype(self) -> np.dtype[Any]:
        """Native integer type of the ids."""
        is_bool = self.dtype.kind == "b"
        return np.dtype(np.uint8) if is_bool else self.dtype.newbyteorder("=")

    def volume_fields(self) -> dict[str, Any]:
        """Return it as keywords for a class with more fields."""
        return {field.name: getattr(self, field.name) for field in fields(VolumeMeta)}

    def to_page(self) -> dict[str, Any]:
        """Return it for JSON."""
        stamp = None if self.stamp is None else asdict(self.stamp)
        return self.volume_fields() | {"dtype": self.dtype.str, "stamp": stamp}

    @classmethod
    def from_page(cls, page: dict[str, Any]) -> Self:
        """Return what a page of JSON says; `ValueError` if it breaks a rule."""
        shape = tuple(list_of(page, "shape", int))
        n_axes = len(shape)
        if not 1 <= n_axes <= MAX_NDIM or min(shape) < 0 or math.prod(shape) >= 2**63:
            raise ValueError(f"its shape is {shape}")
        dtype = np.dtype(one(page, "dtype", str))
        if dtype.kind not in "iub":
            raise ValueError(f"its dtype is {dtype}")
        meta = cls(
            shape=shape,
            dtype=dtype,
            background=one(page, "background", int),
            axes=tuple(list_of(page, "axes", str)),
            spacing=tuple(list_of(page, "spacing", float)),
            origin=tuple(list_of(page, "origin", float)),
            unit=one(page, "unit", str),
            source=one(page, "source", str),
            stamp=SourceStamp.from_json(page["stamp"]),
        )
        if PurePath(meta.source).name != meta.source:
            raise ValueError("its source must be a name, and no path")
        for name in _PER_AXIS:
            if len(getattr(meta, name)) != n_axes:
                raise ValueError(f"its {name} do not have one entry per axis")
        if not all(map(math.isfinite, meta.spacing + meta.origin)):
            raise ValueError("its spacing or origin is not finite")
        return meta


def check_version(page: Any, form: str, newest: int, what: str) -> None:
    """Raise `ValueError` unless a page is of this format, in a version that we know.

    Raises
    ------
    CorruptIndexError
        When a newer version of this package wrote it.
    """
    if not isinstance(page, dict) or page.get("format") != form:
        raise ValueError(f"its metadata is not of {what}")
    version = page.get("version")
    if isinstance(version, int) and version > newest:
        raise CorruptIndexError(
            f"it has format version {version}, and this release reads up to "
            f"{newest}; install a newer release"
        )
    if version != newest:
        raise ValueError(f"its version is {version!r}")


def one(page: dict[str, Any], name: str, kind: type) -> Any:
    """Return a field of exactly this type."""
    # Exact types: True is an int to isinstance, and no size.
    if type(page[name]) is not kind:
        raise ValueError(f"its {name} is no {kind.__name__}")
    return page[name]


def list_of(page: dict[str, Any], name: str, kind: type) -> list[Any]:
    """Return a field that is a list of exactly this type."""
    values = one(page, name, list)
    if any(type(value) is not kind for value in values):
        raise ValueError(f"its {name} must be a list of {kind.__name__}")
    return list(values)
