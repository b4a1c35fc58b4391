"""An index dataset beside a volume: offered, opened, never put into memory whole."""

from __future__ import annotations

import os

import fsspec
import numpy as np
import pytest

from napari_label_index import build_index_dataset, upload_index
from napari_label_index.io.index_dataset._stored_runs import StoredRuns
from napari_label_index.session import Failed, Inspection, Ready
from session.immediate import submit_now
from session.saved_volumes import UNREAD, Desk, Layer, make_volume, saved


@pytest.fixture
def layer(tmp_path):
    return Layer(tmp_path / "cells.tif", make_volume(), is_lazy=True)


@pytest.fixture
def dataset(layer):
    return build_index_dataset(layer.path, layer.path.with_name("cells.labelindex"))


@pytest.fixture
def in_files(monkeypatch):
    def whole(self):
        raise AssertionError("all runs are put into memory")

    monkeypatch.setattr(StoredRuns, "whole", whole)


def test_a_dataset_is_offered_and_opened(layer, dataset, in_files):
    desk = Desk(layer)
    assert not desk.desk.saved.unfit
    assert (desk.desk.saved.path, desk.desk.saved.n_labels) == (dataset, 5)
    assert desk.desk.saved.time == (dataset / "manifest.json").stat().st_mtime
    desk.open()
    assert isinstance(desk.state, Ready)
    assert desk.state.compared == "32 of 40 slices compared"
    assert desk.session.index.spacing == (2, 1, 1)
    np.testing.assert_array_equal(desk.session.index.to_label_image(), make_volume())


def test_voxels_in_memory_are_all_compared(layer, dataset, in_files):
    layer.is_lazy, layer.data = False, make_volume()
    desk = Desk(layer)
    desk.open()
    assert desk.state.compared == "all voxels compared"
    layer.data = make_volume()
    layer.data[UNREAD, 0, 0] += 1
    desk.open()
    assert isinstance(desk.state, Failed)
    assert "The volume has changed since cells.labelindex" in desk.state.message


def test_of_a_file_and_a_folder_the_newer_is_offered(layer, dataset):
    file = saved(layer)
    assert Desk(layer).desk.saved.path == file
    os.utime(dataset / "manifest.json", (2e9, 2e9))
    assert Desk(layer).desk.saved.path == dataset
    os.utime(file, (3e9, 3e9))
    assert Desk(layer).desk.saved.path == file


@pytest.mark.parametrize("in_folder", [False, True])
def test_what_cannot_be_opened_gives_way_to_what_can(layer, dataset, in_folder):
    file = saved(layer)
    damaged = dataset / "manifest.json" if in_folder else file
    damaged.write_bytes(b"{}")
    os.utime(damaged, (3e9, 3e9))
    desk = Desk(layer).desk
    assert not desk.saved.unfit
    assert desk.saved.path == (file if in_folder else dataset)


def test_a_folder_that_is_no_dataset_is_nobodys_business(layer):
    layer.path.with_name("cells.labelindex").mkdir()
    assert Desk(layer).desk.saved is None


def test_a_dataset_is_not_saved_again_until_it_is_edited(layer, dataset, in_files):
    desk = Desk(layer)
    desk.open()
    assert desk.desk.folder == dataset
    desk.save()
    assert desk.told == [
        (
            "warning",
            "The index lies in cells.labelindex already: there is nothing to save.",
        )
    ]
    changed = make_volume()
    changed[3, 1, 1] = 77
    layer.data, layer.is_painted = changed, True
    desk.session.apply_edit(layer.image, (slice(3, 4), slice(1, 2), slice(1, 2)))
    assert desk.desk.folder is None
    desk.save()
    file = desk.told[-1]
    assert file.path.name == "cells.labelindex.parquet"
    assert desk.desk.saved == file


def test_columns_filter_chips_and_details_leave_the_runs_in_their_files(
    layer, dataset, in_files
):
    desk = Desk(layer)
    inspection = Inspection(desk.session, submit_now)
    desk.open()
    index = desk.session.index
    inspection.filter.set_text("num_pixels > 100 and touches_border")
    expected = index.labels[index.voxel_counts > 100]
    np.testing.assert_array_equal(inspection.filter.labels, expected)
    assert all(
        inspection.chips.count(chip) is not None for chip in inspection.chips.chips
    )
    inspection.detail.set_active(True)
    desk.session.selection.focus(int(index.labels[0]))
    detail = inspection.detail.detail
    assert detail.holes is not None
    assert detail.parts is not None
    assert not detail.problem
    assert sorted(detail.neighbours.labels) == index.labels[1:].tolist()
    assert not detail.is_former
    inspection.close()


@pytest.fixture
def at_an_address(dataset):
    """The address of a volume that is as its file is, beside which lies its index."""
    store = fsspec.filesystem("memory")
    upload_index(dataset, "memory://bucket/cells.labelindex")
    yield "memory://bucket/cells.zarr"
    store.rm("/bucket", recursive=True)


def test_a_dataset_beside_an_address_is_offered_and_opened(
    layer, at_an_address, in_files
):
    layer.path = at_an_address
    desk = Desk(layer)
    assert str(desk.desk.saved.path) == "memory://bucket/cells.labelindex"
    assert desk.desk.saved.n_labels == 5
    assert desk.desk.saved.time > 1.6e9
    assert desk.desk.home is None
    desk.open()
    assert isinstance(desk.state, Ready)
    assert desk.state.compared == "all voxels compared"
    assert desk.desk.folder.name == "cells.labelindex"
    layer.path = "memory://bucket/other.zarr"
    assert Desk(layer).desk.saved is None
