"""Errors of other libraries, told as ours."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from napari_label_index.errors import (
    LabelIndexError,
    OverBudgetError,
    UnreadableImageError,
)
from napari_label_index.io._address import is_url
from napari_label_index.io._reason import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["reading"]

_PERMISSIONS = "change its permissions or copy it"


@contextlib.contextmanager
def reading(
    path: Path | str, advice: str = "copy it again, or save it anew as TIFF or PNG"
) -> Iterator[None]:
    """Turn whatever a decoder raises in the block into `UnreadableImageError`.

    Decoders raise what they like: seven malformed TIFFs gave exceptions of four
    unrelated classes (TiffFileError, Jpeg8Error, NotImplementedError,
    ZeroDivisionError), so here, and only here, every one is caught.
    """
    try:
        yield
    except LabelIndexError:
        raise
    except MemoryError as error:
        raise OverBudgetError(
            f"{path}: not enough memory to read it; close other programs or crop it"
        ) from error
    except FileNotFoundError as error:
        raise UnreadableImageError(
            f"{path}: there is no such file or folder; check the name"
        ) from error
    except PermissionError as error:
        what = f"check your keys and rights ({error})" if is_url(path) else _PERMISSIONS
        raise UnreadableImageError(f"{path}: you may not read it; {what}") from error
    except Exception as error:
        raise UnreadableImageError(
            f"{path}: cannot be read ({reason_of(error)}); {advice}"
        ) from error
