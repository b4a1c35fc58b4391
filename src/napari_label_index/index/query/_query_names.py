"""Names in a query -> keys of columns: aliases, axes, upper case, the closest names."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from napari_label_index.errors import UnknownColumnError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

ALIASES = {
    "voxels": "num_pixels",
    "parts": "n_components",
    "comp": "n_components",
    "border": "touches_border",
}


TRACK_COLUMNS = ("t_first", "t_last", "n_times", "n_missing_times")


@dataclass(frozen=True, slots=True)
class Name:
    """A column as it is written in a query; where it stands does not count as equal."""

    text: str
    position: int = field(default=0, compare=False)

    @property
    def length(self) -> int:
        """Characters that it takes in the query."""
        return len(self.text)


def key_of(name: Name, known: Collection[str], axes: Sequence[str]) -> str:
    """Return the key of the column that a name means.

    A column of that very name goes before an axis (its centroid), an axis before an
    alias, and all of them before names that differ in upper and lower case.

    Raises
    ------
    UnknownColumnError
        If it means none; the closest names are told.
    """
    if name.text in known:
        return name.text
    others = _other_names(known, axes)
    key = others.get(name.text, others.get(name.text.lower()))
    if key is not None:
        return key
    folded = {other.lower(): other for other in known}
    if name.text.lower() in folded:
        return folded[name.text.lower()]
    if name.text.lower() in TRACK_COLUMNS and "t" in known:
        hint = ": rows are labels at a time, and it is of a label over time"
    else:
        hint = _hint(name, [*others, *known])
    sentence = f"there is no column {name.text[:60]!r}{hint}"
    raise UnknownColumnError(sentence, name.position, name.length)


def _other_names(known: Collection[str], axes: Sequence[str]) -> dict[str, str]:
    """Return what else may be written, and the key of the column that it means."""
    means = {alias: key for alias, key in ALIASES.items() if key in known}
    for place, axis in enumerate(axes):
        if f"centroid-{place}" in known:
            means[axis] = means[axis.lower()] = f"centroid-{place}"
    return means


def _hint(name: Name, names: list[str]) -> str:
    # An ending cut off keeps a hostile name of 1,000 characters as cheap as any.
    close = get_close_matches(name.text[:60].lower(), names, n=3, cutoff=0.6)
    if not close:
        return ""
    *first, last = map(repr, sorted(close, key=names.index))
    return f"; did you mean {', '.join(first)}{' or ' if first else ''}{last}?"
