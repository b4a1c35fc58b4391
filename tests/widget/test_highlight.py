from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel

from canvas_mouse import settle
from napari_label_index._samples import ellipsoids
from napari_label_index._widget.picture import _placement
from napari_label_index._widget.picture._highlight import Highlight, is_highlight
from napari_label_index._widget.picture._run_picture import FILL, RIM, SOLID
from napari_label_index.index import build_index
from older_napari import camera_of

VOLUME = ellipsoids((24, 40, 48), (3, 4, 4), seed=2)
INDEX = build_index(VOLUME)
ALL = INDEX.labels
IN_PLANE = np.array([[1, 0, 0], [0, 0.8, -0.6], [0, 0.6, 0.8]])
TRANSFORMS = [
    {},
    {"scale": (3, 0.5, 0.25), "translate": (7, 90, -4), "units": "um"},
    {"scale": (2, 0.5, 0.7), "rotate": IN_PLANE, "shear": (0, 0, 0.3)},
    {"affine": [[1, 0, 0, 9], [0, 2, 0.5, 8], [0, 0, 3, 7], [0, 0, 0, 1]]},
]


@pytest.fixture(params=["model"])
def viewer(request):
    """A viewer without a window, a tenth of the time, or with one where it matters."""
    if request.param == "window":
        return request.getfixturevalue("make_napari_viewer")()
    return ViewerModel()


in_window = pytest.mark.parametrize("viewer", ["window"], indirect=True)


@pytest.fixture
def source(viewer):
    return viewer.add_labels(VOLUME, name="cells")


def shown_at(highlight, source):
    """(n, 3) voxels of the source that the highlight has in view, by the world.

    In 2D the slice is that of the dims slider.
    """
    layer = highlight.layer
    raw = np.asarray(layer._slice.image.raw)
    texels = np.argwhere((raw > 0) & (raw != RIM)).astype(float)
    if raw.ndim == 2:
        z = layer.world_to_data(highlight._viewer.dims.point)[0]
        texels = np.insert(texels, 0, z, axis=1)
    world = np.array([layer.data_to_world(texel) for texel in texels])
    voxels = [source.world_to_data(point) for point in world]
    return np.round(voxels).astype(int).reshape(-1, 3)


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("ndisplay", [2, 3])
def test_the_voxels_of_the_labels_are_in_view_where_the_source_has_them(
    viewer, transform, ndisplay
):
    source = viewer.add_labels(VOLUME, **transform)
    viewer.dims.ndisplay = ndisplay
    viewer.dims.set_point(0, source.data_to_world((11, 0, 0))[0])
    highlight = Highlight(viewer)

    for labels in ([ALL[5]], ALL[[3, 17, 30]], ALL):
        highlight.show(source, INDEX, labels)

        expected = np.argwhere(np.isin(VOLUME, labels))
        if ndisplay == 2:
            expected = expected[expected[:, 0] == 11]
        np.testing.assert_array_equal(shown_at(highlight, source), expected)


def test_the_highlight_moves_with_its_source(viewer, source):
    viewer.dims.ndisplay = 3
    highlight = Highlight(viewer)
    highlight.show(source, INDEX, ALL[:2])
    expected = np.argwhere(np.isin(VOLUME, ALL[:2]))

    source.scale = (2, 0.5, 0.5)
    source.rotate = IN_PLANE
    source.translate = (100, 0, -9)
    source.shear = (0, 0, 0.2)
    source.affine = np.diag([1, 2, 3, 1])
    source.units = ("um", "um", "um")
    source.axis_labels = ("z", "y", "x")

    np.testing.assert_array_equal(shown_at(highlight, source), expected)
    assert highlight.layer.units == source.units
    assert highlight.layer.axis_labels == source.axis_labels
    np.testing.assert_allclose(viewer.layers.extent.world, source.extent.world)


@in_window
def test_changing_dimensions_and_axes_draws_the_same_labels(viewer, source):
    highlight = Highlight(viewer)
    highlight.show(source, INDEX, ALL[[4, 40]])

    for ndisplay, order in [(3, (0, 1, 2)), (2, (1, 0, 2)), (3, (2, 1, 0))]:
        viewer.dims.ndisplay, viewer.dims.order = ndisplay, order
        raw = np.asarray(highlight.layer._slice.image.raw)
        if ndisplay == 3:
            assert np.count_nonzero(raw) == np.isin(VOLUME, ALL[[4, 40]]).sum()
        else:
            y = int(viewer.dims.point[1])
            assert np.count_nonzero(raw) == np.isin(VOLUME[:, y], ALL[[4, 40]]).sum()
    assert highlight.layer.visible


def test_a_slice_is_filled_inside_a_solid_outline(viewer, source):
    highlight = Highlight(viewer)
    highlight.show(source, INDEX, ALL)

    drawn = np.asarray(highlight.layer._slice.image.raw)
    box = INDEX.union_bbox(ALL)
    inside = np.pad(VOLUME[viewer.dims.current_step[0]][box[1:]] > 0, 1)
    around = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    middle = inside[1:-1, 1:-1]
    np.testing.assert_array_equal(drawn == FILL, middle & around)
    np.testing.assert_array_equal(drawn == SOLID, middle & ~around)


@in_window
def test_layers_selection_modes_and_the_view_stay_as_they_were(viewer, source):
    points = viewer.add_points(ndim=3)
    for selected in ({source}, {points, source}, set()):
        viewer.layers.selection = selected
        source.mode = "paint"
        before = viewer.dims.model_dump(), camera_of(viewer).model_dump()
        heard = []
        viewer.layers.selection.events.active.connect(heard.append)
        source.events.set_data.connect(heard.append)

        highlight = Highlight(viewer)
        for labels in (ALL[:1], ALL):
            highlight.show(source, INDEX, labels)
        highlight.clear()

        assert set(viewer.layers.selection) == selected
        assert heard == []
        assert source.mode == "paint"
        assert (viewer.dims.model_dump(), camera_of(viewer).model_dump()) == before
        highlight.close()
        source.mode = "pan_zoom"


