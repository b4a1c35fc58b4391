"""Exports of a small volume, in this process or in one that is killed."""

from __future__ import annotations

import numpy as np

from napari_label_index.index import build_index
from napari_label_index.io import FORMATS, export, verify_export

VOLUME = np.arange(1, 61, dtype=np.uint16).reshape(3, 4, 5) // 6
INDEX = build_index(VOLUME)
OLD_LABELS, NEW_LABELS = [1, 2, 3], [4, 5, 6, 7]

FILES = [(what, form.endings[-1], False) for what, form in FORMATS.items()]
IN_FOLDERS = [
    what
    for what, form in FORMATS.items()
    if any(option.name == "per_label" for option in form.options)
]
FOLDERS = [(what, FORMATS[what].endings[0], True) for what in IN_FOLDERS]
EXPORTS = [*FILES, *FOLDERS]
IDS = [f"{what}{ending}{'-folder' * many}" for what, ending, many in EXPORTS]


def save(path, what, ending, in_folder, labels):
    """Export some labels; return where."""
    options = {"per_label": ending} if in_folder else {}
    return export(INDEX, labels, path, what, **options)


def state_of(path):
    """Which labels an export holds whole: "old", "new" or "lost"."""
    for name, labels in (("old", OLD_LABELS), ("new", NEW_LABELS)):
        if _holds(path, labels):
            return name
    return "lost"


def _holds(path, labels):
    other = path.with_name(f"expected-{path.name}")
    if path.is_dir():
        meant = {f"label_{label}{path.suffix}" for label in labels} | {"manifest.json"}
        names = {entry.name for entry in path.iterdir()}
        return names == meant and verify_export(path, INDEX).ok
    what = path.stem
    expected = export(INDEX, labels, other, what, manifest=False).read_bytes()
    other.unlink()
    return path.read_bytes() == expected
