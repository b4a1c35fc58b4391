"""Voxels out of a stream of bytes, straight into their array."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import IncompleteVolumeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index._typing import LabelArray
    from napari_label_index.io.images._options import ReadOptions

__all__ = ["fill"]

_PART_BYTES = 1 << 22  # between two looks at whether to stop


def fill(
    data: LabelArray,
    read: Callable[[int], bytes | bytearray],
    options: ReadOptions,
    cut: str,
) -> None:
    """Fill an array with exactly as many bytes as it takes.

    Parameters
    ----------
    data : array in C order
        Filled.
    read : callable
        Returns the next bytes, as many as it is asked for or fewer; none at the end.
    options : ReadOptions
        For progress, in parts of 4 MiB, and cancel.
    cut : str
        How the sentence begins that says that there are too few bytes.

    Raises
    ------
    IncompleteVolumeError
        If there are.
    """
    view = data.reshape(-1).view(np.uint8)

    def read_part(start: int) -> None:
        part = view[start : start + _PART_BYTES].data
        stop = start + len(part)
        while part:
            content = read(len(part))
            if not content:
                raise IncompleteVolumeError(
                    f"{cut} need {view.size} bytes, found {stop - len(part)}; "
                    "copy it again"
                )
            part[: len(content)] = content
            part = part[len(content) :]

    options.step_through(read_part, range(0, view.size, _PART_BYTES))
