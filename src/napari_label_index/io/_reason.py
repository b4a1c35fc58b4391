"""What an error of another library says, in one line."""

from __future__ import annotations

__all__ = ["reason_of"]

_MOST = 200  # characters: some go on and on


def reason_of(error: BaseException) -> str:
    """Return the class of an error and what it says, cut where it is long."""
    return f"{type(error).__name__}: {error}"[:_MOST].rstrip(": \n")
