"""Libraries of other fields, which come with an extra."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from napari_label_index.errors import UnreadableImageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["library_for"]


def library_for(path: Path, module: str) -> Any:
    """Return a library, or raise `UnreadableImageError` that says how to get it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise UnreadableImageError(
            f"{path}: the library {module} is needed to read it; "
            "pip install 'napari-label-index[formats]'"
        ) from error
