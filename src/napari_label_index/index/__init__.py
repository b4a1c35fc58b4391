"""The index of a volume, and what is computed from it: no Qt, no napari, no files."""

from __future__ import annotations

from napari_label_index.index._among import among
from napari_label_index.index._build import build_index, warm_up
from napari_label_index.index._label_image import LabelImage
from napari_label_index.index._label_index import LabelIndex
from napari_label_index.index._relabel import relabeled_image
from napari_label_index.index._runs import RunTable
from napari_label_index.index._split_labels import split_labels
from napari_label_index.index.query._query import Query, parse_query, select_labels

__all__ = [
    "LabelImage",
    "LabelIndex",
    "Query",
    "RunTable",
    "among",
    "build_index",
    "parse_query",
    "relabeled_image",
    "select_labels",
    "split_labels",
    "warm_up",
]
