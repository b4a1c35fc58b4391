"""Colours to labels without Qt: right by a slow way, and nothing outdated comes out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from color_images import blobs, packed_slowly, painted, parts_slowly, random_colors
from napari_label_index.index import LabelImage
from napari_label_index.session import (
    ColorConverter,
    ColorRequest,
    ColorsFailed,
    ColorsFound,
    CountingColors,
    Faulted,
    Finished,
    MakingLabels,
    NoColors,
)
from session.immediate import HeldSubmit, submit_now


def shared_colors(shape=(4, 24, 28), size=(3, 7, 8)):
    """Blobs of which every two have one colour."""
    labels = blobs(shape, size)
    colors = random_colors(labels.max() // 2 + 2)
    return painted(labels, colors[(np.arange(labels.max() + 1) + 1) // 2])


def request_of(rgb, name="stack", **options):
    voxels = np.broadcast_to(np.uint8(0), rgb.shape[:-1])
    return ColorRequest(rgb, LabelImage(voxels, source=name), **options)


def found_in(rgb, **options):
    converter = ColorConverter(submit_now)
    converter.count(request_of(rgb, **options))
    return converter


def made_from(converter, *, is_split):
    made = []
    converter.made.connect(made.append)
    converter.make(is_split=is_split)
    assert converter.state == NoColors()
    [labels] = made
    return labels


@pytest.fixture
def held():
    return HeldSubmit()


@pytest.fixture
def converter(held):
    return ColorConverter(held)


def test_the_states_follow_each_other(converter, held):
    rgb, states, reports = shared_colors(), [], []
    converter.state_changed.connect(lambda state: states.append(type(state)))
    converter.progressed.connect(reports.append)
    converter.count(request_of(rgb))
    held.jobs[0].finish()
    converter.make(is_split=True)
    held.jobs[1].finish()
    assert states == [CountingColors, ColorsFound, MakingLabels, NoColors]
    phases = [report.phase for report in reports]
    assert list(dict.fromkeys(phases)) == [
        "Reading the colours",
        "Counting the colours",
        "Splitting the colours",
        "Drawing the labels",
    ]


def test_one_label_for_each_colour_is_what_a_slow_way_gives():
    rgb = shared_colors()
    labels = made_from(found_in(rgb), is_split=False)
    np.testing.assert_array_equal(labels.label_image.data, packed_slowly(rgb))


def test_a_split_gives_every_part_its_own_label():
    rgb = shared_colors()
    converter = found_in(rgb)
    wanted = parts_slowly(rgb)
    assert converter.state.n_parts == len(wanted)
    labels = made_from(converter, is_split=True)
    image, table = np.asarray(labels.label_image.data), labels.table
    found = [
        (tuple(color), np.argwhere(image == label).tolist())
        for label, color in zip(
            table.labels.tolist(), table.colors.tolist(), strict=True
        )
    ]
    assert sorted(found) == sorted(wanted)


def test_a_lazy_stack_is_read_once():
    rgb, read = shared_colors(), Counter()

    def slice_of(block, block_info=None):
        if block_info is not None:
            read[block_info[None]["chunk-location"][0]] += 1
        return block

    lazy = da.from_array(rgb, chunks=(1, *rgb.shape[1:])).map_blocks(
        slice_of, dtype=rgb.dtype, meta=np.empty((0,) * 4, rgb.dtype)
    )
    labels = made_from(found_in(lazy), is_split=False)
    np.testing.assert_array_equal(labels.label_image.data, packed_slowly(rgb))
    assert read == dict.fromkeys(range(len(rgb)), 1)


@settings(max_examples=30, deadline=None)
@given(
    places=st.lists(st.integers(0, 11), min_size=8, max_size=8),
    background=st.sampled_from([(0, 0, 0), (1, 1, 1), (9, 9, 9), None]),
)
def test_the_frequent_colours_are_those_that_are_counted(places, background):
    rgb = np.repeat(np.array(places, np.uint8), 3).reshape(2, 4, 3)
    state = found_in(rgb, background=background).state
    counted = Counter(map(tuple, rgb.reshape(-1, 3).tolist()))
    wanted = sorted((n / 8 for n in counted.values()), reverse=True)[:8]
    assert [each.share for each in state.frequent] == wanted
    assert all(counted[each.color] / 8 == each.share for each in state.frequent)


def test_a_fault_in_the_list_of_ids_names_the_line(tmp_path):
    path = tmp_path / "map.csv"
    path.write_text("label,color\n1,#000000\n2,green\n")
    state = found_in(shared_colors(), ids=path).state
    assert isinstance(state, ColorsFailed)
    assert "map.csv: line 3" in state.message
    assert str(tmp_path) not in state.message  # it could not be broken into lines


def test_a_colour_that_can_be_seen_through_is_refused_with_its_place():
    rgba = np.full((2, 3, 4), 255, np.uint8)
    rgba[1, 2, 3] = 9
    state = found_in(rgba).state
    assert isinstance(state, ColorsFailed)
    assert "(1, 2)" in state.message


def test_the_table_that_is_saved_can_be_given_back_as_ids(tmp_path):
    rgb, path, outcomes = shared_colors(), tmp_path / "colours.csv", []
    converter = found_in(rgb)
    labels = made_from(converter, is_split=False)
    converter.table_saved.connect(outcomes.append)
    converter.save_table(labels.table, path)
    assert outcomes == [Finished(path)]
    again = made_from(found_in(rgb, ids=path), is_split=False)
    np.testing.assert_array_equal(again.label_image.data, labels.label_image.data)


def test_a_cancel_goes_back_to_what_was_there(converter, held):
    converter.count(request_of(shared_colors()))
    converter.cancel()
    assert held.jobs[0].is_cancelled
    assert isinstance(converter.state, NoColors)
    assert converter.state.notice
    converter.count(request_of(shared_colors()))
    held.jobs[1].finish()
    found = converter.state
    converter.make(is_split=True)
    converter.cancel()
    assert held.jobs[2].is_cancelled
    assert converter.state is found


def test_what_fails_while_labels_are_made_is_said(converter, held):
    converter.count(request_of(shared_colors()))
    held.jobs[0].finish()
    converter.make(is_split=True)
    held.jobs[1].on_done(Faulted("There is not enough memory."))
    assert converter.state == ColorsFailed("There is not enough memory.")


def test_nothing_is_made_without_colours(converter, held):
    converter.make(is_split=True)
    converter.count(request_of(shared_colors()))
    converter.make(is_split=True)
    assert len(held.jobs) == 1


RGB = np.array([[[1, 2, 3], [0, 0, 0], [1, 2, 3]]], np.uint8)


class AnyOrder(RuleBasedStateMachine):
    """Images come, go and change while answers come in any order, or late."""

    def __init__(self):
        super().__init__()
        self.held = HeldSubmit()
        self.converter = ColorConverter(self.held)
        self.converter.made.connect(self.on_made)
        self.n_asked = 0
        self.wanted: str | None = None  # the image that is looked at

    def on_made(self, labels):
        assert labels.index.source == self.wanted
        self.wanted = None

    @rule()
    def count(self):
        self.n_asked += 1
        self.wanted = str(self.n_asked)
        self.converter.count(request_of(RGB, self.wanted))

    @rule(is_split=st.booleans())
    def make(self, is_split):
        self.converter.make(is_split=is_split)

    @rule()
    def cancel(self):
        if isinstance(self.converter.state, CountingColors):
            self.wanted = None
        self.converter.cancel()

    @rule()
    def drop(self):
        self.wanted = None
        self.converter.drop("It has changed.")

    @rule(data=st.data(), heard_cancel=st.booleans())
    def answer(self, data, heard_cancel):
        if self.held.jobs:
            place = data.draw(st.integers(0, len(self.held.jobs) - 1))
            job = self.held.jobs.pop(place)
            job.is_cancelled &= heard_cancel  # it may have been done just before
            job.finish()

    @invariant()
    def only_what_is_wanted_is_on_show(self):
        match self.converter.state:
            case CountingColors(request) | ColorsFound(request):
                assert request.like.source == self.wanted
            case MakingLabels(found):
                assert found.request.like.source == self.wanted
            case NoColors():
                assert self.wanted is None


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


def test_a_csv_at_a_path_is_the_only_list_of_ids(tmp_path):
    path = tmp_path / "map.csv"
    path.write_text("label,red,green,blue\n7,1,2,3\n")
    labels = made_from(found_in(RGB, ids=Path(path)), is_split=False)
    assert np.asarray(labels.label_image.data).tolist() == [[7, 0, 7]]
