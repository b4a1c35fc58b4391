"""An index saved beside its volume: never over the file of somebody else."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import build_index
from napari_label_index.io import INDEX_SUFFIX, read_meta, save_index
from napari_label_index.session import Ready, Stale
from session.immediate import HeldSubmit
from session.saved_volumes import SHAPE, Desk, Layer, make_volume, saved


@pytest.fixture
def layer(tmp_path):
    return Layer(tmp_path / "cells.tif", make_volume())


def save_another(path):
    save_index(build_index(np.ones((2, 3), np.int32)), path)


def test_only_what_was_read_after_the_stamp_was_taken_is_stamped(layer, tmp_path):
    lazy = Layer(tmp_path / "cells.tif", make_volume(), is_lazy=True)
    assert read_meta(saved(layer)).stamp is None, "read before anybody looked"
    assert read_meta(saved(lazy)).stamp is not None
    lazy.is_painted = True
    assert read_meta(saved(lazy)).stamp is None
    lazy.is_painted = False
    held = HeldSubmit()
    desk = Desk(lazy, held)
    desk.index()
    for job in held.jobs:  # the look is answered while the volume is being read
        job.finish()
    desk.save()
    held.jobs[-1].finish()
    assert read_meta(desk.told[-1].path).stamp is None


def test_nothing_that_is_no_index_is_ever_replaced(layer, tmp_path):
    desk = Desk(layer)
    desk.index()
    for target in (tmp_path / "a.parquet", tmp_path / ("cells" + INDEX_SUFFIX)):
        target.write_text("mine")
        desk.save(target)
        assert target.read_text() == "mine"
        assert desk.told[-1][0] == "error"
        assert "was not replaced" in desk.told[-1][1]


def test_the_index_of_another_volume_is_replaced_only_if_the_user_says_so(layer):
    path = saved(layer)
    desk = Desk(layer)
    desk.index()
    save_another(path)
    desk.save()
    assert read_meta(path).shape == (2, 3)
    assert desk.told[-1][0] == "error"
    assert desk.desk.home is None, "the next time it asks"
    assert Desk(layer).desk.home is None
    desk.save(path)
    assert read_meta(path).shape == SHAPE


def test_the_file_that_a_layer_was_read_from_is_not_replaced_without_a_word(tmp_path):
    volume = make_volume()
    path = tmp_path / ("cells" + INDEX_SUFFIX)
    save_index(build_index(volume), path)
    desk = Desk(Layer(path, volume))
    assert desk.desk.home is None
    desk.open()
    assert isinstance(desk.state, Ready), "its index is in it all the same"


def test_a_folder_that_is_not_there_any_more_is_a_sentence(layer, tmp_path):
    desk = Desk(layer)
    desk.index()
    desk.save(tmp_path / "no" / "cells.parquet")
    assert desk.told[-1][0] == "error"
    assert "make its folder first" in desk.told[-1][1]


def test_a_save_that_is_cancelled_leaves_the_file_as_it_was(layer):
    before = saved(layer).read_bytes()
    held = HeldSubmit()
    desk = Desk(layer, held)
    desk.index()
    held.jobs[0].finish()
    held.jobs[1].finish()
    desk.save()
    assert desk.desk.is_saving
    desk.desk.cancel()
    held.jobs[2].finish()
    assert desk.told == [("warning", "Saving was cancelled; nothing was written.")]
    assert not desk.desk.is_saving
    assert saved(layer).read_bytes() == before


def test_there_is_nothing_to_save_without_an_index_that_is_right(layer):
    desk = Desk(layer)
    desk.save()
    desk.index()
    desk.session.mark_changed()
    assert isinstance(desk.state, Stale)
    desk.save()
    assert [kind for kind, _ in desk.told] == ["warning", "warning"]


def test_what_was_saved_of_a_layer_is_not_offered_for_the_next(layer, tmp_path):
    held = HeldSubmit()
    desk = Desk(layer, held)
    desk.index()
    held.jobs[0].finish()
    held.jobs[1].finish()
    desk.save()
    desk.choose(Layer(tmp_path / "others.tif", make_volume(1)))
    held.jobs[3].finish()
    held.jobs[2].finish()
    assert desk.told[-1].path.name == "cells" + INDEX_SUFFIX, "it was still saved"
    assert desk.desk.saved is None
