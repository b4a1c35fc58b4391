"""Tells of a table that was written beside the export panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.session import Faulted, Finished

if TYPE_CHECKING:
    from napari_label_index._widget.parts._banner import Banner
    from napari_label_index.session import Outcome


def say_written(banner: Banner, outcome: Outcome) -> None:
    """Say which file was written, or why none was."""
    match outcome:
        case Finished(path):
            banner.say(f"Wrote {path.name}.")
            banner.setToolTip(str(path))
        case Faulted(message):
            banner.say(message, "error")
