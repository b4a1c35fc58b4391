"""A run table that is put together in one piece only when somebody asks for that."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from napari_label_index.index._runs import RunTable

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector


class LateRuns(RunTable):
    """A run table of which `labels` and `offsets` are at hand, and runs are not.

    Who asks for some labels is served without the others; who asks for `starts` or
    `lengths` gets those of all labels.
    """

    __slots__ = ()

    @abstractmethod
    def whole(self) -> RunTable:
        """Put the table together, once; any thread may ask."""

    @property
    def starts(self) -> IntVector:
        """The starts of all runs, put together when first asked for."""
        return self.whole().starts

    @property
    def lengths(self) -> IntVector:
        """The lengths of all runs, put together when first asked for."""
        return self.whole().lengths

    @property
    def n_runs(self) -> int:
        """Number of runs of all labels."""
        return int(self.offsets[-1])
