"""Layers that are read from files as needed: what is read, and what when that fails."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest

from dock_index import WAIT_MS, index_layer
from napari_label_index._samples import ellipsoids
from napari_label_index._widget.edits._edit_question import Where
from napari_label_index.session import Failed

VOLUME = ellipsoids((24, 40, 48), (3, 4, 4), seed=2)


class Stored:
    """An array in chunks that notes what is read of it, and can be made to fail."""

    ndim, dtype, chunks = VOLUME.ndim, VOLUME.dtype, (8, 16, 16)
    shape, size = VOLUME.shape, VOLUME.size

    def __init__(self):
        self.keys = []
        self.is_broken = False
        self.is_too_large = False  # all of it

    def __getitem__(self, key):
        self.keys.append(key)
        part = VOLUME[key]
        if self.is_too_large and part.size == VOLUME.size:
            raise MemoryError("Unable to allocate 8.00 GiB")
        hits_bad_chunk = np.zeros(VOLUME.shape, bool)
        hits_bad_chunk[8:16, 16:32, 16:32] = self.is_broken
        if hits_bad_chunk[key].any():
            raise OSError("input/output error")
        return part

    def __array__(self, dtype=None, copy=None):
        raise AssertionError("the whole volume was asked for")


@pytest.fixture
def stored():
    return Stored()


@pytest.fixture
def lazy(bare, stored, qtbot):
    viewer, widget = bare()
    viewer.add_labels(stored, name="lazy")
    index_layer(widget, qtbot)
    stored.keys.clear()
    return viewer, widget


def is_one_slice(key):
    return isinstance(key[0], int) and key[1:] == (slice(None),) * 2


def test_what_is_looked_at_comes_from_the_index(lazy, stored, qtbot):
    viewer, widget = lazy
    index, selection = widget.session.index, widget.session.selection
    widget.inspector.detail.button.click()
    for labels in (index.labels[:1], index.labels):
        selection.select(labels)
        widget.picture.show_highlight()
    selection.select(index.labels[:1])
    columns = widget.inspection.columns
    columns.request(["n_neighbours", "n_components"])
    qtbot.waitUntil(
        lambda: columns.is_ready("n_neighbours") and columns.is_ready("n_components"),
        timeout=WAIT_MS,
    )
    widget.modes.isolate_button.click()
    assert stored.keys == []
    # The layer is hidden meanwhile, so that not even napari asks for the volume.
    viewer.dims.ndisplay = 3
    assert stored.keys == []
    assert viewer.layers["lazy [shown]"].data[:].any()


def test_a_jump_reads_the_slice_that_napari_shows_and_no_more(lazy, stored):
    viewer, widget = lazy
    index = widget.session.index
    far = index.labels[np.argmax(index.centroids[:, 0])]
    widget.session.selection.select(np.array([far]))
    widget.focus_selected()
    assert viewer.dims.current_step[0] > 12
    assert len(stored.keys) == 1
    assert is_one_slice(stored.keys[0])


def test_a_layer_too_large_for_3d_is_isolated_there_and_not_shown_whole(lazy, stored):
    viewer, widget = lazy
    stored.is_too_large = True
    widget.session.selection.select(widget.session.index.labels[:2])
    widget.modes.isolate_button.click()
    viewer.dims.ndisplay = 3
    widget.picture.show_highlight()
    assert viewer.layers["lazy [shown]"].data[:].any()
    widget.modes.isolate_button.click()
    assert widget.modes.banner.text().startswith("There is not enough memory to show")
    assert not viewer.layers["lazy [shown]"].visible
    viewer.dims.ndisplay = 2
    assert viewer.layers["lazy"].visible
    assert widget.modes.banner.isHidden()


def test_a_chunk_that_fails_is_named_and_index_may_be_pressed_again(
    bare, stored, qtbot
):
    viewer, widget = bare()
    viewer.add_labels(stored, name="lazy")
    stored.is_broken = True
    widget.index_button.click()
    qtbot.waitUntil(lambda: isinstance(widget.session.state, Failed), timeout=WAIT_MS)
    assert widget.banner.text() == (
        "The chunk [8:16, 16:32, 16:32] could not be read: input/output error."
    )
    assert widget.session.index is None
    stored.is_broken = False
    index_layer(widget, qtbot)
    assert widget.banner.isHidden()
    np.testing.assert_array_equal(widget.session.index.to_label_image(), VOLUME)


def test_a_multiscale_layer_of_dask_is_indexed_and_edited_at_its_finest(bare, qtbot):
    viewer, widget = bare()
    finest = da.from_array(VOLUME, ((9, 15), (7,) * 5 + (5,), 16))
    levels = [finest, finest[:, ::2, ::3]]
    layer = viewer.add_labels(levels, multiscale=True, name="levels")
    index_layer(widget, qtbot)
    np.testing.assert_array_equal(widget.session.index.to_label_image(), VOLUME)
    asked = []
    widget.editor.ask = lambda _dock, _question, why: asked.append(why) or Where.COPY
    gone = widget.session.index.labels[:1]
    widget.session.selection.select(gone)
    widget.editor.delete()
    qtbot.waitUntil(lambda: len(viewer.layers) > 1 and not layer.visible)
    assert "several scales" in asked[0]
    copied = next(x for x in viewer.layers if x.name == "levels edited")
    assert not copied.multiscale
    np.testing.assert_array_equal(copied.data, np.where(gone == VOLUME, 0, VOLUME))
