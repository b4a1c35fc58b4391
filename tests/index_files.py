"""Index files for tests: small ones, spoilt ones, and processes that write them."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import numpy as np

from child_processes import said_by
from napari_label_index.errors import CorruptIndexError
from napari_label_index.io import open_index
from napari_label_index.io._byte_source import LocalBytes
from napari_label_index.io.index_file._index_meta import meta_from_json
from napari_label_index.io.index_file._sealed_parquet import SealedFile, SealedWriter


def assert_same_runs(found, index):
    for name in ("labels", "offsets", "starts", "lengths"):
        one, other = getattr(found.runs, name), getattr(index.runs, name)
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other, name)


def is_refused(path: Path, index) -> bool:
    """Whether a damaged file is refused by its name; else nothing may have changed."""
    try:
        found = open_index(path)
    except CorruptIndexError as error:
        return str(path) in str(error)
    assert found.shape == index.shape
    assert found.axes == index.axes
    assert found.spacing == index.spacing
    assert_same_runs(found, index)
    return False


def forged(path: Path, target: Path, change_page=None, change_table=None) -> Path:
    """Copy an index file with another page or other runs, all checksums right."""
    with path.open("rb") as file:
        sealed = SealedFile(LocalBytes(file))
        page = json.loads(sealed.page)
        groups = meta_from_json(sealed.page).groups
        tables = [sealed.read_group(k, g.block) for k, g in enumerate(groups)]
    if change_table is not None:
        tables = [change_table(table) for table in tables]
    with target.open("wb") as file, SealedWriter(file, tables[0].schema) as writer:
        for table, numbers in zip(tables, page["groups"], strict=True):
            block = writer.add(table)
            numbers[2:] = [len(table), block.begin, block.n_bytes, block.crc]
        if change_page is not None:
            change_page(page)
        writer.finish(page if isinstance(page, bytes) else json.dumps(page).encode())
    return target


HEAD = """
import os, random
from pathlib import Path
import numpy as np
from child_processes import KillingCalls, in_child, killed_after, say, was_killed
from napari_label_index import build_index
from napari_label_index.io import _files, open_index, save_index

path = Path({folder!r}) / "a.labelindex.parquet"
# Generation g has g in every voxel of a shape of its own, so that none passes for
# another, nor for a mixture.
def index_of(g):
    return build_index(np.full((3, 40, 50 + g), g, "u2"))
indexes = {{g: index_of(g) for g in (1, 2)}}

def generation_of(found):
    (label,) = found.labels
    same = found.shape == indexes[label].shape and found.n_voxels == 6000 + 120 * label
    return int(label) if same else "mixed"
"""


def in_process(folder: Path, body: str) -> list[object]:
    """Run `body` in a process of its own; return what it said."""
    return said_by(HEAD.format(folder=str(folder)) + textwrap.dedent(body))
