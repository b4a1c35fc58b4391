"""Only a whole index is a copy of its volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.errors import WriteFailedError

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index.index import LabelIndex

__all__ = ["check_whole"]


def check_whole(path: Path, index: LabelIndex) -> None:
    """Refuse to write an index of some labels as if these were all.

    Raises
    ------
    WriteFailedError
        When the index was opened for some labels.
    """
    if index.is_partial:
        raise WriteFailedError(
            f"{path} was not written: the index was opened for some labels "
            f"({len(index):,}) and the volume has more; open all of it first"
        )
