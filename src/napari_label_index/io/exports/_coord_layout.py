"""Which coordinates an export writes: their order, names, units and type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from napari_label_index.index._expand import coord_dtype
from napari_label_index.io.exports._world import WorldMap, world_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_label_index.index import LabelIndex

__all__ = ["CoordLayout", "coord_layout"]


@dataclass(frozen=True, slots=True, eq=False)
class CoordLayout:
    """From voxels (n, ndim) in the order of the volume to columns of a file."""

    places: tuple[int, ...]  # the axis of the volume that each column shows
    names: tuple[str, ...]  # of the columns
    to_world: WorldMap | None  # None: whole voxels
    dtype: np.dtype[Any]

    def __call__(self, voxels: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return (n, ndim) coordinates as they are to be written."""
        coords = voxels if self.to_world is None else self.to_world(voxels)
        if self.places == tuple(range(len(self.places))):
            return coords
        return coords[:, list(self.places)]

    @property
    def rising(self) -> str | None:
        """The column of the last axis, where neighbours follow each other."""
        if self.to_world is not None:
            return None
        return self.names[self.places.index(len(self.places) - 1)]

    def to_json(self, index: LabelIndex) -> dict[str, Any]:
        """Return what the manifest says of it."""
        return {
            "order": [index.axes[place] for place in self.places],
            "names": list(self.names),
            "units": "voxel" if self.to_world is None else index.unit or "world",
            "dtype": str(self.dtype),
            "matrix": None if self.to_world is None else self.to_world.matrix.tolist(),
            "offset": None if self.to_world is None else self.to_world.offset.tolist(),
        }

    @classmethod
    def from_json(cls, page: dict[str, Any], index: LabelIndex) -> CoordLayout:
        """Return what a manifest says, for a volume with the axes of `index`.

        Raises
        ------
        ValueError, KeyError, TypeError
            When it does not fit them.
        """
        places = _places(index, page["order"])
        if page["matrix"] is None:
            return cls(places, tuple(page["names"]), None, coord_dtype(index.shape))
        affine = np.eye(index.ndim + 1)
        affine[:-1, :-1], affine[:-1, -1] = page["matrix"], page["offset"]
        to_world = world_map(index, None, None, affine)
        return cls(places, tuple(page["names"]), to_world, np.dtype(np.float64))


def coord_layout(
    index: LabelIndex,
    order: str | Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    to_world: WorldMap | None = None,
    reserved: Sequence[str] = ("label",),
) -> CoordLayout:
    """Return the layout that the arguments of an export ask for.

    Parameters
    ----------
    index : LabelIndex
        Its axes.
    order : str or sequence of str, optional
        All axes by name, such as ``"xyz"``; that of the volume by default.
    names : sequence of str, optional
        What to call the columns, in that order; the names of the axes by default.
    to_world : WorldMap, optional
        World units.
    reserved : sequence of str
        Names of other columns of the file.

    Raises
    ------
    ValueError
        When `order` or `names` do not fit the axes.
    """
    places = _places(index, order)
    if names is None:
        names = [index.axes[place] for place in places]
    called = tuple(str(name) for name in names)
    others = set(called) - set(reserved)
    if len(called) != index.ndim or len(others) != index.ndim:
        raise ValueError(
            f"axis names must be {index.ndim} different ones, and none of "
            f"{', '.join(reserved)}; got {', '.join(called)}"
        )
    for name, place in zip(called, places, strict=True):
        if name in index.axes and name != index.axes[place]:
            raise ValueError(
                f"axis names are those of the columns as written: the column of "
                f"{index.axes[place]} cannot be called {name}, which is another axis"
            )
    dtype = coord_dtype(index.shape) if to_world is None else np.dtype(np.float64)
    return CoordLayout(places, called, to_world, dtype)


def _places(index: LabelIndex, order: str | Sequence[str] | None) -> tuple[int, ...]:
    if order is None:
        return tuple(range(index.ndim))
    wanted = list(order)
    if sorted(wanted) != sorted(index.axes):
        raise ValueError(
            f"order must name each of the axes {', '.join(index.axes)} once, "
            f"got {', '.join(wanted) or 'none'}"
        )
    return tuple(index.axes.index(name) for name in wanted)
