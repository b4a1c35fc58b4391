"""What has to stop when Qt destroys the dock with its window, or Python ends.

Qt calls no method of a widget that it destroys: what stops work is connected to the
signal that tells of it, and touches no widget.

Where a script or a prompt ends with its window open, PyQt destroys the window while it
goes through all objects that it knows. Python that is called then makes new ones, and
PyQt goes on in memory that it has given back. So a dock is destroyed before.
"""

from __future__ import annotations

import atexit
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from weakref import WeakSet

from qtpy.QtCore import QCoreApplication, QEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from qtpy.QtCore import QTimer

    from napari_label_index._widget._dock_widget import LabelIndexWidget
    from napari_label_index._widget._worker import ThreadSubmit

    Stop = Callable[[], None]

_DOCKS: WeakSet[LabelIndexWidget] = WeakSet()


def stop_when_destroyed(dock: LabelIndexWidget, submit: ThreadSubmit) -> None:
    """Cancel what is under way when Qt destroys the dock; nothing starts more."""
    for stop in (submit.cancel_all, *_stops_of(dock)):
        dock.destroyed.connect(partial(_call, stop))
    _DOCKS.add(dock)


@atexit.register
def _destroy_docks() -> None:
    """Destroy the docks that are left; PyQt, imported before, is called after us."""
    # Without an application there is no window, and no widget may be touched.
    docks = list(_DOCKS) if QCoreApplication.instance() is not None else []
    for dock in docks:
        with suppress(RuntimeError):  # Qt has destroyed it already
            dock.setParent(None)  # which closes it
            dock.deleteLater()
            QCoreApplication.sendPostedEvents(dock, QEvent.Type.DeferredDelete)


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
