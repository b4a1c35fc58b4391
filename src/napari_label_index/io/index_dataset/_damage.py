"""Whatever goes wrong in a file of a dataset is `CorruptIndexError`, and names it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from napari_label_index.errors import CorruptIndexError, LabelIndexError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["reading_dataset"]


@contextlib.contextmanager
def reading_dataset(path: Path) -> Iterator[None]:
    """Turn what is raised in the block into `CorruptIndexError`, with the path."""
    try:
        yield
    except CorruptIndexError as error:
        raise CorruptIndexError(f"{path}: {error}") from error
    except (LabelIndexError, MemoryError):
        raise
    except FileNotFoundError as error:
        raise CorruptIndexError(
            f"{path}: there is no such file; build the index again"
        ) from error
    except Exception as error:  # decoders of damaged files raise anything
        reason = f"{type(error).__name__}: {error}"[:200].rstrip(": \n")
        raise CorruptIndexError(
            f"{path}: no whole file of an index ({reason}); build the index again"
        ) from error
