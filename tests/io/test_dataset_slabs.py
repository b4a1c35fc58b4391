"""What a dataset gives in the order of its volume, without all runs in memory."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest

from datasets import beside_memory
from datasets import shrink as shrink_dataset
from films import pairs_of
from napari_label_index import LabelImage, build_index, open_index
from napari_label_index.index import _edited_runs
from napari_label_index.index._edited_runs import EditedRuns
from napari_label_index.index._regrouped_runs import RegroupedRuns
from napari_label_index.io import (
    check_index,
    export,
    export_coords,
    restore_label_image,
    verify_export,
)
from napari_label_index.io.exports import _drawing, _gather
from napari_label_index.io.exports._image_files import export_label_image, export_mask
from napari_label_index.io.index_dataset import _stored_runs
from napari_label_index.io.index_dataset._run_files import RunFiles
from napari_label_index.io.index_dataset._stored_runs import StoredRuns
from napari_label_index.io.index_file import _compare_voxels, _restore
from runs_elsewhere import PART_RUNS, shrink

SHAPE = (9, 14, 20)


@pytest.fixture(autouse=True)
def nothing_whole(monkeypatch):
    """Parts and slabs of a few runs, and no way to put all runs into memory."""
    shrink(monkeypatch)
    monkeypatch.setattr(_stored_runs, "PART_RUNS", PART_RUNS)
    monkeypatch.setattr(_edited_runs, "_FEW_LABELS", 1)
    for module in (_drawing, _gather):
        monkeypatch.setattr(module, "_SLAB_VOXELS", 2 * SHAPE[1] * SHAPE[2])
    in_memory = {kind: kind.whole for kind in (StoredRuns, EditedRuns, RegroupedRuns)}

    def whole(self):
        assert not self.is_in_files, "all runs are put into memory"
        return in_memory[type(self)](self)

    for kind in in_memory:
        monkeypatch.setattr(kind, "whole", whole)


def volume_of(seed=0):
    rng = np.random.default_rng(seed)
    volume = np.kron(rng.integers(0, 40, (5, 7, 10)), np.ones((2, 2, 2), np.int64))
    volume = volume[tuple(map(slice, SHAPE))].astype(np.int32)
    volume[rng.random(SHAPE) < 0.15] = 0
    volume[4] = 70_000  # one label is a plane, and one a line from end to end
    volume[:, 7, 3] = 80_000
    return volume


@pytest.fixture(scope="module", params=[("z", "y", "x"), ("t", "y", "x")])
def both(request, tmp_path_factory):
    """An index in memory, and the dataset of the same volume."""
    folder = tmp_path_factory.mktemp("dataset") / "cells.labelindex"
    return beside_memory(volume_of(), request.param, folder)


@pytest.fixture(params=["as built", "edited", "from rows by time"])
def pair(request, both):
    """An index in memory and one in its files, which may have been edited."""
    index, folder = both
    stored = open_index(folder)
    if request.param == "edited":
        volume = index.to_label_image()
        box = (slice(1, 6), slice(2, 9), slice(3, 11))
        volume[box] = np.arange(7)[:, np.newaxis] + 38
        return build_index(LabelImage(volume, index.axes, index.spacing)), (
            stored.update(volume, box)
        )
    if request.param == "from rows by time" and index.can_be_by_time:
        volume = index.to_label_image()
        by_time = stored.by_time().update(volume, (slice(0, 2),) * 3)
        return index, by_time.by_label()
    return index, stored


def image_of(dtype=np.float32):
    return (np.random.default_rng(5).random(SHAPE) * 1000).astype(dtype)


def test_intensities_and_comparisons_are_those_of_the_index_in_memory(pair):
    index, stored = pair
    image = image_of()
    found = stored.intensities(image)
    for name, values in index.intensities(image).items():
        np.testing.assert_array_equal(found[name], values)
    reference = build_index(LabelImage(volume_of(1), index.axes))
    for one, other, again in (
        (index, reference, (stored, reference)),
        (reference, index, (reference, stored)),
        (index, index, (stored, stored)),
    ):
        expected, found = one.compare(other), again[0].compare(again[1])
        for name, column in expected.table().items():
            np.testing.assert_array_equal(found.table()[name], column, err_msg=name)


def test_columns_of_contacts_are_those_of_the_index_in_memory(pair):
    index, stored = pair
    for name in ("n_neighbours", "contact_area", "num_pixels", "centroid-1"):
        np.testing.assert_array_equal(stored.column(name), index.column(name), name)
    touching = f"touches {index.labels[3]}"
    np.testing.assert_array_equal(stored.select(touching), index.select(touching))


@pytest.mark.parametrize("choose", [None, slice(None, None, -3)])
def test_pictures_and_intensities_are_exported_byte_for_byte(pair, tmp_path, choose):
    index, stored = pair
    labels = None if choose is None else index.labels[choose]
    image = image_of(np.uint16)
    exports = {
        "mask.tif": (export_mask, {}),
        "uncropped.tif": (export_mask, {"crop": False}),
        # An OME-TIFF has an id that is drawn by lot.
        "labels.tif": (export_label_image, {"flavour": "plain", "smallest": True}),
        "cropped.tif": (export_label_image, {"flavour": "plain", "crop": True}),
        "coords.npz": (export_coords, {"intensity": image}),
        "coords.csv": (export_coords, {}),
    }
    for name, (write, options) in exports.items():
        one, other = tmp_path / f"one_{name}", tmp_path / f"other_{name}"
        write(index, labels, one, **options)
        write(stored, labels, other, **options)
        assert one.read_bytes() == other.read_bytes(), name
        if "intensity" not in options:
            assert verify_export(other, stored).ok, name


def test_rows_by_time_of_a_dataset_are_those_of_the_index_in_memory(both, tmp_path):
    index, folder = both
    if not index.can_be_by_time:
        return
    expected, found = index.by_time(), open_index(folder).by_time()
    np.testing.assert_array_equal(found.labels, expected.labels)
    for name, column in expected.table().items():
        np.testing.assert_array_equal(found.table()[name], column, err_msg=name)
    assert pairs_of(found, found.labels) == pairs_of(expected, expected.labels)
    chosen = expected.labels[::2]
    for what, ending in (("coords", "csv"), ("mask", "tif")):
        one, other = tmp_path / f"one.{ending}", tmp_path / f"other.{ending}"
        export(expected, chosen, one, what)
        export(found, chosen, other, what)
        assert one.read_bytes() == other.read_bytes()
        assert verify_export(other, open_index(folder)).ok
    assert found.by_label().contacts() is found.by_label().runs.known_contacts()


@pytest.fixture
def scattered(tmp_path, monkeypatch):
    """An index in memory, and a dataset in small groups, of shuffled ids."""
    shrink_dataset(monkeypatch)
    monkeypatch.setattr(_stored_runs, "_KEPT_GROUPS", 1)
    monkeypatch.setattr(_restore, "_SLAB_VOXELS", 2 * SHAPE[1] * SHAPE[2])
    monkeypatch.setattr(_compare_voxels, "_HELD_BYTES", 8 * SHAPE[1] * SHAPE[2])
    ids = np.random.default_rng(3).permutation(90_000).astype(np.int32)
    ids[0] = 0
    return beside_memory(ids[volume_of()], ("z", "y", "x"), tmp_path / "cells")


def masked(index, folder, _volume):
    export_mask(index, None, folder / "mask.tif")
    return (folder / "mask.tif").read_bytes()


def listed(index, folder, _volume):
    export_coords(index, None, folder / "coords.npz", intensity=image_of(np.uint16))
    return (folder / "coords.npz").read_bytes()


def restored(index, folder, _volume):
    restore_label_image(index, folder / "volume.npy")
    return (folder / "volume.npy").read_bytes()


def checked(index, _folder, volume):
    return check_index(index, da.from_array(volume, (4, 14, 20)), "content").verdict


def measured(index, _folder, _volume):
    return index.intensities(image_of())["intensity_sum"]


def compared(index, _folder, _volume):
    return index.compare(build_index(volume_of(1))).voxels


@pytest.mark.parametrize(
    ("work", "n_passes"),
    [
        (masked, 1),
        (listed, 3),  # labels are listed one after the other, besides
        (restored, 1),
        (checked, 1),
        (measured, 1),
        (compared, 1),
    ],
)
def test_of_scattered_ids_row_groups_are_read_once(
    scattered, tmp_path, monkeypatch, work, n_passes
):
    index, folder = scattered
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    volume = index.to_label_image()
    expected = work(index, tmp_path / "one", volume)
    stored, read_group, n_read = open_index(folder), RunFiles.read_group, []

    def counted(files, number, labels, offsets):
        n_read.append(number)
        return read_group(files, number, labels, offsets)

    monkeypatch.setattr(RunFiles, "read_group", counted)
    found = work(stored, tmp_path / "other", volume)
    np.testing.assert_array_equal(found, expected)
    # A part of the labels begins in the group in which that before it ends.
    n_groups = stored.runs._files.group_edges.size - 1
    assert len(n_read) <= (n_passes + 1) * n_groups
