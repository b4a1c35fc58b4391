"""An array of labels with what is known about its axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError

_AXES = ("t", "c", "z", "y", "x")
_AXES_BY_NDIM = {4: ("t", "z", "y", "x")}


def default_axes(ndim: int) -> tuple[str, ...]:
    """Return the names that axes have when nobody named them."""
    if ndim > len(_AXES):
        return tuple(f"axis-{axis}" for axis in range(ndim))
    return _AXES_BY_NDIM.get(ndim, _AXES[len(_AXES) - ndim :])


@dataclass(frozen=True, eq=False, repr=False)
class LabelImage:
    """An array of labels with axis names, voxel size and source.

    It can stand wherever an array of labels is expected: it has a shape and a dtype,
    can be sliced, and ``np.asarray`` gives its array.

    Parameters
    ----------
    data : array-like
        Integer ids, one per voxel; 0 is background. Any object with ``shape``,
        ``dtype`` and slicing will do.
    axes : tuple of str, optional
        One name per axis, such as ``("z", "y", "x")``, which is the default in 3D.
    spacing : tuple of float, optional
        Size of a voxel along each axis, in `unit`; ones by default.
    origin : tuple of float, optional
        World coordinate of the centre of the first voxel, in `unit`; zeros by default.
    unit : str
        Unit of `spacing` and `origin`; empty if it is not known.
    source : str
        Where the image came from, for reports.
    notes : tuple of str
        What a reader found worth saying, in sentences, such as chunks that are not
        stored.

    Raises
    ------
    UnsupportedLabelsError
        If `axes`, `spacing` or `origin` do not have one entry per axis.
    """

    data: Any
    axes: tuple[str, ...] = ()
    spacing: tuple[float, ...] = ()
    origin: tuple[float, ...] = ()
    unit: str = ""
    source: str = ""
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        data = self.data
        if not (hasattr(data, "shape") and hasattr(data, "dtype")):
            data = np.asarray(data)
        ndim = len(data.shape)
        filled = {
            "data": data,
            "axes": tuple(self.axes) or default_axes(ndim),
            "spacing": tuple(float(size) for size in self.spacing) or (1.0,) * ndim,
            "origin": tuple(float(place) for place in self.origin) or (0.0,) * ndim,
        }
        for name, value in filled.items():
            object.__setattr__(self, name, value)
        for name in ("axes", "spacing", "origin"):
            if len(getattr(self, name)) != ndim:
                raise UnsupportedLabelsError(
                    f"{name} must have one entry for each of the {ndim} axes, "
                    f"got {getattr(self, name)}"
                )

    @classmethod
    def of(cls, array: Any) -> LabelImage:
        """Return `array` as a label image; one that already is one comes back."""
        return array if isinstance(array, cls) else cls(array)

    @property
    def shape(self) -> tuple[int, ...]:
        """Voxels along each axis."""
        return tuple(int(size) for size in self.data.shape)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the ids, as stored."""
        dtype: np.dtype[Any] = np.dtype(self.data.dtype)
        return dtype

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __getitem__(self, key: Any) -> Any:
        return self.data[key]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self.data, dtype=dtype, copy=copy)

    def __repr__(self) -> str:
        axes = "".join(name if len(name) == 1 else f"({name})" for name in self.axes)
        size = " x ".join(f"{size:g}" for size in self.spacing)
        unit = f" {self.unit}" if self.unit else ""
        return f"LabelImage({axes}={self.shape}, {self.dtype}, voxel {size}{unit}" + (
            f", {self.source!r})" if self.source else ")"
        )
