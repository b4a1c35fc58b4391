"""Whatever goes wrong in a file of a dataset is `CorruptIndexError`, and names it."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from napari_label_index.errors import CorruptIndexError, LabelIndexError
from napari_label_index.io._address import Address
from napari_label_index.io._reason import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index.io._address import Location

__all__ = ["reading_dataset"]


@contextlib.contextmanager
def reading_dataset(path: Location) -> Iterator[None]:
    """Turn what is raised in the block into `CorruptIndexError`, with the path."""
    try:
        yield
    except CorruptIndexError as error:
        raise CorruptIndexError(f"{path}: {error}") from error
    except (LabelIndexError, MemoryError):
        raise
    except FileNotFoundError as error:
        raise CorruptIndexError(
            f"{path}: there is no such file; {_advice(path)}"
        ) from error
    except Exception as error:  # decoders of damaged files raise anything
        raise CorruptIndexError(
            f"{path}: no whole file of an index ({reason_of(error)}); {_advice(path)}"
        ) from error


def _advice(path: Location) -> str:
    if isinstance(path, Address):
        return "if it was replaced, open it again, else upload the index again"
    return "build the index again"
