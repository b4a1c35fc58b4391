"""Layers that come and go while saved indexes are opened: none is shown of another."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from napari_label_index.session import Failed, Indexing, Ready
from session.immediate import HeldSubmit
from session.saved_volumes import Desk, Layer, make_volume, saved


class OpenRaces(RuleBasedStateMachine):
    """Three layers with a saved index each, which is out of date for the last."""

    @initialize()
    def open_window(self):
        self.folder = tempfile.TemporaryDirectory()
        self.layers = [self.make_layer(k) for k in range(3)]
        saved(self.layers[2])
        self.layers[2].data = make_volume(9)
        self.held = HeldSubmit()
        self.desk = Desk(submit=self.held)
        self.desk.choose(self.layers[0])
        self.awaits = None  # the job that opens the index of the layer on show

    def make_layer(self, k):
        layer = Layer(Path(self.folder.name) / f"{k}.tif", make_volume(k), name=str(k))
        saved(layer)
        return layer

    def teardown(self):
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @rule(k=st.integers(0, 2))
    def choose(self, k):
        self.desk.choose(self.layers[k])
        self.awaits = None

    @rule()
    def open(self):
        if self.desk.desk.saved is not None:
            self.desk.open()
            self.awaits = self.held.jobs[-1]

    @rule()
    def index(self):
        self.desk.index()
        self.awaits = None

    @rule()
    def cancel(self):
        self.desk.session.cancel()
        self.awaits = None

    @rule(number=st.integers(0, 20), heard_cancel=st.booleans())
    def answer(self, number, heard_cancel):
        if not self.held.jobs:
            return
        job = self.held.jobs[-1 - number % min(4, len(self.held.jobs))]
        job.is_cancelled &= heard_cancel  # it may have finished just before
        job.finish()
        if job is self.awaits:
            is_right = self.desk.layer is not self.layers[2]
            assert type(self.desk.state) is (Ready if is_right else Failed)
            self.awaits = None

    @invariant()
    def what_is_shown_is_of_the_layer_on_show(self):
        if not hasattr(self, "desk"):
            return
        state, layer = self.desk.state, self.desk.layer
        shown = state.before if isinstance(state, Indexing) else state
        if isinstance(shown, Ready):
            np.testing.assert_array_equal(shown.index.to_label_image(), layer.data)
            assert layer is not self.layers[2] or not shown.compared
        found = self.desk.desk.saved
        assert found is None or found.path.name.startswith(f"{layer.name}.")


TestOpenRaces = OpenRaces.TestCase
TestOpenRaces.settings = settings(
    settings.default,
    max_examples=max(20, settings.default.max_examples // 10),
    stateful_step_count=20,
)
