"""An index in a folder is on show while slices of its volume are still compared."""

from __future__ import annotations

import os

import numpy as np
import pytest

from napari_label_index import build_index_dataset
from napari_label_index.session import STILL_COMPARING, Ready, Stale
from session.immediate import HeldSubmit
from session.saved_volumes import CHECKED, Desk, Layer, make_volume


@pytest.fixture
def layer(tmp_path):
    return Layer(tmp_path / "cells.tif", make_volume(), is_lazy=True)


@pytest.fixture
def submit(layer):
    build_index_dataset(layer.path, layer.path.with_name("cells.labelindex"))
    return HeldSubmit()


def opened(layer, submit):
    """A desk whose index is open, with the comparison still to be done."""
    desk = Desk(layer, submit)
    submit.jobs.pop().finish()  # looked for
    desk.open()
    submit.jobs.pop().finish()
    return desk


def write_in_place(layer, volume):
    """Change voxels and leave size and time of the file: nothing but a look tells."""
    time = layer.path.stat().st_mtime_ns
    layer.write(volume)
    os.utime(layer.path, ns=(time, time))


def changed_volume(z):
    volume = make_volume()
    volume[z, 1, 1] += 1
    return volume


def test_an_index_is_on_show_before_slices_are_compared(layer, submit):
    desk = opened(layer, submit)
    assert isinstance(desk.state, Ready)
    assert desk.state.compared == STILL_COMPARING
    index = desk.session.index
    submit.jobs.pop().finish()
    assert desk.state.compared == "32 of 40 slices compared"
    assert desk.session.index is index
    assert not submit.jobs


def test_a_volume_that_differs_is_out_of_date(layer, submit):
    desk = opened(layer, submit)
    write_in_place(layer, changed_volume(CHECKED[3]))
    submit.jobs.pop().finish()
    assert isinstance(desk.state, Stale)
    assert desk.state.notice == (
        "The volume has changed since cells.labelindex was saved: "
        f"slice {CHECKED[3]} differs."
    )


def test_a_volume_that_cannot_be_read_is_told(layer, submit):
    desk = opened(layer, submit)
    (layer.path.with_name("cells.labelindex") / "runs" / "part-00000.parquet").unlink()
    submit.jobs.pop().finish()
    assert desk.state.compared == "slices not compared"
    ((kind, text),) = desk.told
    assert kind == "error"
    assert text.startswith("Comparing with the layer failed:")
    assert "there is no such file" in text


def test_an_edit_meanwhile_is_compared_as_well(layer, submit):
    desk = opened(layer, submit)
    first = submit.jobs.pop()
    z = CHECKED[5]
    write_in_place(layer, changed_volume(z))
    desk.session.apply_edit(layer.image, (slice(z, z + 1), slice(1, 2), slice(1, 2)))
    assert first.is_cancelled
    submit.jobs.pop().finish()
    assert desk.state.compared == "32 of 40 slices compared"
    np.testing.assert_array_equal(
        desk.session.index.to_label_image(), changed_volume(z)
    )


def test_who_indexes_anew_or_leaves_does_not_wait_for_it(layer, submit):
    desk = opened(layer, submit)
    check = submit.jobs.pop()
    desk.index()
    assert check.is_cancelled
    desk.session.cancel()
    (_, again) = submit.jobs
    again.finish()
    assert desk.state.compared == "32 of 40 slices compared"
    desk = opened(layer, submit)
    desk.session.clear()
    assert submit.jobs[-1].is_cancelled
    desk = opened(layer, submit)
    desk.desk.close()
    assert submit.jobs[-1].is_cancelled
