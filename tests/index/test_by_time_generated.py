"""Generated films: each row is what a volume of that time has, after edits too."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from films import assert_same_rows, pairs_of
from napari_label_index.index import LabelImage, build_index
from strategies import INTEGER_DTYPES

AXES = {
    3: [("t", "y", "x"), ("y", "t", "x")],
    4: [("t", "z", "y", "x"), ("z", "t", "y", "x"), ("z", "y", "t", "x")],
    5: [("t", "c", "z", "y", "x"), ("c", "t", "z", "y", "x")],
}
# Of a label alone: what a volume of one time must say too.
COLUMNS = ("num_pixels", "n_components", "n_holes", "n_neighbours", "contact_area")


@st.composite
def films(draw, max_dims=5):
    """Volumes with an axis of time, in types of all widths; ids are used again."""
    axes = draw(st.sampled_from(AXES[draw(st.integers(3, max_dims))]))
    shape = draw(st.tuples(*[st.integers(1, 4)] * len(axes)))
    dtype = draw(st.sampled_from(INTEGER_DTYPES))
    limits = np.iinfo(dtype)
    largest = min(limits.max, 2**60)
    ids = [0, 1, 2, 3, largest, max(limits.min, -(2**60))]
    seed = draw(st.integers(0, 2**32 - 1))
    chosen = np.random.default_rng(seed).choice(draw(st.integers(2, 6)), shape)
    data = np.array([np.array(i).astype(dtype) for i in ids], dtype)[chosen]
    return LabelImage(data, axes=axes)


def rows_by_hand(film):
    """(label, time): coordinates, for all labels but 0."""
    axis = film.axes.index("t")
    found = {}
    for label in np.unique(film.data).tolist():
        coords = np.argwhere(film.data == label)
        for time in np.unique(coords[:, axis]).tolist():
            if label != 0:
                found[label, time] = coords[coords[:, axis] == time]
    return found


@given(films())
def test_there_is_a_row_for_each_label_and_time_with_its_voxels_in_c_order(film):
    by_time, expected = build_index(film).by_time(), rows_by_hand(film)
    assert pairs_of(by_time, by_time.labels) == sorted(expected)
    assert by_time.ids.dtype == build_index(film).labels.dtype
    for key, pair in zip(by_time, sorted(expected), strict=True):
        np.testing.assert_array_equal(by_time.coords(key), expected[pair])
    assert by_time.by_time() is by_time


@given(films())
def test_back_by_label_it_is_the_index_that_it_came_from(film):
    index = build_index(film)
    again = index.by_time().by_label()
    assert_same_rows(again, index)
    assert again.background == index.background
    np.testing.assert_array_equal(index.by_time().to_label_image(), film.data)


@given(films(), st.data())
def test_some_rows_are_an_index_by_label_of_their_voxels_alone(film, data):
    by_time = build_index(film).by_time()
    if not len(by_time):
        return
    chosen = data.draw(st.sets(st.sampled_from(list(by_time))))
    kept = np.zeros_like(film.data)
    for key in chosen:
        kept[by_time[key]] = by_time.ids_of(np.array([key], by_time.labels.dtype))[0]
    assert_same_rows(by_time.by_label(chosen), build_index(kept))


@given(films(max_dims=4))
def test_columns_of_a_time_are_those_of_a_volume_of_that_time(film):
    by_time, axis = build_index(film).by_time(), film.axes.index("t")
    for time in range(film.shape[axis]):
        rest = tuple(name for name in film.axes if name != "t")
        alone = build_index(LabelImage(film.data.take(time, axis), axes=rest))
        rows = by_time.rows_of(by_time.select(f"t = {time}"))
        np.testing.assert_array_equal(by_time.column("label")[rows], alone.labels)
        for name in COLUMNS:
            np.testing.assert_array_equal(
                by_time.column(name)[rows], alone.column(name), name
            )


@given(films())
def test_track_columns_are_those_of_the_times_of_each_label(film):
    index, rows = build_index(film), rows_by_hand(film)
    for row, label in enumerate(index):
        times = [time for each, time in rows if each == label]
        assert index.column("t_first")[row] == min(times)
        assert index.column("t_last")[row] == max(times)
        assert index.column("n_times")[row] == len(times)
        missing = set(range(min(times), max(times) + 1)) - set(times)
        assert index.column("n_missing_times")[row] == len(missing)


class Edits(RuleBasedStateMachine):
    """Boxes are painted one after the other, in a film."""

    @initialize(film=films(max_dims=4), seed=st.integers(0, 99))
    def build(self, film, seed):
        self.random = np.random.default_rng(seed)
        self.film = LabelImage(film.data.copy(), axes=film.axes)
        self.index, self.tracks = build_index(film).by_time(), build_index(film)

    @rule(data=st.data(), label=st.integers(0, 5))
    def edit(self, data, label):
        bounds = [
            sorted(data.draw(st.tuples(st.integers(0, n), st.integers(0, n))))
            for n in self.film.shape
        ]
        box = tuple(slice(*pair) for pair in bounds)
        self.film.data[box] = label
        self.index = self.index.update(self.film, box)
        self.tracks = self.tracks.update(self.film, box)

    @rule(name=st.sampled_from(["n_components", "n_holes", "n_neighbours"]))
    def ask_for_a_column(self, name):
        self.index.column(name)
        self.tracks.column("n_times")

    @invariant()
    def it_is_as_one_built_anew(self):
        if not hasattr(self, "film"):
            return
        tracks = build_index(self.film)
        expected = tracks.by_time()
        np.testing.assert_array_equal(self.index.labels, expected.labels)
        for name in ("label", "t", *COLUMNS, "bbox-0", "centroid-1"):
            np.testing.assert_array_equal(
                self.index.column(name), expected.column(name), name
            )
        for name in ("t_first", "t_last", "n_times", "n_missing_times"):
            np.testing.assert_array_equal(
                self.tracks.column(name), tracks.column(name), name
            )

    def teardown(self):
        if hasattr(self, "film"):
            assert_same_rows(self.index, build_index(self.film).by_time())


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    settings.default,
    max_examples=max(10, settings.default.max_examples // 10),
    stateful_step_count=min(60, max(8, settings.default.max_examples // 50)),
)
