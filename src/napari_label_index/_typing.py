"""Array and callback aliases; no runtime logic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

LabelArray: TypeAlias = npt.NDArray[Any]
IntVector: TypeAlias = npt.NDArray[np.integer[Any]]
FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

Box: TypeAlias = tuple[slice, ...]
"""One half-open slice per axis."""

OnProgress: TypeAlias = Callable[[int, int], None]
"""Called as ``on_progress(done, total)``, in the caller's thread."""

Cancel: TypeAlias = Callable[[], bool]
"""Asked now and then; the work stops with `Cancelled` once it returns True."""
