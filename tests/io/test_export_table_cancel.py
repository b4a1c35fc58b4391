"""A table whose columns are computed for the first time hears a cancel meanwhile."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.errors import Cancelled
from napari_label_index.index import LabelImage, build_index, compute_columns
from napari_label_index.io import export_table

SLOW = ("n_components", "n_neighbours", "n_holes", "largest_component")


@pytest.mark.parametrize("name", SLOW)
def test_a_cancel_is_heard_before_a_column_is_there(tmp_path, volume, name):
    index = build_index(volume)
    n_asked = 0

    def cancel():
        nonlocal n_asked
        n_asked += 1
        return n_asked > 2  # once at the beginning, once before the column

    with pytest.raises(Cancelled):
        export_table(index, tmp_path / "a.csv", columns=["label", name], cancel=cancel)
    assert list(tmp_path.iterdir()) == []
    assert not index.knows(name)
    assert export_table(index, tmp_path / "a.csv", columns=["label", name]).exists()


PASSES = (*SLOW, "n_components_eroded", "filled_hole_voxels", "axis_major_length")


@pytest.mark.parametrize("name", [*PASSES, "n_times"])
def test_a_cancel_is_heard_in_the_pass_over_the_runs_that_a_column_needs(volume, name):
    index = build_index(LabelImage(volume, ("t", "y", "x")))
    answers = iter([False])  # before the column
    with pytest.raises(Cancelled):
        compute_columns(index, [name], lambda: next(answers, True))
    assert not index.knows(name)


def test_columns_that_were_computed_ahead_are_the_same(volume):
    ahead, plain = build_index(volume), build_index(volume)
    compute_columns(ahead, ahead.columns, lambda: False)
    for name in plain.columns:
        assert ahead.knows(name)
        np.testing.assert_array_equal(ahead.column(name), plain.column(name))


def test_a_measured_column_has_a_value_for_every_label(tmp_path, index):
    with pytest.raises(ValueError, match="one value for each"):
        export_table(index, tmp_path / "a.csv", measured={"extra": np.zeros(3)})
    assert list(tmp_path.iterdir()) == []
