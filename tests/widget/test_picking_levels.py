"""Clicks on a multiscale layer of which a coarse level is on show; no window."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.utils.interactions import mouse_press_callbacks, mouse_release_callbacks

from napari_label_index._samples import ellipsoids
from napari_label_index._widget.picture._picking import ClickPicker
from napari_label_index.index import build_index

VOLUME = ellipsoids((16, 60, 64), (2, 4, 4), (0.3, 0.7), seed=2)
FACTORS = [(2, 4, 8), (1, 3, 5), (4, 7, 1)]  # of 60 x 64 voxels, not all without rest
SCALE, SHIFT = np.array([3.0, 0.5, 0.25]), np.array([7.0, 90.0, -4.0])


class Picker:
    """A viewer that shows the coarsest of two levels, as napari does unasked."""

    def __init__(self, volume, coarse):
        self.picked, self.lines = [], []
        self.viewer = ViewerModel()
        self.layer = self.viewer.add_labels(
            [volume, coarse], multiscale=True, scale=SCALE, translate=SHIFT
        )
        index = build_index(volume)
        ClickPicker(
            self.viewer,
            lambda: self.layer,
            lambda: index,
            lambda label, add: self.picked.append(label),
            on_line=lambda labels: self.lines.append(labels.tolist()),
        )

    def look_at(self, z):
        self.viewer.dims.set_point(0, z * SCALE[0] + SHIFT[0])
        assert self.layer.data_level == 1

    def click(self, voxel, keys=()):
        """Click a voxel; returns the label that is picked, or None."""
        self.picked.clear()
        event = SimpleNamespace(
            type="mouse_press",
            button=1,
            modifiers=keys,
            pos=(5, 5),
            position=tuple(np.array(voxel) * SCALE + SHIFT),
            view_direction=None,
            dims_displayed=list(self.viewer.dims.displayed),
        )
        if self.viewer.dims.ndisplay == 3:
            event.view_direction = np.array([1.0, 0, 0])  # along z, from the front
        mouse_press_callbacks(self.viewer, event)
        event.type = "mouse_release"
        mouse_release_callbacks(self.viewer, event)
        return self.picked[0] if self.picked else None


@pytest.mark.parametrize("factors", FACTORS)
def test_a_click_picks_what_is_drawn_there(factors):
    coarse = VOLUME[tuple(slice(None, None, f) for f in factors)]
    picker = Picker(VOLUME, coarse)
    ratio = np.array(VOLUME.shape) / coarse.shape  # by which napari stretches it
    random = np.random.default_rng(0)
    n_missed = 0
    for z in (0, 8):
        picker.look_at(z)
        for y, x in random.uniform(-0.49, (59.49, 63.49), (60, 2)):
            at = np.floor((np.array([y, x]) + 0.5) / ratio[1:]).astype(int)
            drawn = coarse[z // factors[0]][tuple(at)]
            exact = VOLUME[z, round(y), round(x)]
            n_missed += drawn != exact
            assert picker.click((z, y, x)) == (drawn or exact or None)
    assert n_missed, "a coarse level that is exact would show nothing"


def test_a_label_that_the_coarse_level_has_not_is_picked_from_the_runs():
    volume = np.zeros((8, 40, 40), np.uint16)
    volume[:, 5, 5] = 3
    volume[:, 16:32, 16:32] = 7
    averages = np.zeros((1, 5, 5), np.uint16)
    averages[0, 2:4, 2:4] = 6  # which is no label
    picker = Picker(volume, averages)
    picker.look_at(2)
    assert picker.click((2, 5, 5)) == 3
    assert picker.click((2, 20, 30)) == 7
    assert picker.click((2, 6, 5)) is None
    assert picker.click((2, -4, 5)) is None


def test_in_3d_what_is_drawn_goes_first_and_the_runs_know_the_rest():
    volume = np.zeros((32, 40, 40), np.uint16)
    volume[20:28, 8:32, 8:32] = 7
    volume[5, 11, 11] = 3  # in front of it, in one voxel
    volume[5, 3, 3] = 4
    picker = Picker(volume, volume[::8, ::8, ::8])
    picker.viewer.dims.ndisplay = 3
    assert picker.click((0, 25, 25)) == 7
    assert picker.click((0, 11, 11)) == 7, "label 3 is not to be seen"
    assert picker.click((0, 3, 3)) == 4, "nor is label 4, but there is no other"
    assert picker.click((0, 3, 5)) is None
    picker.click((0, 11, 11), keys=("Alt", "Shift"))
    assert picker.lines == [[3, 7]]
