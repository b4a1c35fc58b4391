"""Errors that this package raises: one tree, and each is also a built-in.

::

    LabelIndexError
    ├── UnsupportedLabelsError  (TypeError)    an array that cannot hold labels
    ├── NotIntegerLabelsError   (ValueError)   a float volume with fraction, nan or inf
    ├── UnknownLabelError       (KeyError)     a label that the index does not have
    ├── OverBudgetError         (MemoryError)  more memory asked for than may be used
    ├── Cancelled               (RuntimeError) the caller asked to stop
    ├── UnreadableImageError    (OSError)      a file that is no readable label image
    │   └── IncompleteVolumeError              a cut stack, odd slices, an empty folder
    ├── UnsupportedFormatError  (ValueError)   an ending that names no format of ours
    ├── CorruptIndexError       (ValueError)   a damaged or foreign index file
    ├── UnreadableIndexError    (OSError)      an address that does not give its index
    ├── StaleIndexError         (ValueError)   an index of what has changed since
    ├── QueryError              (ValueError)   a query that has no answer
    │   ├── QuerySyntaxError                   it cannot be understood
    │   ├── UnknownColumnError                 it asks for a column that is not there
    │   └── UnknownSetError                    it asks for a set that is not there
    ├── UnreadableReviewError   (OSError)      a review file that must be left alone
    ├── TaskFailedError         (RuntimeError) a build whose workers died or failed
    └── WriteFailedError        (OSError)      an output that could not be written
"""

from __future__ import annotations

__all__ = [
    "Cancelled",
    "CorruptIndexError",
    "IncompleteVolumeError",
    "LabelIndexError",
    "NotIntegerLabelsError",
    "OverBudgetError",
    "QueryError",
    "QuerySyntaxError",
    "StaleIndexError",
    "TaskFailedError",
    "UnknownColumnError",
    "UnknownLabelError",
    "UnknownSetError",
    "UnreadableImageError",
    "UnreadableIndexError",
    "UnreadableReviewError",
    "UnsupportedFormatError",
    "UnsupportedLabelsError",
    "WriteFailedError",
]


class LabelIndexError(Exception):
    """Root of every error that this package raises on purpose."""


class UnsupportedLabelsError(LabelIndexError, TypeError):
    """The array cannot be a label image: wrong dtype or number of axes."""


class NotIntegerLabelsError(LabelIndexError, ValueError):
    """A float volume holds a value that is not a finite whole number."""


class UnknownLabelError(LabelIndexError, KeyError):
    """The index has no voxels with this label."""

    def __str__(self) -> str:
        # KeyError would show the repr of the message, quotes and all.
        return str(self.args[0]) if self.args else ""


class OverBudgetError(LabelIndexError, MemoryError):
    """The work would need more memory than it may use.

    Parameters
    ----------
    sentence : str
        What needs how much, and what to do.
    need, have : int, optional
        Bytes; None where nobody knows.
    """

    def __init__(
        self, sentence: str, need: int | None = None, have: int | None = None
    ) -> None:
        super().__init__(sentence)
        self.need = need
        self.have = have


class Cancelled(LabelIndexError, RuntimeError):  # noqa: N818 - an outcome, not a fault
    """The caller asked to stop; nothing was changed and no file was left."""


class UnreadableImageError(LabelIndexError, OSError):
    """A file is no label image that can be read, or is damaged."""


class IncompleteVolumeError(UnreadableImageError):
    """A stack is cut short, its slices do not match, or a folder has no slices."""


class UnsupportedFormatError(LabelIndexError, ValueError):
    """The ending of a file name names no format that can be written or read."""


class CorruptIndexError(LabelIndexError, ValueError):
    """An index file is damaged, or is no index file."""


class UnreadableIndexError(LabelIndexError, OSError):
    """An address does not give its index: network, rights, or a missing package."""


class UnreadableReviewError(LabelIndexError, OSError):
    """A review file that a newer version wrote, or that the system does not give."""


class WriteFailedError(LabelIndexError, OSError):
    """An output could not be written; what was there before is untouched."""


class StaleIndexError(LabelIndexError, ValueError):
    """The volume of an index has changed since, or is another one."""


class TaskFailedError(LabelIndexError, RuntimeError):
    """A task of a build failed on its workers; what other tasks did is kept."""


class QueryError(LabelIndexError, ValueError):
    """A query has no answer; the attributes say where in its text the reason is.

    Parameters
    ----------
    sentence : str
        What is wrong.
    position, length : int
        The characters of the query that it is about; at its end, none.
    """

    def __init__(self, sentence: str, position: int = 0, length: int = 0) -> None:
        super().__init__(sentence, position, length)
        self.position = position
        self.length = length

    def __str__(self) -> str:
        return str(self.args[0])


class QuerySyntaxError(QueryError):
    """A query does not follow the grammar, or compares what cannot be compared."""


class UnknownColumnError(QueryError):
    """A query asks for a column that is not there."""


class UnknownSetError(QueryError):
    """A query asks for a set of labels that is not there."""
