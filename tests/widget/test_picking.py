"""Clicks are real Qt mouse events; what they should hit is read from the volume."""

from __future__ import annotations

import numpy as np
import pytest

from canvas_mouse import ALT, RIGHT, SHIFT, click, double_click, settle
from napari_label_index._samples import ellipsoids
from napari_label_index._widget.picture._focus import focus_on
from napari_label_index._widget.picture._picking import ClickPicker
from napari_label_index.index import build_index
from older_napari import camera_of

VOLUME = ellipsoids((24, 40, 48), (3, 4, 4), seed=2)
TURN = np.array([[1, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]])  # about the first axis
ROTATED = {"scale": (2, 0.5, 0.7), "rotate": TURN, "translate": (5, -30, 80)}
TRANSFORMS = [
    {},
    {"scale": (3, 0.5, 0.25), "translate": (7, 90, -4)},
    ROTATED,
    {"affine": np.diag([1.0, 2, 3, 1])},
]


class Picks(list):
    """A window with one Labels layer; what is clicked there is appended here."""

    def __init__(self, viewer, data=VOLUME, **transform):
        self.viewer = viewer
        copied = data if isinstance(data, list) else data.copy()  # tools may edit it
        self.layer = viewer.add_labels(copied, **transform)
        self.index = build_index(data[0] if isinstance(data, list) else data)
        self.lines = []
        self.picker = ClickPicker(
            viewer,
            lambda: self.layer,
            lambda: self.index,
            self.pick,
            on_line=lambda labels: self.lines.append(labels.tolist()),
        )
        settle()

    def pick(self, label, add):
        self.append((label, add))

    def world(self, voxel):
        """Displayed world coordinates of a voxel in the slice, or in 3D."""
        return self.layer.data_to_world(voxel)[-self.viewer.dims.ndisplay :]


@pytest.fixture
def picks(make_napari_viewer):
    return Picks(make_napari_viewer(show=True))


def inside_and_outside(z):
    """A voxel of each label of a slice, and one of the background."""
    found, first = np.unique(VOLUME[z], return_index=True)
    return [(z, *np.unravel_index(at, VOLUME[z].shape)) for at in first], found


def with_each_transform(picks):
    """One window for all: it takes longer to open than what is done in it.

    The layer is moved, not replaced: Mesa has crashed in windows whose layers were
    all removed, and others added.
    """
    at_rest = {name: getattr(picks.layer, name) for name in ("scale", "translate")}
    at_rest |= {"rotate": np.eye(3), "affine": np.eye(4)}
    for transform in TRANSFORMS:
        for name, value in (at_rest | transform).items():
            setattr(picks.layer, name, value)
        picks.viewer.reset_view()
        picks.clear()
        yield transform


def test_clicks_in_a_slice_pick_what_the_volume_holds_there(picks):
    voxels, labels = inside_and_outside(4)
    assert len(labels) > 5
    for transform in with_each_transform(picks):
        picks.viewer.dims.set_point(0, picks.layer.data_to_world((4, 0, 0))[0])

        for voxel in voxels:
            click(picks.viewer, picks.world(voxel))

        expected = [(label, False) for label in labels.tolist() if label]
        assert picks == expected, transform


@pytest.mark.filterwarnings("ignore:Non-orthogonal slicing")
def test_clicks_pick_what_is_drawn_of_a_layer_turned_out_of_the_picture(picks):
    picks.layer.rotate, picks.layer.scale = (15, 25, 40), (2, 0.5, 0.7)
    viewer, displayed = picks.viewer, [1, 2]
    focus_on(viewer, picks.layer, picks.index, picks.index.labels[20:21])
    settle()
    shown = np.asarray(picks.layer._slice.image.raw)
    drawn = picks.layer._transforms[1:].simplified.set_slice(displayed)
    found, first = np.unique(shown, return_index=True)
    at = [drawn(np.unravel_index(place, shown.shape)) for place in first]
    assert len(found) > 5

    for point in at:
        camera_of(viewer).center = (0, *point)
        click(viewer, point)

    assert picks == [(label, False) for label in found.tolist() if label]


def labels_on_the_way(picks, centre):
    """Labels on the line of sight through a world point, the first one first."""
    along = np.array(camera_of(picks.viewer).view_direction)
    ends = [picks.layer.world_to_data(centre + far * along) for far in (-99, 99)]
    voxels = np.round(np.linspace(*ends, 5_001))
    inside = ((voxels >= 0) & (voxels < VOLUME.shape)).all(axis=1)
    met = VOLUME[tuple(voxels[inside].astype(int).T)]
    _, first = np.unique(met, return_index=True)
    return [int(label) for label in met[np.sort(first)] if label]


def test_clicks_in_3d_pick_the_first_object_on_the_line_of_sight(picks):
    picks.viewer.dims.ndisplay = 3
    for transform in with_each_transform(picks):
        camera_of(picks.viewer).angles = (0, 0, 90)  # along the first axis
        settle()
        expected = []
        for y, x in [(5, 6), (15, 18), (35, 42), (25, 30)]:
            centre = np.array(picks.layer.data_to_world((12, y, x)))
            found = labels_on_the_way(picks, centre)[:1]
            expected += [(label, False) for label in found]

            click(picks.viewer, centre)

        assert len(expected) > 1
        assert picks == expected, transform


