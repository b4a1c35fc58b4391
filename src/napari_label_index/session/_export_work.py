"""The work of an export, and of reading it again, to be run elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.index import LabelIndex, build_index
from napari_label_index.io import (
    FORMATS,
    check_export,
    check_room,
    export,
    export_size,
    verify_export,
)
from napari_label_index.session._export_request import (
    Exported,
    ExportRequest,
    Verified,
    VerifyRequest,
)
from napari_label_index.session._job import Report, Work, in_phase

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel

EXPORTING, READING, VERIFYING = "Exporting", "Reading the layer", "Verifying"


def export_work(request: ExportRequest) -> Work:
    """Work that writes an export, if there is a place and room for it."""

    def work(report: Report, cancel: Cancel) -> Exported:
        on_progress = in_phase(report, EXPORTING)
        endings = FORMATS[request.what].endings
        check_export(request.path, endings, request.per_label)
        check_room(request.path, request.estimate())
        path = export(
            request.index,
            request.labels,
            request.path,
            request.what,
            query=request.query,
            on_progress=on_progress,
            cancel=cancel,
            **request.options,
        )
        size = export_size(path)
        return Exported(request, path, size.n_files, size.n_bytes, size.manifest)

    return work


def verify_work(request: VerifyRequest) -> Work:
    """Work that reads an export again and compares all of it."""

    def work(report: Report, cancel: Cancel) -> Verified:
        index = request.volume
        if not isinstance(index, LabelIndex):
            on_progress = in_phase(report, READING)
            index = build_index(index, on_progress=on_progress, cancel=cancel)
        on_progress = in_phase(report, VERIFYING)
        found = verify_export(
            request.exported.path, index, on_progress=on_progress, cancel=cancel
        )
        return Verified(request, found)

    return work
