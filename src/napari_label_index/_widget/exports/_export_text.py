"""What the export panel says, as plain functions of values."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from napari_label_index._widget._wording import count, size_text

if TYPE_CHECKING:
    from napari_label_index.session import (
        Exported,
        ExportRequest,
        NotVerified,
        Verified,
    )

_PARTS = {
    "runs": "the runs of {voxels} of {labels}",
    "table": "a table of {labels}",
    "mask": "a mask of {labels}",
    "label_image": "a label image of {labels}",
    "rois": "the outlines of {labels}",
    "meshes": "the surfaces of {labels}",
}
CHANGED = " The labels have changed since: W writes them again."
STALE = " Labels changed since indexing: index again, then W writes them again."
GONE = " The layer is gone; the file has its labels as they were."


def estimate_text(request: ExportRequest) -> str:
    """Say how much an export would write."""
    labels = labels_text(request)
    files = f" in {count(request.n_labels, 'file')}" if request.per_label else ""
    return f"{labels}{files}, about {size_text(request.estimate())}"


def labels_text(request: ExportRequest) -> str:
    """Say how many labels are written, and at how many times where rows are by time."""
    labels = count(request.n_labels, "label")
    if not request.index.is_by_time:
        return labels
    return f"{labels} in {count(request.n_rows, 'row')}"


def written_text(exported: Exported) -> str:
    """Say what was written, and where."""
    request, size = exported.request, size_text(exported.n_bytes)
    parts = _PARTS.get(request.what, "{voxels} of {labels}").format(
        voxels=count(request.n_voxels, "voxel"), labels=labels_text(request)
    )
    name = exported.path.name
    if request.per_label:
        name = f"{count(exported.n_files, 'file')} in the folder {name}"
    return f"Wrote {parts} to {name} ({size})."


def verified_text(verified: Verified, is_current: bool) -> str:
    """Say whether an export is as the labels are.

    `is_current` is whether the labels are still those that were compared.
    """
    report, compared = verified.report, verified.request.compared
    name = report.path.name
    if report.ok:
        of = f"{count(report.n_voxels, 'voxel')} of {count(report.n_labels, 'label')}"
        found = f" agrees with {compared}"
        if report.what == "meshes":  # of which no voxel was compared
            found = f": {report.verdict}"
        text = f"Verified: {name}{found} ({of})."
    elif compared == "the layer" and not is_current:
        return "The labels changed while they were compared. Verify once more."
    else:
        found = "; ".join(map(partial(_without, name), report.differences[:2]))
        text = f"{name} does not agree with {compared}: {found}. Write it again."
    if report.remarks:
        text += f" Not compared: {', '.join(report.remarks)}."
    return text


def _without(name: str, difference: str) -> str:
    """Return a difference without the name of the file and the stop."""
    return difference.removeprefix(f"{name}: ").rstrip(".")


def not_verified_text(state: NotVerified) -> str:
    """Say why an export was not compared to its end."""
    if state.reason:
        return f"Not verified. {state.reason}"
    return "Verifying was stopped. Verify starts it again."


def nothing_text(scope: str, is_other: bool) -> str:
    """Say that there is nothing to write, and what would help."""
    if is_other:
        return f"There are no {scope.lower()}. Choose other labels above."
    return "Nothing is selected. Select labels, or choose all of them above."
