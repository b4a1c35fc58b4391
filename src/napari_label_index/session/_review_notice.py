"""What the user should be told about a review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class ReviewNotice:
    """What the user should be told; "" for nothing."""

    text: str = ""
    kind: Literal["info", "warning", "error"] = "info"
    asks: bool = False  # whether to use the marks of another volume
