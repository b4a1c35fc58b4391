"""An index that was opened for some labels is never taken for the whole."""

from __future__ import annotations

import pytest

from napari_label_index.errors import WriteFailedError
from napari_label_index.io import open_index, restore_label_image, save_index


def test_an_index_of_some_labels_is_no_copy_of_the_volume(tmp_path, index):
    saved = save_index(index, tmp_path / "cells.labelindex.parquet")
    before = saved.read_bytes()
    some = open_index(saved, index.labels[:2])
    for copied in (save_index, restore_label_image):
        name = saved if copied is save_index else saved.with_suffix(".npy")
        with pytest.raises(WriteFailedError, match=r"some labels \(2\).*open all"):
            copied(some, name)
    assert saved.read_bytes() == before
    assert not saved.with_suffix(".npy").exists()
    all_of_them = open_index(saved, index.labels)
    assert save_index(all_of_them, saved).read_bytes() == before
    parts = some.parts(int(index.labels[0]))
    assert len(open_index(save_index(parts, saved))) == len(parts)
