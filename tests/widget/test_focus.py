from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel

from canvas_mouse import pixel_of, settle
from napari_label_index._samples import ellipsoids
from napari_label_index._widget.picture._focus import focus_on
from napari_label_index.index import build_index
from older_napari import camera_of, canvas_size

VOLUME = ellipsoids((24, 40, 48), (3, 4, 4), seed=2)
INDEX = build_index(VOLUME)
IN_PLANE = np.array([[1, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]])
TURN = {"scale": (2, 0.5, 0.7), "rotate": IN_PLANE, "translate": (5, -30, 80)}
TILTED = {"scale": (2, 0.5, 0.7), "rotate": (15, 25, 40)}  # out of the picture plane
TRANSFORMS = [{}, {"scale": (3, 0.5, 0.25), "translate": (7, 90, -4)}, TURN]


def shown_slice(layer):
    """What napari has in view of a layer."""
    return np.asarray(layer._slice.image.raw)


def canvas_box(viewer, points):
    """First and last pixel, (2, 2), of world points, on a canvas from 0 to 1."""
    pixels = [pixel_of(viewer, point) for point in points]
    width_first = [(p.x(), p.y()) for p in pixels] / np.array(canvas_size(viewer))[::-1]
    return width_first.min(axis=0), width_first.max(axis=0)


@pytest.mark.filterwarnings("ignore:Non-orthogonal slicing")
@pytest.mark.parametrize(
    ("transform", "first_axes"),
    # Cut across the rotation, some slices of a turned layer lie beyond the slider.
    [(TRANSFORMS[0], 3), (TRANSFORMS[1], 3), (TURN, 1), (TILTED, 2)],
)
def test_the_largest_section_of_the_label_comes_into_view(transform, first_axes):
    viewer = ViewerModel()
    layer = viewer.add_labels(VOLUME, **transform)

    for order in [(0, 1, 2), (1, 0, 2), (2, 1, 0)][:first_axes]:
        viewer.dims.order = order
        for label in INDEX.labels[::16]:
            focus_on(viewer, layer, INDEX, [label])

            sections = (label == VOLUME).sum(axis=order[1:])
            assert (shown_slice(layer) == label).sum() == sections.max()


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("ndisplay", [2, 3])
def test_all_of_the_labels_is_in_the_middle_of_the_canvas_and_fills_half_of_it(
    transform, ndisplay
):
    viewer = ViewerModel()
    layer = viewer.add_labels(VOLUME, **transform)
    viewer.dims.ndisplay = ndisplay
    camera_of(viewer).angles = angles = (10, 35, 60)
    labels = INDEX.labels[[3, 30]]

    focus_on(viewer, layer, INDEX, labels)

    box = [(axis.start - 0.5, axis.stop - 0.5) for axis in INDEX.union_bbox(labels)]
    corners = np.stack(np.meshgrid(*box), -1).reshape(-1, 3)
    world = [layer.data_to_world(corner)[-ndisplay:] for corner in corners]
    low, high = canvas_box(viewer, world)
    np.testing.assert_allclose((low + high) / 2, 0.5, atol=1e-6)
    assert (high - low).max() == pytest.approx(0.5, abs=1e-6)
    if ndisplay == 3:
        np.testing.assert_allclose(camera_of(viewer).angles, angles)


def test_a_tiny_object_keeps_its_surroundings_in_view():
    volume = np.zeros((9, 50, 50), np.uint8)
    volume[3, 20, 30] = 7
    viewer = ViewerModel()
    layer = viewer.add_labels(volume, scale=(1, 0.1, 0.1))

    focus_on(viewer, layer, build_index(volume), [7])

    across = min(canvas_size(viewer)) / camera_of(viewer).zoom
    assert across == pytest.approx(48 * 0.1)
    assert shown_slice(layer)[20, 30] == 7


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_one_label_fills_the_view_with_the_section_that_is_seen(order):
    volume = np.zeros((20, 300, 400), np.uint8)
    for z in range(20):  # a cell on its way; largest in z = 13
        volume[z, 10 * z : 10 * z + 40 + (z == 13), 15 * z : 15 * z + 40] = 7
    viewer = ViewerModel()
    layer = viewer.add_labels(volume)
    viewer.dims.order = order

    focus_on(viewer, layer, build_index(volume), [7])

    section = np.argwhere(shown_slice(layer) == 7)
    corners = [section.min(axis=0) - 0.5, section.max(axis=0) + 0.5]
    low, high = canvas_box(viewer, corners)
    np.testing.assert_allclose((low + high) / 2, 0.5, atol=1e-6)
    assert (high - low).max() == pytest.approx(0.5, abs=1e-6)


def test_several_labels_show_the_section_of_the_largest():
    viewer = ViewerModel()
    layer = viewer.add_labels(VOLUME)
    largest = INDEX.labels[INDEX.voxel_counts.argmax()]

    focus_on(viewer, layer, INDEX, INDEX.labels)

    sections = (largest == VOLUME).sum(axis=(1, 2))
    assert (shown_slice(layer) == largest).sum() == sections.max()


def test_a_layer_with_fewer_axes_than_the_viewer_is_focused_on():
    viewer = ViewerModel()
    viewer.add_image(np.zeros((2, *VOLUME.shape), np.uint8))
    layer = viewer.add_labels(VOLUME, translate=(50, 0, 0))
    before = viewer.dims.point[0]

    focus_on(viewer, layer, INDEX, [INDEX.labels[0]])

    assert (shown_slice(layer) == INDEX.labels[0]).any()
    assert viewer.dims.point[0] == before


def test_the_time_of_an_object_comes_into_view_in_3d():
    movie = np.stack([np.zeros_like(VOLUME), VOLUME])
    viewer = ViewerModel()
    layer = viewer.add_labels(movie)
    viewer.dims.ndisplay = 3
    viewer.dims.set_point(0, 0)

    focus_on(viewer, layer, build_index(movie), [5])

    assert (shown_slice(layer) == 5).any()


def test_no_labels_move_nothing():
    viewer = ViewerModel()
    layer = viewer.add_labels(VOLUME)
    before = camera_of(viewer).zoom, camera_of(viewer).center, viewer.dims.point

    focus_on(viewer, layer, INDEX, [])
    settle()

    after = camera_of(viewer).zoom, camera_of(viewer).center, viewer.dims.point
    assert after == before