def test_alt_shift_click_in_3d_lists_all_labels_on_the_line_of_sight(picks):
    picks.viewer.dims.ndisplay = 3
    camera_of(picks.viewer).angles = (0, 0, 90)  # along the first axis
    settle()
    expected = []
    for y, x in [(5, 6), (15, 18), (35, 42), (25, 30)]:
        centre = np.array(picks.layer.data_to_world((12, y, x)))
        if found := labels_on_the_way(picks, centre):
            expected.append(found)
        click(picks.viewer, centre, keys=ALT | SHIFT)
    assert max(map(len, expected)) > 2
    assert picks.lines == expected
    assert picks == []


def test_alt_shift_click_in_a_slice_is_left_to_napari(picks):
    voxels, _ = inside_and_outside(12)
    click(picks.viewer, picks.world(voxels[1]), keys=ALT | SHIFT)
    assert picks == picks.lines == []


def test_shift_adds(picks):
    voxels, labels = inside_and_outside(picks.viewer.dims.current_step[0])

    click(picks.viewer, picks.world(voxels[1]), keys=SHIFT)

    assert picks == [(labels[1], True)]


@pytest.mark.parametrize("ndisplay", [2, 3])
def test_a_drag_picks_nothing_and_a_hand_that_trembles_does(picks, ndisplay):
    picks.viewer.dims.ndisplay = ndisplay
    voxels, _ = inside_and_outside(12)
    at = picks.world(voxels[2])

    click(picks.viewer, at, jitter=40)
    assert picks == []
    picks.viewer.reset_view()
    click(picks.viewer, at, jitter=2)
    assert len(picks) == 1


def test_other_buttons_and_keys_are_left_to_napari(picks):
    voxels, _ = inside_and_outside(picks.viewer.dims.current_step[0])

    click(picks.viewer, picks.world(voxels[1]), button=RIGHT)
    click(picks.viewer, picks.world(voxels[1]), keys=ALT)

    assert picks == []


def test_a_double_click_picks_once_and_zooms_as_ever(picks):
    voxels, labels = inside_and_outside(picks.viewer.dims.current_step[0])
    zoom = camera_of(picks.viewer).zoom

    double_click(picks.viewer, picks.world(voxels[1]))

    assert picks == [(labels[1], False)]
    assert camera_of(picks.viewer).zoom == pytest.approx(2 * zoom)


def test_clicks_count_whichever_layer_is_active_or_none(picks):
    voxels, labels = inside_and_outside(picks.viewer.dims.current_step[0])
    for active in [picks.viewer.add_points(ndim=3), picks.layer, None]:
        picks.viewer.layers.selection.active = active
        click(picks.viewer, picks.world(voxels[1]))

    assert picks == [(labels[1], False)] * 3


def test_tools_of_the_active_layer_are_left_alone(picks):
    voxels, _ = inside_and_outside(picks.viewer.dims.current_step[0])
    for mode in ["paint", "erase", "fill", "pick", "transform"]:
        picks.layer.mode = mode

        click(picks.viewer, picks.world(voxels[1]))

        assert picks == []
        assert picks.layer.mode == mode


def test_a_hidden_layer_is_picked_from_its_index_in_a_slice_but_not_in_3d(picks):
    voxels, labels = inside_and_outside(picks.viewer.dims.current_step[0])
    picks.layer.visible = False

    for voxel in [*voxels[:3], (12, -2, 5), (12, 5, 400)]:
        click(picks.viewer, picks.world(voxel))
    assert picks == [(label, False) for label in labels[1:3].tolist()]
    picks.viewer.dims.ndisplay = 3
    click(picks.viewer, picks.world(voxels[1]))
    assert len(picks) == 2


def test_a_multiscale_layer_is_picked_from(make_napari_viewer):
    levels = [VOLUME, VOLUME[:, ::2, ::2]]
    picks = Picks(make_napari_viewer(show=True), data=levels)
    z = picks.viewer.dims.current_step[0]
    label = int(np.bincount(VOLUME[z].ravel())[1:].argmax()) + 1
    middle = np.argwhere(VOLUME[z] == label).mean(axis=0)

    click(picks.viewer, picks.world((z, *middle)))

    assert picks == [(label, False)]


def test_labels_that_the_index_lacks_are_not_picked(picks):
    voxels, _ = inside_and_outside(picks.viewer.dims.current_step[0])
    picks.layer.data = VOLUME + np.int32(1000)

    click(picks.viewer, picks.world(voxels[1]))

    assert picks == []


def test_without_layer_or_index_a_click_is_nothing(picks):
    voxels, _ = inside_and_outside(picks.viewer.dims.current_step[0])
    at = picks.world(voxels[1])

    picks.index = None
    click(picks.viewer, at)
    picks.layer, picks.index = None, build_index(VOLUME)
    click(picks.viewer, at)

    assert picks == []


def test_a_closed_picker_hears_nothing_also_if_closed_by_its_own_pick(picks):
    voxels, _ = inside_and_outside(picks.viewer.dims.current_step[0])
    before = len(picks.viewer.mouse_drag_callbacks)
    picks.pick = lambda label, add: picks.picker.close()
    picks.picker._on_pick = picks.pick

    click(picks.viewer, picks.world(voxels[1]))
    picks.picker.close()
    click(picks.viewer, picks.world(voxels[1]))

    assert picks == []
    assert len(picks.viewer.mouse_drag_callbacks) == before - 1
