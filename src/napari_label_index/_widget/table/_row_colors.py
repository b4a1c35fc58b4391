"""What gives the rows of a table their colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from napari_label_index._typing import FloatArray


class RowColors(Protocol):
    """A colour for each row of an index: an array, or what makes them on demand."""

    def __getitem__(self, row: Any, /) -> FloatArray:
        """Return ``(r, g, b, a)``."""
