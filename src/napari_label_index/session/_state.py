"""The states that a session can be in; each is a frozen value.

States with an index compare by identity: an index is a Mapping, and comparing two
would read every coordinate of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from napari_label_index.index import LabelIndex


@dataclass(frozen=True, slots=True)
class Empty:
    """No index; `notice` says why, where that is not plain."""

    notice: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """The index agrees with the labels, as far as the layer has told."""

    index: LabelIndex
    seconds: float  # that it took to build it, or to open it
    compared: str = ""  # of one that was opened: what of the volume was compared


@dataclass(frozen=True, slots=True, eq=False)
class Stale:
    """The labels changed since they were indexed; `notice` says how, if not drawn."""

    index: LabelIndex
    seconds: float
    compared: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The last request failed; `message` is a sentence for the user."""

    message: str
    was_opening: bool = False  # a saved index, so that indexing is a way out


@dataclass(frozen=True, slots=True, eq=False)
class Indexing:
    """An index is being built or opened; `before` is what a cancel goes back to."""

    source: str
    before: Empty | Ready | Stale | Failed


SettledState: TypeAlias = Empty | Ready | Stale | Failed
SessionState: TypeAlias = SettledState | Indexing
