"""State of the inspector without Qt: index, selection, exports; keyed by label."""

from __future__ import annotations

from napari_label_index.session._exporter import (
    Exported,
    Exporter,
    ExportFailed,
    Exporting,
    ExportRequest,
    ExportState,
    Idle,
)
from napari_label_index.session._job import (
    Faulted,
    Finished,
    Job,
    Outcome,
    Progress,
    Stopped,
    Submit,
    Work,
)
from napari_label_index.session._selection import LabelSelection
from napari_label_index.session._session import IndexSession
from napari_label_index.session._state import (
    Empty,
    Failed,
    Indexing,
    Ready,
    SessionState,
    Stale,
)

__all__ = [
    "Empty",
    "ExportFailed",
    "ExportRequest",
    "ExportState",
    "Exported",
    "Exporter",
    "Exporting",
    "Failed",
    "Faulted",
    "Finished",
    "Idle",
    "IndexSession",
    "Indexing",
    "Job",
    "LabelSelection",
    "Outcome",
    "Progress",
    "Ready",
    "SessionState",
    "Stale",
    "Stopped",
    "Submit",
    "Work",
]
