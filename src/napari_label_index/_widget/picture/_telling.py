"""What cannot be read of an index in files is said where it is drawn, not raised.

napari draws in the middle of its own work: an error that comes up there leaves layers
half added, and napari tells of it with a page of code.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from napari_label_index._widget._worker import sentence_of
from napari_label_index.errors import LabelIndexError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Tell = Callable[[str], None]


def say_nothing(_sentence: str) -> None:
    """Who draws without a window has nobody to tell."""


@contextmanager
def telling(tell: Tell) -> Iterator[None]:
    """Call `tell` with a sentence in place of raising what files and servers raise."""
    try:
        yield
    except (LabelIndexError, OSError) as error:
        tell(f"Not shown: {sentence_of(error)}")
