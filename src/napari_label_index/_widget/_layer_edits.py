"""Which part of a Labels layer an edit has changed, told from napari's own history.

napari tells of a stroke with its voxels, and of undo and redo not at all: these only
move an entry of the layer's private history from one stack to the other. All that is
known of these private parts is in this file. Where napari hides or changes them, the
answer is that something has changed, and nobody knows where.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from napari.layers import Labels

    from napari_label_index._typing import Box


class UnknownEdit(Exception):  # noqa: N818 - an outcome, not a fault
    """Something has changed, and it cannot be told where."""


class LayerEdits:
    """Follows the history of one layer.

    Parameters
    ----------
    layer
        Its strokes up to now are taken as known.
    """

    def __init__(self, layer: Labels) -> None:
        self._layer = layer
        self._known = _stacks(layer)

    def changed_box(self, strokes: Sequence[Any] = ()) -> Box | None:
        """Return the box of all edits since the last call, or None without any.

        Parameters
        ----------
        strokes
            What napari's `paint` event told, in its own words.

        Raises
        ------
        UnknownEdit
            If napari tells in words that are new to us.
        """
        before, self._known = self._known, _stacks(self._layer)
        shape = self._layer.data.shape
        moved = _moved(before, self._known)
        try:
            atoms = [*strokes, *(atom for entry in moved for atom in entry)]
            return union_of(_box_of(atom, shape) for atom in atoms)
        except (AttributeError, TypeError, ValueError, IndexError) as error:
            raise UnknownEdit(f"napari told of an edit as {error}") from error

    def are_written(self, strokes: Sequence[Any]) -> bool:
        """Whether the layer holds already what a `paint` event tells of.

        At the end of a stroke of the mouse it does. Of a single edit, napari tells
        just before it writes.
        """
        try:
            return _is_written(self._layer.data, strokes[-1])
        except (AttributeError, TypeError, ValueError, IndexError, NotImplementedError):
            return False  # it is soon enough when napari has drawn it

    @property
    def is_in_stroke(self) -> bool:
        """Whether voxels were written that are told of when the stroke ends."""
        return bool(getattr(self._layer, "_staged_history", ()))


Stacks = tuple[list[Any], list[Any]]


def is_painted_on(layer: Labels) -> bool:
    """Whether a stroke can be undone: then the voxels are in no file."""
    undo, _redo = _stacks(layer)
    return bool(undo)


def _stacks(layer: Labels) -> Stacks:
    """Return what can be undone and redone; nothing where napari hides it.

    The entries are kept, not only looked at, so that none is taken for another one
    that has got its place in memory.
    """
    undo = getattr(layer, "_undo_history", ())
    redo = getattr(layer, "_redo_history", ())
    return list(undo), list(redo)


def _moved(before: Stacks, after: Stacks) -> list[Any]:
    """Return the entries that are on a stack on which they were not before.

    What has left both was forgotten, because the history is full or because of a
    stroke after an undo; the voxels did not change by that.
    """
    if all(map(_are_same, before, after)):
        return []
    found = []
    for stack_before, stack in zip(before, after, strict=True):
        known = {_name(entry) for entry in stack_before}
        found += [entry for entry in stack if _name(entry) not in known]
    return found


def _are_same(before: list[Any], after: list[Any]) -> bool:
    return len(before) == len(after) and all(map(operator.is_, before, after))


def _name(entry: Any) -> frozenset[int]:
    """Return what stays the same of an entry when napari moves it: its atoms."""
    return frozenset(map(id, entry))


def _is_written(data: Any, atom: Any) -> bool:
    """Whether the voxels of an atom have the values that it gives them."""
    if hasattr(atom, "slice_key"):
        values, written = np.asarray(data[atom.slice_key]), atom.new_value
        values = values if atom.mask is None else values[atom.mask]
    else:
        places, _old, written = atom
        values = np.asarray(data[places])
    return bool(np.all(values == written))


def _box_of(atom: Any, shape: tuple[int, ...]) -> Box:
    """Return the box of one atom of an edit, of either kind that napari makes."""
    if hasattr(atom, "slice_key"):
        parts = atom.slice_key
    else:
        parts, _old, _new = atom
    if len(parts) != len(shape):
        raise ValueError(f"{len(parts)} axes")
    return tuple(map(_bounds, parts, shape))


def _bounds(part: Any, size: int) -> slice:
    if isinstance(part, slice):
        start, stop, step = part.indices(size)
        if step < 1:
            raise ValueError(f"a step of {step}")
        return slice(start, stop)
    places = np.asarray(part)
    if places.dtype.kind not in "iu":
        raise TypeError(f"{places.dtype} places")
    if not places.size:
        return slice(0, 0)
    low, high = int(places.min()), int(places.max())
    if low < 0:  # counted from the end
        low, high = 0, size - 1
    return slice(low, high + 1)


def union_of(boxes: Iterable[Box]) -> Box | None:
    """Return the smallest box around others; one without voxels counts for nothing."""
    filled = [box for box in boxes if all(part.stop > part.start for part in box)]
    if not filled:
        return None
    return tuple(
        slice(min(part.start for part in parts), max(part.stop for part in parts))
        for parts in zip(*filled, strict=True)
    )
