"""State of the inspector without Qt: index, selection, exports; keyed by label."""

from __future__ import annotations

from napari_label_index.index import OTHER_ID, VERDICTS, ComparedRows, Verdict
from napari_label_index.session._ahead import PLACES, longest_sides
from napari_label_index.session._chips import Chip, ChipCounts, tiny_below
from napari_label_index.session._color_converter import ColorConverter
from napari_label_index.session._color_scale import N_LEVELS, NO_VALUE, ColorScale
from napari_label_index.session._color_states import (
    BLACK,
    ColorRequest,
    ColorsFailed,
    ColorsFound,
    ColorState,
    CountingColors,
    MakingLabels,
    NoColors,
)
from napari_label_index.session._column_store import ColumnStore
from napari_label_index.session._comparer import (
    Compared,
    CompareFailed,
    Comparer,
    ComparerState,
    Comparing,
    NotCompared,
)
from napari_label_index.session._detail import DetailFinder, LabelDetail, Neighbours
from napari_label_index.session._display import (
    Dim,
    Display,
    Scene,
    can_replace_layer,
    resolve,
)
from napari_label_index.session._display_modes import DisplayModes
from napari_label_index.session._export_request import (
    Exported,
    ExportRequest,
    Verified,
    VerifyRequest,
)
from napari_label_index.session._exporter import (
    Exporter,
    ExportFailed,
    Exporting,
    ExportState,
    Idle,
    NotVerified,
    Verifying,
)
from napari_label_index.session._filter import (
    Filtered,
    FilterState,
    LabelFilter,
    Waiting,
    Wrong,
)
from napari_label_index.session._former_columns import Former
from napari_label_index.session._frequent_colors import FrequentColor
from napari_label_index.session._history import SelectionHistory
from napari_label_index.session._index_desk import IndexDesk, VolumeSource
from napari_label_index.session._inspection import Inspection
from napari_label_index.session._intensities import INTENSITIES, IntensityImage
from napari_label_index.session._job import (
    Faulted,
    Finished,
    Job,
    Outcome,
    Progress,
    Report,
    Stopped,
    Submit,
    Work,
    ignore,
)
from napari_label_index.session._label_sets import LabelSets
from napari_label_index.session._labels_like import labels_like
from napari_label_index.session._latest_job import LatestJob
from napari_label_index.session._query_text import (
    query_reads,
    range_in,
    with_range,
    without_range,
)
from napari_label_index.session._review import Review, ReviewProgress
from napari_label_index.session._review_desk import ReviewDesk, ReviewPlace
from napari_label_index.session._review_notice import ReviewNotice
from napari_label_index.session._saved_index import (
    ALL_VOXELS,
    STILL_COMPARING,
    SavedIndex,
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
from napari_label_index.session._trail import SelectionTrail

__all__ = [
    "ALL_VOXELS",
    "BLACK",
    "INTENSITIES",
    "NO_VALUE",
    "N_LEVELS",
    "OTHER_ID",
    "PLACES",
    "STILL_COMPARING",
    "VERDICTS",
    "Chip",
    "ChipCounts",
    "ColorConverter",
    "ColorRequest",
    "ColorScale",
    "ColorState",
    "ColorsFailed",
    "ColorsFound",
    "ColumnStore",
    "CompareFailed",
    "Compared",
    "ComparedRows",
    "Comparer",
    "ComparerState",
    "Comparing",
    "CountingColors",
    "DetailFinder",
    "Dim",
    "Display",
    "DisplayModes",
    "Empty",
    "ExportFailed",
    "ExportRequest",
    "ExportState",
    "Exported",
    "Exporter",
    "Exporting",
    "Failed",
    "Faulted",
    "FilterState",
    "Filtered",
    "Finished",
    "Former",
    "FrequentColor",
    "Idle",
    "IndexDesk",
    "IndexSession",
    "Indexing",
    "Inspection",
    "IntensityImage",
    "Job",
    "LabelDetail",
    "LabelFilter",
    "LabelSelection",
    "LabelSets",
    "LatestJob",
    "MakingLabels",
    "Neighbours",
    "NoColors",
    "NotCompared",
    "NotVerified",
    "Outcome",
    "Progress",
    "Ready",
    "Report",
    "Review",
    "ReviewDesk",
    "ReviewNotice",
    "ReviewPlace",
    "ReviewProgress",
    "SavedIndex",
    "Scene",
    "SelectionHistory",
    "SelectionTrail",
    "SessionState",
    "Stale",
    "Stopped",
    "Submit",
    "Verdict",
    "Verified",
    "VerifyRequest",
    "Verifying",
    "VolumeSource",
    "Waiting",
    "Work",
    "Wrong",
    "can_replace_layer",
    "ignore",
    "labels_like",
    "longest_sides",
    "query_reads",
    "range_in",
    "resolve",
    "tiny_below",
    "with_range",
    "without_range",
]