def test_there_is_one_layer_on_top_that_nobody_can_paint_on(viewer, source):
    highlight = Highlight(viewer)
    for labels in (ALL[:1], ALL[:9], ALL):
        highlight.show(source, INDEX, labels)
        assert list(viewer.layers) == [source, highlight.layer]
        assert not highlight.layer.editable
    assert highlight.layer.name == "cells [selected]"
    assert highlight.layer.blending == "translucent_no_depth"
    assert is_highlight(highlight.layer)
    assert not is_highlight(source)

    source.name = "nuclei"

    assert highlight.layer.name == "nuclei [selected]"


def test_clear_shows_nothing_and_keeps_the_layer(viewer, source):
    highlight = Highlight(viewer)
    highlight.clear()
    assert highlight.layer is None
    highlight.show(source, INDEX, ALL)

    highlight.clear()

    assert len(viewer.layers) == 2
    assert not np.asarray(highlight.layer.data).any()


def test_an_eye_that_the_user_closed_stays_closed(viewer, source):
    highlight = Highlight(viewer)
    highlight.show(source, INDEX, ALL[:1])
    highlight.layer.visible = False

    highlight.show(source, INDEX, ALL)
    viewer.dims.ndisplay = 3

    assert not highlight.layer.visible
    highlight.layer.visible = True
    assert np.count_nonzero(highlight.layer._slice.image.raw) == (VOLUME > 0).sum()


def test_a_hidden_source_leaves_the_selected_objects_alone_in_view(viewer, source):
    source.visible = False
    highlight = Highlight(viewer)

    highlight.show(source, INDEX, ALL[:3])

    assert highlight.layer.visible
    assert not source.visible


def test_a_deleted_highlight_comes_back_with_the_next_selection(viewer, source):
    highlight = Highlight(viewer)
    highlight.show(source, INDEX, ALL[:1])

    viewer.layers.remove(highlight.layer)
    assert highlight.layer is None
    viewer.dims.ndisplay = 3
    source.scale = (2, 2, 2)
    highlight.show(source, INDEX, ALL[:1])

    assert list(viewer.layers) == [source, highlight.layer]


@pytest.mark.parametrize("is_below", [False, True])
@pytest.mark.parametrize("how", ["remove", "selected", "clear"])
def test_the_highlight_goes_with_its_source(viewer, source, how, is_below):
    other = viewer.add_points(ndim=3)
    highlight = Highlight(viewer)
    highlight.show(source, INDEX, ALL[:1])
    if is_below:
        viewer.layers.move(2, 0)

    if how == "remove":
        viewer.layers.remove(source)
    elif how == "selected":
        viewer.layers.selection = {source}
        viewer.layers.remove_selected()
    else:
        viewer.layers.clear()
    settle()

    assert list(viewer.layers) == ([] if how == "clear" else [other])
    highlight.show(source, INDEX, ALL[:1])  # of a layer that is gone: nothing
    assert highlight.layer is None


@in_window
def test_another_source_takes_the_highlight_over(viewer, source):
    highlight = Highlight(viewer)
    highlight.show(source, INDEX, ALL)
    flat = viewer.add_labels(VOLUME[5], name="flat", translate=(3, 4))

    highlight.show(flat, build_index(VOLUME[5]), np.unique(VOLUME[5])[1:])
    source.name = source.name * 2

    assert [layer.name for layer in viewer.layers if is_highlight(layer)] == [
        "flat [selected]"
    ]
    raw = np.asarray(highlight.layer._slice.image.raw)
    assert ((raw > 0) & (raw != RIM)).sum() == (VOLUME[5] > 0).sum()


@in_window
def test_close_removes_the_layer_and_every_connection(viewer, source):
    dims, layers = viewer.dims.events, viewer.layers.events
    emitters = [dims.ndisplay, dims.order, layers.removed, source.events.scale]
    before = [len(emitter.callbacks) for emitter in emitters]
    highlight = Highlight(viewer)
    highlight.show(source, INDEX, ALL)

    highlight.close()
    highlight.close()
    highlight.show(source, INDEX, ALL)

    assert list(viewer.layers) == [source]
    assert [len(emitter.callbacks) for emitter in emitters] == before


def test_a_plugin_s_view_of_the_viewer_will_do(make_napari_viewer_proxy):
    viewer = make_napari_viewer_proxy()
    source = viewer.add_labels(VOLUME)
    highlight = Highlight(viewer)

    highlight.show(source, INDEX, ALL[:1])
    highlight.close()

    assert len(viewer.layers) == 1


@in_window
def test_a_large_selection_is_coarse_in_3d_and_exact_in_2d(viewer, source, monkeypatch):
    monkeypatch.setitem(_placement.MAX_TEXELS, 3, 2_000)
    highlight = Highlight(viewer)
    highlight.show(source, INDEX, ALL)
    world = viewer.dims.range
    for ndisplay in (3, 2, 3):
        viewer.dims.ndisplay = ndisplay
        raw = np.asarray(highlight.layer._slice.image.raw)
        if ndisplay == 3:
            assert 500 < raw.size <= 2_000
            at = shown_at(highlight, source)
            near = np.abs(at[:, None] - np.argwhere(VOLUME)).max(axis=2).min(axis=1)
            assert near.max() <= 2  # voxels away from the next voxel that is meant
        else:
            z = viewer.dims.current_step[0]
            assert len(shown_at(highlight, source)) == np.count_nonzero(VOLUME[z])
    assert viewer.dims.range == world
