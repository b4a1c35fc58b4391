"""Back and forward over what was selected, as a browser does over pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray

__all__ = ["SelectionHistory"]


class SelectionHistory:
    """The last selections, each an array of labels.

    Selecting nothing is no step of its own, but going back from there leads to what
    was selected last. What `back` and `forward` return is where the history stands
    already: visiting it again changes nothing.

    Parameters
    ----------
    max_length : int, optional
        How many selections are remembered.
    """

    def __init__(self, max_length: int = 100) -> None:
        self._max_length = max_length
        self._visited: list[LabelArray] = []
        self._place = -1  # in `_visited`
        self._is_away = False  # nothing is selected now

    def __len__(self) -> int:
        return len(self._visited)

    @property
    def can_go_back(self) -> bool:
        """Whether `back` leads anywhere."""
        return self._place > 0 or (self._is_away and len(self._visited) > 0)

    @property
    def can_go_forward(self) -> bool:
        """Whether `forward` leads anywhere."""
        return self._place + 1 < len(self._visited)

    def visit(self, labels: LabelArray) -> None:
        """Remember a selection; what could be gone forward to is forgotten.

        Parameters
        ----------
        labels : (n,) array
            Selected labels, sorted and unique; copied.
        """
        self._is_away = len(labels) == 0
        if self._is_away or self._stands_at(labels):
            return
        visited = labels.copy()
        visited.flags.writeable = False
        kept = [*self._visited[: self._place + 1], visited]
        self._visited = kept[-self._max_length :]
        self._place = len(self._visited) - 1

    def back(self) -> LabelArray | None:
        """Go to the selection before, and return it; None if there is none."""
        if not self.can_go_back:
            return None
        if self._is_away:
            self._is_away = False
        else:
            self._place -= 1
        return self._visited[self._place]

    def forward(self) -> LabelArray | None:
        """Go to the selection after, and return it; None if there is none."""
        if not self.can_go_forward:
            return None
        self._is_away = False
        self._place += 1
        return self._visited[self._place]

    def clear(self) -> None:
        """Forget everything: the labels are of another volume."""
        self._visited = []
        self._place = -1
        self._is_away = False

    def _stands_at(self, labels: LabelArray) -> bool:
        return self._place >= 0 and np.array_equal(self._visited[self._place], labels)
