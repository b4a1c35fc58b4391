"""How much memory may be asked for, checked before it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from napari_label_index._available_memory import available_memory, over_budget

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np

__all__ = ["check_budget"]


def check_budget(
    path: Path | str,
    shape: Sequence[int],
    dtype: np.dtype[Any],
    max_bytes: int | None,
) -> None:
    """Refuse a declared size that does not fit; a file of 88 bytes can declare 1 TB.

    Parameters
    ----------
    path : Path or str
        The file, for the message.
    shape, dtype
        What the file says it holds.
    max_bytes : int or None
        The budget; None takes the memory that is available now.
    """
    need = math.prod(shape) * dtype.itemsize
    have = available_memory() if max_bytes is None else max_bytes
    if have is not None and need > have:
        size = " x ".join(map(str, shape))
        raise over_budget(
            f"{path}: to hold {size} voxels of {dtype}",
            need,
            have,
            "close other programs or crop it",
        )
