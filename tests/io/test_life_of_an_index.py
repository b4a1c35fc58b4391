"""Any order of building, painting, saving, opening, exporting: always the oracle's."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import oracle
from campaigns import rounds
from napari_label_index.errors import Cancelled
from napari_label_index.index import build_index
from napari_label_index.io import export_coords, open_index, save_index, verify_export

IDS = st.sampled_from([-(2**31), -1, 0, 1, 2, 3, 2**31 - 1])


class Life(RuleBasedStateMachine):
    """The oracle is the volume itself, and that of the last save."""

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "a.parquet"
        rng = np.random.default_rng(seed)
        few = rng.integers(-1, 4, (3, 5, 6))
        self.image = np.repeat(few, 2, axis=2).astype(np.int32)
        self.index = build_index(self.image)
        self.saved = None

    def teardown(self):
        if hasattr(self, "folder"):
            self.folder.cleanup()

    @rule(label=IDS, low=st.tuples(*(st.integers(0, n) for n in (2, 4, 11))),
          size=st.tuples(*[st.integers(1, 4)] * 3))  # fmt: skip
    def paint(self, label, low, size):
        box = tuple(slice(a, a + n) for a, n in zip(low, size, strict=True))
        self.image[box] = label
        self.index = self.index.update(self.image, box)

    @rule()
    def build(self):
        self.index = build_index(self.image)

    @rule()
    def save(self):
        save_index(self.index, self.path)
        self.saved = self.image.copy()

    @rule()
    def open(self):
        if self.saved is not None:
            self.image = self.saved.copy()
            self.index = open_index(self.path)

    @rule()
    def open_some(self):
        labels = [] if self.saved is None else oracle.labels_of(self.saved)[:2]
        if labels:
            some = open_index(self.path, labels)
            assert list(some) == labels
            for label in labels:
                found = oracle.coords(self.saved, label)
                np.testing.assert_array_equal(some.coords(label), found)

    @rule(least=st.integers(0, 30))
    def select(self, least):
        found = self.index.select(f"num_pixels >= {least}").tolist()
        wanted = oracle.labels_of(self.image)
        assert found == [x for x in wanted if (self.image == x).sum() >= least]

    @rule(ending=st.sampled_from([".csv", ".npz", ".parquet"]))
    def export(self, ending):
        path = export_coords(self.index, None, self.path.with_suffix(f".x{ending}"))
        assert verify_export(path, self.image).ok

    @rule(k=st.integers(1, 9))
    def cancel(self, k):
        asked = iter(range(1, 1000))
        try:
            build_index(self.image, cancel=lambda: next(asked) >= k)
        except Cancelled:
            return
        assert next(asked) <= k

    @invariant()
    def the_index_is_that_of_the_volume(self):
        if not hasattr(self, "index"):
            return
        labels = oracle.labels_of(self.image)
        assert list(self.index) == labels
        np.testing.assert_array_equal(self.index.to_label_image(), self.image)
        for row, label in enumerate(labels):
            assert self.index.voxel_counts[row] == (self.image == label).sum()
            box = oracle.bbox(self.image, label)
            np.testing.assert_array_equal(self.index.bboxes[row], box)


def test_an_index_stays_that_of_its_volume_whatever_is_done_with_it(campaign):
    with campaign("C2", "build, paint, save, open, select, export, cancel") as count:

        class Counted(Life):
            def __init__(self):
                super().__init__()
                count.case()

        run_state_machine_as_test(
            Counted,
            settings=settings(
                settings.default,
                max_examples=rounds(8, 500),
                stateful_step_count=rounds(20, 100),
            ),
        )
