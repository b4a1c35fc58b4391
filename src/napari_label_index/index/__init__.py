"""The index of a volume, and what is computed from it: no Qt, no napari, no files."""

from __future__ import annotations

from napari_label_index.index._among import among
from napari_label_index.index._build import build_index, warm_up
from napari_label_index.index._columns import compute_columns
from napari_label_index.index._compared_rows import (
    OTHER_ID,
    VERDICTS,
    ComparedRows,
    Verdict,
)
from napari_label_index.index._edit_plans import (
    EditPlan,
    plan_delete,
    plan_keep_largest,
    plan_merge,
    plan_split,
)
from napari_label_index.index._intensity import changed_box, measure_changed
from napari_label_index.index._intensity_doubt import (
    LIKE_AN_IMAGE,
    looks_like_intensities,
)
from napari_label_index.index._label_image import LabelImage
from napari_label_index.index._label_index import LabelIndex
from napari_label_index.index._line_of_sight import labels_on_line
from napari_label_index.index._lineage import labels_changed
from napari_label_index.index._lookup import no_such_label
from napari_label_index.index._relabel import relabeled_image, relabeled_in_order
from napari_label_index.index._runs import RunTable
from napari_label_index.index._sorted_sets import (
    difference,
    distinct,
    intersection,
    union,
    unshared,
)
from napari_label_index.index._split_labels import split_labels
from napari_label_index.index.query._query import Query, parse_query, select_labels
from napari_label_index.index.query._query_words import CodedWords

__all__ = [
    "LIKE_AN_IMAGE",
    "OTHER_ID",
    "VERDICTS",
    "CodedWords",
    "ComparedRows",
    "EditPlan",
    "LabelImage",
    "LabelIndex",
    "Query",
    "RunTable",
    "Verdict",
    "among",
    "build_index",
    "changed_box",
    "compute_columns",
    "difference",
    "distinct",
    "intersection",
    "labels_changed",
    "labels_on_line",
    "looks_like_intensities",
    "measure_changed",
    "no_such_label",
    "parse_query",
    "plan_delete",
    "plan_keep_largest",
    "plan_merge",
    "plan_split",
    "relabeled_image",
    "relabeled_in_order",
    "select_labels",
    "split_labels",
    "union",
    "unshared",
    "warm_up",
]
