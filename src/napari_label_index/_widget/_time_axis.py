"""Which axis of a layer is time: napari's axis labels say it, and keep it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.index._label_image import default_axes

if TYPE_CHECKING:
    from napari.layers import Labels

TIME = "t"
_TIME_NAMES = frozenset({"t", "time", "times", "timepoint", "frame", "frames"})


def axes_of(layer: Labels) -> tuple[str, ...]:
    """Return the names of the axes for an index; time is called ``t``.

    Names that a query could not ask for are replaced by those of the library, and so
    are all names where two are the same.
    """
    names = [str(name) for name in layer.axis_labels]
    times = [i for i, name in enumerate(names) if name.lower() in _TIME_NAMES]
    if times:
        names[times[0]] = TIME
    if all(name.isidentifier() for name in names) and len(set(names)) == len(names):
        return tuple(names)
    return _with_time(layer.ndim, times[0]) if times else default_axes(layer.ndim)


def time_axis_of(layer: Labels) -> int | None:
    """Return the axis that is taken for time, if one is."""
    axes = axes_of(layer)
    return axes.index(TIME) if TIME in axes else None


def set_time_axis(layer: Labels, axis: int | None) -> None:
    """Name an axis of a layer as time, or none; other names that were given stay."""
    if axis == time_axis_of(layer):
        return
    names = list(axes_of(layer))
    if tuple(names) == default_axes(layer.ndim) and axis is not None:
        names = list(_with_time(layer.ndim, axis))
    else:
        for i, name in enumerate(names):
            names[i] = f"axis_{i}" if name == TIME else name
        if axis is not None:
            names[axis] = TIME
    layer.axis_labels = tuple(names)


def _with_time(ndim: int, axis: int) -> tuple[str, ...]:
    """Names of the library with time at this axis."""
    rest = [name for name in default_axes(ndim) if name != TIME][1 - ndim :]
    rest.insert(axis, TIME)
    return tuple(name.replace("-", "_") for name in rest)
