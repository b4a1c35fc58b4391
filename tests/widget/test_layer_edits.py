"""Edits of a real Labels layer: the box that is told holds all that has changed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from napari.layers import Labels

from napari_label_index._widget._layer_edits import LayerEdits, UnknownEdit

SHAPE = (6, 20, 24)
VOXELS = st.tuples(*(st.integers(0, n - 1) for n in SHAPE))
IDS = st.integers(0, 4)


class Strokes(RuleBasedStateMachine):
    """Any tool, undo and redo; `known` is what somebody has who repaints the boxes."""

    @initialize(ndim=st.sampled_from([2, 3]))
    def open(self, ndim):
        image = np.random.default_rng(0).integers(0, 4, SHAPE).astype(np.uint16)
        self.layer = Labels(image)
        self.layer.n_edit_dimensions = ndim
        self.layer.brush_size = 5
        self.known = image.copy()
        self.edits = LayerEdits(self.layer)
        self.told = []
        self.layer.events.paint.connect(lambda event: self.told.extend(event.value))

    @rule(at=VOXELS, label=IDS)
    def paint(self, at, label):
        self.layer.paint(at, label)

    @rule(at=VOXELS, label=IDS)
    def fill(self, at, label):
        self.layer.fill(at, label)

    @rule(places=st.lists(VOXELS, min_size=1, max_size=6), label=IDS)
    def set_items(self, places, label):
        self.layer.data_setitem(tuple(np.transpose(places)), label)

    @rule(places=st.lists(VOXELS, min_size=2, max_size=4), label=IDS)
    def draw_a_stroke(self, places, label):
        with self.layer.block_history():
            for at in places:
                self.layer.paint(at, label)

    @rule()
    def undo(self):
        self.layer.undo()

    @rule()
    def redo(self):
        self.layer.redo()

    @rule()
    def look(self):
        told, self.told = self.told, []
        box = self.edits.changed_box(told)
        if box is not None:
            self.known[box] = self.layer.data[box]
        np.testing.assert_array_equal(self.known, self.layer.data)

    @invariant()
    def nothing_is_told_twice(self):
        if hasattr(self, "edits") and not self.told:
            self.look()
            assert self.edits.changed_box() is None


TestStrokes = Strokes.TestCase
TestStrokes.settings = settings(
    settings.default,
    max_examples=max(15, settings.default.max_examples // 10),
    stateful_step_count=20,
)


def test_the_box_of_a_brush_is_tight():
    layer = Labels(np.zeros(SHAPE, np.uint8))
    edits = LayerEdits(layer)
    layer.brush_size = 3
    layer.paint((2, 10, 12), 1)
    changed = np.argwhere(layer.data)
    box = edits.changed_box()
    assert [part.start for part in box] == changed.min(axis=0).tolist()
    assert [part.stop for part in box] == (changed.max(axis=0) + 1).tolist()


def test_history_that_is_full_is_followed_all_the_same():
    layer = Labels(np.zeros((1, 300), np.uint8))
    edits = LayerEdits(layer)
    for column in range(layer._history_limit + 5):
        layer.data_setitem((np.array([0]), np.array([column])), 1)
    edits.changed_box()
    layer.undo()
    last = layer._history_limit + 4
    assert edits.changed_box() == (slice(0, 1), slice(last, last + 1))


def test_words_that_are_new_to_us_are_an_unknown_edit():
    layer = Labels(np.zeros((4, 4), np.uint8))
    edits = LayerEdits(layer)
    for atom in ("a box", (np.array([1.5]), 0, 1), ((np.array([1]),), 0, 1)):
        with pytest.raises(UnknownEdit):
            edits.changed_box([atom])


def test_without_a_history_only_what_is_told_is_known():
    class NoHistory:
        data = np.zeros((4, 4), np.uint8)

    edits = LayerEdits(NoHistory())
    assert edits.changed_box() is None
    atom = ((np.array([1, 3]), np.array([-1, 2])), 0, 1)
    assert edits.changed_box([atom]) == (slice(1, 4), slice(0, 4))
