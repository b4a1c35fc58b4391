"""What has to stop when Qt destroys the dock with its window, as plain functions.

Qt calls no method of a widget that it destroys.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtpy.QtCore import QTimer

    from napari_label_index._widget._layer_link import LayerLink
    from napari_label_index._widget._worker import ThreadSubmit
    from napari_label_index._widget.picture._picture_link import PictureLink
    from napari_label_index.session import Exporter, IndexSession, Inspection


def stop_work(
    submit: ThreadSubmit,
    session: IndexSession,
    exporter: Exporter,
    link: LayerLink,
    picture: PictureLink,
    _destroyed: object = None,
) -> None:
    """Cancel what is under way and let nothing in that could start more."""
    submit.cancel_all()
    session.close()
    exporter.close()
    link.close()
    picture.stop()


def stop_inspection(inspection: Inspection, _destroyed: object = None) -> None:
    """As `stop_work`, for what is computed beside the index."""
    inspection.close()


def stop_timer(timer: QTimer) -> None:
    """Stop a timer that Qt may have destroyed, as where a script ends at a window."""
    with suppress(RuntimeError):
        timer.stop()
