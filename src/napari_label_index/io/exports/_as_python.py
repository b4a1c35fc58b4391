"""The Python text that does the same export again."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index import LabelImage
from napari_label_index.io.exports._coords_file import export_coords
from napari_label_index.io.exports._formats import FORMATS
from napari_label_index.io.exports._table_file import export_table

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable

    from napari_label_index.index import LabelIndex

__all__ = ["as_python_call"]

_LINE = 88
_OTHER = "not what was exported"

# Given by a window or a terminal, and nothing that a script needs.
_NOT_SHOWN = ("on_progress", "cancel")


def as_python_call(
    labels: Iterable[int] | None,
    path: str | os.PathLike[str],
    what: str = "coords",
    *,
    source: str = "",
    query: str = "",
    like: LabelIndex | None = None,
    **options: Any,
) -> str:
    """Return the lines of Python that do an export again.

    Parameters
    ----------
    labels, path, what, **options
        What `export` is given. An image of intensities appears as the name ``image``,
        and the columns that were measured in it are measured again.
    source : str
        The file of the volume, if there is one; else the lines begin with an array
        called ``label_image``.
    query : str
        A query that gives these labels: it is shown in place of their ids.
    like : LabelIndex, optional
        The index that was exported: the volume gets its axes, voxel size and place,
        and a file that holds other labels is noticed.

    Returns
    -------
    str
        Lines that run as they are, where the volume has a file.
    """
    volume = f"nli.read_label_image({source!r})" if source else "label_image"
    lines = ["import napari_label_index as nli", ""]
    if like is not None and (source or _is_placed(like)):
        volume = f"{volume}.data" if source else volume
        lines.append(_line("volume = nli.LabelImage", [volume, *_place(like)]))
        volume = "volume"
    by_time = ".by_time()" if like is not None and like.is_by_time else ""
    lines.append(f"index = nli.build_index({volume}){by_time}")
    if like is not None and source:
        lines.append(f"assert index.n_voxels == {like.n_voxels}, {_OTHER!r}")
    chosen = "None"
    if query:
        lines.append(f"labels = index.select({query!r})")
        chosen, options = "labels", {**options, "query": query}
    elif labels is not None:
        if like is not None and like.times is not None:
            lines.append(f"# label * {like.times.n_times} + time, of each row")
        lines.append(f"labels = {_ids([int(label) for label in labels])}")
        chosen = "labels"
    lines.append(_call(chosen, repr(str(Path(path))), what, options))
    return "\n".join(lines) + "\n"


def _call(labels: str, path: str, what: str, options: dict[str, Any]) -> str:
    function: Callable[..., Path]
    if what == "coords":
        name, function = "export_coords", export_coords
        arguments = ["index", labels, path]
    elif what == "table":
        name, function = "export_table", export_table
        arguments = ["index", path, labels]
    else:
        name, function = "export", FORMATS[what].write
        arguments = ["index", labels, path, repr(what)]
    known = inspect.signature(function).parameters
    for key, value in options.items():
        if key not in known:
            raise ValueError(f"an export of {what} has no option {key}")
        if key not in _NOT_SHOWN and not _is_default(value, known[key].default):
            arguments.append(f"{key}={_shown(key, value)}")
    return _line(f"nli.{name}", arguments)


def _line(function: str, arguments: list[str]) -> str:
    """Return a call, on several lines if it is too long for one."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _LINE:
        return line
    return "\n".join([f"{function}(", *(f"    {each}," for each in arguments), ")"])


def _is_placed(index: LabelIndex) -> bool:
    plain = LabelImage(np.empty((0,) * index.ndim))
    names = ("axes", "spacing", "origin", "unit")
    return any(getattr(index, name) != getattr(plain, name) for name in names)


def _place(index: LabelIndex) -> list[str]:
    values = {
        "axes": tuple(index.axes),
        "spacing": tuple(map(float, index.spacing)),
        "origin": tuple(map(float, index.origin)),
        "unit": index.unit,
    }
    return [f"{name}={value!r}" for name, value in values.items()]


def _is_default(value: Any, default: Any) -> bool:
    return value is default or (isinstance(value, (bool, str)) and value == default)


def _shown(key: str, value: Any) -> str:
    if key == "intensity":
        return "image"
    if key == "measured":
        return "index.intensities(image)"
    if isinstance(value, (str, bool)):
        return repr(value)
    return repr(_plain(value))


def _plain(value: Any) -> Any:
    """Return numbers and names as Python has them, not as NumPy has."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(part) for part in value)
    return value


def _ids(labels: list[int]) -> str:
    """Return a list of ids as Python text; long rows of them as ranges."""
    parts: list[str] = []
    place = 0
    while place < len(labels):
        stop = place + 1
        while stop < len(labels) and labels[stop] == labels[stop - 1] + 1:
            stop += 1
        if stop - place > 2:
            parts.append(f"*range({labels[place]}, {labels[stop - 1] + 1})")
        else:
            parts += map(str, labels[place:stop])
        place = stop
    return f"[{', '.join(parts)}]"
