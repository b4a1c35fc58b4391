"""An index saved beside its volume: offered, and opened only where it still is its."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index_files import forged
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import INDEX_SUFFIX, save_index
from napari_label_index.session import Empty, Failed, Indexing, Ready
from session.immediate import HeldSubmit
from session.saved_volumes import (
    CHECKED,
    SHAPE,
    UNREAD,
    Desk,
    Layer,
    make_volume,
    saved,
)


@pytest.fixture
def volume():
    return make_volume()


@pytest.fixture
def layer(tmp_path, volume):
    return Layer(tmp_path / "cells.tif", volume)


@pytest.fixture
def lazy(tmp_path, volume):
    return Layer(tmp_path / "cells.tif", volume, is_lazy=True)


def assert_index_of(index, image):
    expected = build_index(image)
    np.testing.assert_array_equal(index.to_label_image(), np.asarray(image))
    assert (index.axes, index.spacing, index.unit, index.source) == (
        (expected.axes, expected.spacing, expected.unit, expected.source)
    )
    assert index.bboxes.tolist() == expected.bboxes.tolist()


def test_an_index_is_saved_beside_its_volume_offered_and_opened(layer, tmp_path):
    assert saved(layer) == tmp_path / ("cells" + INDEX_SUFFIX)
    layer.name, layer.spacing = "renamed", (3, 1, 1)
    again = Desk(layer)
    assert not again.desk.saved.unfit
    assert again.desk.saved.n_labels == 5
    assert again.session.index is None, "an offer is no more than that"
    again.open()
    assert isinstance(again.state, Ready)
    assert again.state.compared == "all voxels compared"
    assert_index_of(again.session.index, layer.image)


@given(
    seed=st.integers(0, 9),
    edits=st.lists(
        st.tuples(*(st.integers(0, n - 1) for n in SHAPE), st.integers(0, 7)),
        max_size=2,
    ),
    is_lazy=st.booleans(),
    is_file_changed=st.booleans(),
)
def test_an_index_is_opened_exactly_where_no_voxel_differs(
    tmp_path_factory, seed, edits, is_lazy, is_file_changed
):
    volume = make_volume(seed)
    path = tmp_path_factory.mktemp("volume") / "cells.tif"
    saved(Layer(path, volume, is_lazy=is_lazy))
    changed = volume.copy()
    for *place, label in edits:
        changed[tuple(place)] = label
    layer = Layer(path, changed)
    if is_lazy and is_file_changed:
        layer.write(changed)
        layer = Layer(path, changed, is_lazy=True)
    desk = Desk(layer)
    desk.open()
    is_same = np.array_equal(changed, volume)
    assert type(desk.state) is (Ready if is_same else Failed)


def test_a_lazy_volume_of_untouched_files_is_compared_in_slices(lazy):
    saved(lazy)
    desk = Desk(lazy)
    desk.open()
    assert "32 of 40 slices" in desk.state.compared
    assert_index_of(desk.session.index, lazy.image)


@pytest.mark.parametrize("place", [UNREAD, CHECKED[3]], ids=["unread", "checked"])
def test_a_lazy_volume_whose_files_changed_is_compared_whole(lazy, volume, place):
    saved(lazy)
    volume[place, 1, 2] = 9
    lazy.write(volume)
    desk = Desk(lazy)
    desk.open()
    assert isinstance(desk.state, Failed)
    assert "label 9 is new" in desk.state.message


def test_a_painted_lazy_volume_is_compared_whole(lazy):
    saved(lazy)
    lazy.data[UNREAD, 1, 2] = 9
    lazy.is_painted = True
    desk = Desk(lazy)
    desk.open()
    assert isinstance(desk.state, Failed)


def test_files_rewritten_with_the_same_voxels_are_compared_whole(lazy, volume):
    saved(lazy)
    lazy.path.unlink()
    lazy.write(volume[:, :, ::-1].copy())
    lazy.write(volume)
    desk = Desk(lazy)
    desk.open()
    assert desk.state.compared == "all voxels compared"


def test_what_a_volume_turned_into_is_said_in_words(layer, volume):
    path = saved(layer)
    layer.data = volume + (volume == 5)
    desk = Desk(layer)
    desk.open()
    assert desk.state.was_opening
    assert desk.session.index is None
    assert path.name in desk.state.message
    assert "label 5 is gone" in desk.state.message
    desk.index()
    assert isinstance(desk.state, Ready)
    desk.save()
    Desk(layer).open()
    assert isinstance(desk.state, Ready), "saved anew"


def test_other_ids_and_another_background_are_told(layer, volume):
    path = saved(layer)
    layer.data = volume.astype(np.uint8)
    desk = Desk(layer)
    desk.open()
    assert "uint8" in desk.state.message
    layer.data = volume
    save_index(build_index(volume, background=3), path)
    desk = Desk(layer)
    desk.open()
    assert "leaves out label 3" in desk.state.message


def spoil(path):
    path.write_bytes(path.read_bytes()[:-9])


def make_newer(path):
    def change(page):
        page["version"] = 99

    forged(path, path.with_name("newer"), change_page=change)
    path.with_name("newer").replace(path)


def replace_by_another(path):
    save_index(build_index(np.ones((2, 3), np.int32)), path)


SPOILT = {
    spoil: "no whole index file",
    make_newer: "install a newer release",
    replace_by_another: "another volume",
    lambda path: path.write_text("my notes"): "no whole index file",
}


@pytest.mark.parametrize("change", SPOILT, ids=["cut", "newer", "other", "foreign"])
def test_a_file_that_cannot_be_used_is_told_and_not_offered(layer, change):
    path = saved(layer)
    change(path)
    desk = Desk(layer)
    assert SPOILT[change] in desk.desk.saved.unfit
    assert str(path.parent) not in desk.desk.saved.unfit, "too long for a dock"


@pytest.mark.parametrize("change", [spoil, make_newer, lambda path: path.unlink()])
def test_a_file_that_is_spoilt_after_the_offer_is_a_sentence(layer, change):
    path = saved(layer)
    desk = Desk(layer)
    change(path)
    desk.open()
    assert isinstance(desk.state, Failed)
    assert path.name in desk.state.message
    assert desk.state.message.endswith(".")


def test_a_file_that_is_replaced_while_it_is_opened_is_not_used(
    layer, volume, monkeypatch
):
    path = saved(layer)
    other = build_index(volume + 1)
    held = HeldSubmit()
    desk = Desk(layer, held)
    held.jobs[0].finish()
    desk.open()
    held.jobs[1].on_progress = lambda progress: (
        save_index(other, path) if progress.done else None
    )
    held.jobs[1].finish()
    assert "replaced" in desk.state.message


def test_there_is_nothing_to_open_without_a_file(layer):
    desk = Desk(layer)
    desk.open()
    assert desk.state == Empty()
    assert [kind for kind, _ in desk.told] == ["warning"]


def test_an_edit_while_an_index_is_opened_is_followed(layer, volume):
    saved(layer)
    held = HeldSubmit()
    desk = Desk(layer, held)
    held.jobs[0].finish()
    desk.open()
    image = LabelImage(volume.copy())
    image.data[0, 0, :] = 7
    desk.session.apply_edit(image, (slice(0, 1), slice(0, 1), slice(0, 5)))
    assert isinstance(desk.state, Indexing)
    held.jobs[1].finish()
    np.testing.assert_array_equal(desk.session.index.to_label_image(), image.data)


def test_an_answer_about_the_layer_before_is_dropped(layer, tmp_path):
    saved(layer)
    held = HeldSubmit()
    desk = Desk(layer, held)
    desk.choose(Layer(tmp_path / "others.tif", make_volume(1)))
    held.jobs[0].finish()
    assert desk.desk.saved is None
    held.jobs[1].finish()
    assert desk.desk.saved is None


def test_an_answer_that_comes_after_all_layers_are_gone_is_dropped(layer):
    saved(layer)
    held = HeldSubmit()
    desk = Desk(layer, held)
    desk.desk.look(None)
    held.jobs[0].finish()
    assert desk.desk.saved is None


def test_a_closed_desk_hears_nothing(layer):
    saved(layer)
    held = HeldSubmit()
    desk = Desk(layer, held)
    desk.desk.close()
    held.jobs[0].finish()
    assert desk.desk.saved is None
    desk.index()
    assert json.dumps(desk.told) == "[]"
