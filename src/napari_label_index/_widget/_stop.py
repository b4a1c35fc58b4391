"""What has to stop when Qt destroys the dock with its window.

Qt calls no method of a widget that it destroys: what stops work is connected to the
signal that tells of it, and touches no widget.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtCore import QTimer

    from napari_label_index._widget._dock_widget import LabelIndexWidget
    from napari_label_index._widget._worker import ThreadSubmit

    Stop = Callable[[], None]


def stop_when_destroyed(dock: LabelIndexWidget, submit: ThreadSubmit) -> None:
    """Cancel what is under way when Qt destroys the dock; nothing starts more."""
    for stop in (submit.cancel_all, *_stops_of(dock)):
        dock.destroyed.connect(partial(_call, stop))


def _stops_of(dock: LabelIndexWidget) -> tuple[Stop, ...]:
    return (
        dock.session.close,
        dock.exporter.close,
        dock.link.close,
        dock.picture.stop,
        dock.inspection.close,
        dock.pause.close,
        dock.modes.modes.close,
        dock.modes.trail.close,
        dock.review.desk.close,
        dock.saved.desk.close,
        dock.colors.converter.close,
        dock.compare.comparer.close,
        dock.compare.second.close,
    )


def _call(stop: Stop, *_destroyed: object) -> None:
    # PyQt6 hands over what is destroyed, PySide6 calls a partial with nothing.
    stop()


def stop_timer(timer: QTimer) -> None:
    """Stop a timer that Qt may have destroyed, as where a script ends at a window."""
    with suppress(RuntimeError):
        timer.stop()
