"""Words for counts."""

from __future__ import annotations

__all__ = ["counted"]


def counted(n: int, noun: str) -> str:
    """Return a number with its noun: ``1 label``, ``1,204 labels``."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"
