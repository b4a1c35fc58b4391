"""Voxels that somebody wrote without a word: what samples see, and what they leave."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Labels

from napari_label_index._widget._layer_facts import is_in_memory
from napari_label_index._widget._layer_samples import LayerSamples

SHAPE = (20, 60, 70)


@pytest.fixture
def layer():
    return Labels(np.random.default_rng(0).integers(0, 9, SHAPE))


def sampled(layer):
    samples = LayerSamples(layer)
    samples.take()
    assert not samples.have_changed()
    return samples


def test_a_change_of_a_hundredth_of_the_voxels_is_seen(layer):
    samples = sampled(layer)
    layer.data[15, :10] += 1
    layer.data[4] += 1
    assert samples.have_changed()
    samples.take()
    assert not samples.have_changed()


def test_a_small_change_in_the_slice_on_show_is_seen(layer):
    samples = sampled(layer)
    layer._slice.image.raw[10:13, 10:13] += 1
    assert samples.have_changed()


def test_another_slice_is_no_change():
    viewer = ViewerModel()
    layer = viewer.add_labels(np.random.default_rng(0).integers(0, 9, SHAPE))
    samples = sampled(layer)
    for place in (3, 4, 3, 12):
        viewer.dims.set_point(0, place)
        assert not samples.have_changed()
    viewer.dims.ndisplay = 3
    assert not samples.have_changed()


def test_nothing_is_compared_before_it_is_taken_or_after_it_is_dropped(layer):
    samples = LayerSamples(layer)
    layer.data += 1
    assert not samples.have_changed()
    samples.take()
    samples.drop()
    layer.data[:] += 1
    assert not samples.have_changed()


def test_only_what_lies_in_memory_is_sampled(tmp_path):
    inside = np.zeros((4, 5), int)
    np.save(tmp_path / "file.npy", inside)
    mapped = np.load(tmp_path / "file.npy", mmap_mode="r+")
    assert is_in_memory(inside)
    assert is_in_memory(inside[1:, ::2])
    assert not is_in_memory(mapped)
    assert not is_in_memory(np.asarray(mapped)[1:])
    assert not is_in_memory(da.zeros((4, 5), dtype=int))
    samples = sampled(Labels(mapped))
    mapped[:] = 3
    assert not samples.have_changed()


def test_of_a_multiscale_layer_the_finest_level_is_sampled(layer):
    levels = [layer.data, layer.data[:, ::2, ::2].copy()]
    layer = Labels(levels, multiscale=True)
    samples = sampled(layer)
    levels[1] += 1
    assert not samples.have_changed(), "nobody indexed that level"
    levels[0][:10] += 1
    assert samples.have_changed()
