"""Words for counts."""

from __future__ import annotations


def counted(n: int, noun: str) -> str:
    """Return as in "1 label" and "1,204 labels"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"
