"""An index that follows edits: after any of them it equals one built anew."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from napari_label_index.errors import NotIntegerLabelsError, UnsupportedLabelsError
from napari_label_index.index import LabelImage, build_index
from strategies import INTEGER_DTYPES, ids_of, label_images

CHECKS = ("n_components", "n_components-2", "n_holes", "hole_voxels", "n_neighbours")


def assert_same_index(index, expected):
    for name in ("labels", "offsets", "starts", "lengths"):
        found, wanted = getattr(index.runs, name), getattr(expected.runs, name)
        assert found.dtype == wanted.dtype, name
        np.testing.assert_array_equal(found, wanted, err_msg=name)
    for name, column in expected.table().items():
        np.testing.assert_array_equal(index.column(name), column, err_msg=name)


@st.composite
def boxes(draw, shape):
    bounds = [
        sorted(draw(st.tuples(st.integers(0, n), st.integers(0, n)))) for n in shape
    ]
    return tuple(slice(*pair) for pair in bounds)


class Edits(RuleBasedStateMachine):
    """Boxes are painted one after the other; the index hears of each."""

    @initialize(image=label_images(INTEGER_DTYPES, max_dims=4), data=st.data())
    def build(self, image, data):
        self.image = np.array(image)
        # Half of the time most voxels are one label's or background's: long runs.
        if data.draw(st.booleans()):
            self.image[self.image != self.image.flat[0]] = data.draw(self.ids())
        self.index = build_index(self.image)

    def ids(self):
        return ids_of(self.image.dtype)

    def paint(self, data):
        box = data.draw(boxes(self.image.shape))
        value = data.draw(self.ids())
        if data.draw(st.booleans()):
            self.image[box] = value
        else:
            window = self.image[box]
            window[window == data.draw(self.ids())] = value
        return box

    @rule(data=st.data())
    def edit(self, data):
        self.index = self.index.update(self.image, self.paint(data))

    @rule()
    def ask_for_all_runs(self):
        assert self.index.runs.starts.size == self.index.n_runs

    @rule(name=st.sampled_from(CHECKS))
    def compute_a_column(self, name):
        if name in self.index.columns:
            expected = build_index(self.image).column(name)
            np.testing.assert_array_equal(self.index.column(name), expected)

    @rule(data=st.data())
    def look_at_a_few_labels(self, data):
        if len(self.index):
            chosen = data.draw(st.sets(st.sampled_from(list(self.index)), min_size=1))
            label = min(chosen)
            box = tuple(slice(0, n) for n in self.image.shape)
            expected = np.zeros(self.image.shape, bool)
            for each in chosen:
                expected |= self.image == each
            np.testing.assert_array_equal(self.index.mask(chosen, box), expected)
            np.testing.assert_array_equal(
                self.index.coords(label), np.argwhere(self.image == label)
            )
            place = tuple(self.index.coords(label)[0])
            assert self.index.label_at(place) == label

    @invariant()
    def it_equals_one_built_anew(self):
        expected = build_index(self.image)
        np.testing.assert_array_equal(self.index.labels, expected.labels)
        for name, column in expected.table().items():
            np.testing.assert_array_equal(self.index.column(name), column, name)

    def teardown(self):
        if hasattr(self, "index"):
            assert_same_index(self.index, build_index(self.image))


TestEdits = Edits.TestCase
TestEdits.settings = settings(
    settings.default,  # the long profile: 500 runs of 100 steps
    max_examples=max(25, settings.default.max_examples // 10),
    stateful_step_count=min(100, max(12, settings.default.max_examples // 50)),
)


@given(label_images(min_dims=1), st.data())
def test_every_type_and_layout_is_read_again_within_the_box(image, data):
    index = build_index(image)
    edited = image.copy()
    box = data.draw(boxes(image.shape))
    edited[box] = data.draw(ids_of(image.dtype))
    assert_same_index(index.update(edited, box), build_index(edited))


def test_the_index_before_stays_as_it_was():
    image = np.array([[1, 1, 0], [2, 2, 2]])
    index = build_index(image)
    image[0] = 2
    after = index.update(image, (slice(0, 1), slice(0, 3)))
    assert list(index) == [1, 2]
    assert index.voxel_counts.tolist() == [2, 3]
    assert list(after) == [2]
    assert after.voxel_counts.tolist() == [6]
    assert (after.axes, after.spacing) == (index.axes, index.spacing)


def test_only_the_rows_of_the_box_are_read():
    class Counted:
        def __init__(self, array):
            self.array, self.shape, self.dtype = array, array.shape, array.dtype
            self.n_read = 0

        def __getitem__(self, key):
            self.n_read += self.array[key].size
            return self.array[key]

    image = np.ones((30, 20, 10), np.uint8)
    index = build_index(image)
    image[4, 5:7, 3] = 9
    counted = Counted(image)
    after = index.update(counted, (slice(4, 5), slice(5, 7), slice(3, 4)))
    assert counted.n_read == 20
    assert after.coords(9).tolist() == [[4, 5, 3], [4, 6, 3]]


def test_columns_of_untouched_labels_are_not_computed_again():
    image = np.zeros((4, 6), np.uint8)
    image[0, :2], image[2:, 4:] = 1, 2
    index = build_index(image)
    index.components()
    image[0, 0] = 0
    after = index.update(image, (slice(0, 1), slice(0, 1)))
    known = [name for name in after.columns if after.knows(name)]
    assert {"num_pixels", "area", "n_components", "largest_component"} <= set(known)
    assert not {"n_components-2", "n_holes", "n_neighbours"} & set(known)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (np.zeros((2, 4), np.uint8), "shape"),
        (np.zeros((2, 3), np.uint16), "uint16"),
        (np.zeros((2, 3, 1), np.uint8), "shape"),
    ],
)
def test_another_kind_of_volume_must_be_indexed_anew(changed, message):
    index = build_index(np.ones((2, 3), np.uint8))
    with pytest.raises(UnsupportedLabelsError, match=f"{message}.*build the index"):
        index.update(changed, (slice(0, 2), slice(0, 3)))


@pytest.mark.parametrize(
    "box", [(slice(0, 1),), (slice(0, 2, 2), slice(0, 3)), ()], ids=str
)
def test_a_box_needs_a_plain_slice_for_each_axis(box):
    image = np.ones((2, 3), np.uint8)
    with pytest.raises(ValueError, match="slices"):
        build_index(image).update(image, box)


def test_a_voxel_that_is_no_whole_number_is_named():
    image = LabelImage(np.ones((3, 4), np.float32))
    index = build_index(image)
    image.data[2, 1] = 0.5
    with pytest.raises(NotIntegerLabelsError, match=r"0.5 at \(0, 1\).* from \(2, 0\)"):
        index.update(image, (slice(2, 3), slice(0, 2)))
