"""Chips: every planted fault is counted, in the background."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import LabelImage, build_index
from napari_label_index.session import Chip, IndexSession, Inspection, tiny_below
from planted_faults import faulty_volume
from session.immediate import HeldSubmit, submit_now


def inspect(submit, volume):
    session = IndexSession(submit_now)
    inspection = Inspection(session, submit)
    session.request_index(LabelImage(volume))
    return session, inspection


def counts(inspection):
    chips = inspection.chips
    return {chip.name: chips.count(chip) for chip in chips.chips}


def test_chips_count_the_planted_faults():
    _, inspection = inspect(submit_now, faulty_volume())
    assert counts(inspection) == {
        "All": 12,
        "Multi-part": 2,
        "Tiny": 2,
        "Border": 2,
        "Holes": 1,
    }


def test_tracks_have_a_chip_for_their_gaps():
    session, inspection = inspect(submit_now, np.zeros((3, 2, 2), np.uint8))
    film = np.zeros((3, 4, 5), np.uint8)
    film[:, 0, :2] = 1
    film[0, 2], film[2, 2] = 7, 7  # gone at 1
    film[1, 3, 0] = 9
    assert "Gaps" not in counts(inspection), "there is no time"
    session.request_index(LabelImage(film, axes=("t", "y", "x")))
    assert counts(inspection)["Gaps"] == 1
    session.set_by_time(True)
    assert "Gaps" not in counts(inspection), "a label at one time has none"


def test_counts_are_not_known_before_they_are_computed():
    submit = HeldSubmit()
    _, inspection = inspect(submit, faulty_volume())
    assert set(counts(inspection).values()) == {None}
    for place in range(10):
        if place < len(submit.jobs):
            submit.jobs[place].finish()
    assert counts(inspection)["Holes"] == 1


def test_a_new_index_is_counted_again_and_none_has_no_chips():
    session, inspection = inspect(submit_now, faulty_volume())
    session.request_index(LabelImage(np.array([[1, 2, 1]])))
    assert counts(inspection)["All"] == 2
    assert counts(inspection)["Multi-part"] == 1
    session.clear()
    assert inspection.chips.chips == ()


def test_registered_chips_are_counted_and_refreshed():
    _, inspection = inspect(submit_now, faulty_volume())
    chip = Chip("Unreviewed", "status is unreviewed", "Not yet reviewed")
    inspection.chips.register(chip)
    assert inspection.chips.count(chip) is None  # there is no such column yet
    status = np.full(12, "unreviewed", "<U10")
    inspection.filter.extra_columns = lambda _index: {"status": status}
    inspection.chips.refresh()
    assert inspection.chips.count(chip) == 12
    status[:5] = "accepted"
    inspection.chips.refresh()
    assert inspection.chips.count(chip) == 7
    assert counts(inspection)["Multi-part"] == 2


@pytest.mark.parametrize(
    ("sizes", "least"),
    [
        pytest.param([1000] * 5, 50, id="a twentieth"),
        pytest.param([1234, 1234, 9], 60, id="round"),
        pytest.param([3, 3, 3], 2, id="two at least"),
        pytest.param([], 2, id="no labels"),
    ],
)
def test_tiny_is_a_round_share_of_the_median(sizes, least):
    volume = np.repeat(np.arange(len(sizes)) + 1, sizes).astype(np.uint16)
    index = build_index(volume if sizes else np.zeros(4, np.uint16))
    assert tiny_below(index) == least
