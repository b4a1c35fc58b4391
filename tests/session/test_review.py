"""The review of a volume: what is marked, told, saved, and found again."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import build_index
from napari_label_index.io import ReviewColumns, ReviewStatus, VolumeHint, open_review
from napari_label_index.session import Review, ReviewProgress
from review_files import Clock, content_of


def index_of(labels, dtype=np.int64):
    """The index of a row of voxels, one of each label."""
    return build_index(np.array(labels, dtype))


def progress_of(review, index):
    return str(ReviewProgress.of(review.marks.codes_of(index.ids)))


HINT = VolumeHint.of(index_of([1, 2]))
OTHER = VolumeHint((4, 5), "int64", 7)


@pytest.mark.parametrize(
    ("reviewed", "after", "expected"),
    [
        ([], 7, 2),
        ([], None, 7),
        ([], 99, 7),
        ([2], 7, 9),
        ([9], 2, 4),
        ([4, 9], 2, 7),
        ([7, 2, 9], 4, 4),
        ([7, 2, 9, 4], 7, None),
    ],
    ids=[
        "the next",
        "the first",
        "the first if there is no such label",
        "over a reviewed one",
        "over the next",
        "round the end",
        "round to the same",
        "none",
    ],
)
def test_the_next_unreviewed_label_is_found_in_table_order(reviewed, after, expected):
    review = Review()
    review.mark(reviewed, "accepted")
    found = review.next_unreviewed(after, np.array([7, 2, 9, 4], np.int32))
    assert found == expected
    assert found is None or type(found) is int


def test_the_next_unreviewed_label_is_found_far_below():
    order = np.random.default_rng(1).permutation(20_000).astype(np.uint16)
    review = Review()
    review.mark(np.delete(order, [3]), "unsure")
    assert review.next_unreviewed(int(order[10]), order) == order[3]


def test_progress_reads_as_a_sentence():
    index = index_of(range(1, 120_332), np.int32)
    review = Review()
    assert progress_of(review, index) == "0 of 120,331 reviewed"
    review.mark(range(1, 1168), "accepted")
    review.mark(range(1168, 1205), ReviewStatus.REJECTED)
    review.mark([200_000], "rejected")  # of no label of the volume
    assert progress_of(review, index) == "1,204 of 120,331 reviewed, 37 rejected"


def test_a_status_that_does_not_exist_is_refused():
    review = Review()
    with pytest.raises(ValueError, match="maybe"):
        review.mark([1], "maybe")
    with pytest.raises(ValueError, match="64 bits"):
        review.mark([2**64], "accepted")
    assert not review.can_undo


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int32, ">i4", ">u8", np.uint64])
def test_the_status_column_has_a_name_per_label_of_any_dtype(dtype):
    top = 1 if dtype is bool else int(np.iinfo(dtype).max)
    index = index_of(sorted({1, top}), dtype)
    review = Review()
    review.mark([top, -5], "rejected")
    column = np.asarray(ReviewColumns(review.marks, index)["status"])
    assert column.tolist() == ["unreviewed"] * (len(index) - 1) + ["rejected"]
    assert ((column == "rejected") == (index.labels == top)).all()


def test_each_change_tells_its_entries_and_nothing_is_told_where_nothing_changed():
    review, told = Review(), []
    review.changed.connect(lambda entries: told.append(content_of(entries)))
    review.mark([3, 1, 3], "accepted")
    review.mark([1], "accepted")
    review.note(2, "")
    review.mark([1, 2], "accepted")
    review.undo()
    assert told == [
        {1: ("accepted", ""), 3: ("accepted", "")},
        {2: ("accepted", "")},
        {},
    ]


def test_half_characters_in_a_note_are_replaced(tmp_path):
    review = Review(open_review(tmp_path / "a.json", HINT))
    review.note(1, "a\ud800b \ud83d\ude00")
    assert review.marks.note_of(1) == "a\ufffdb 😀"
    assert open_review(tmp_path / "a.json", HINT).marks.note_of(1) == "a\ufffdb 😀"


def test_a_mark_counts_even_if_the_clock_was_set_back(tmp_path):
    path, times = tmp_path / "a.json", iter([1000.0, 10.0, 10.0])
    review = Review(open_review(path, HINT), clock=lambda: next(times))
    review.mark([1], "accepted")
    review.mark([1], "rejected")
    review.mark([2], "unsure")
    assert content_of(open_review(path, HINT).marks) == {
        1: ("rejected", ""),
        2: ("unsure", ""),
    }


def test_two_programs_that_take_turns_keep_the_marks_of_both(tmp_path):
    path, clock = tmp_path / "a.json", Clock()
    one = Review(open_review(path, HINT), clock=clock)
    two = Review(open_review(path, HINT), clock=clock)
    for label in range(0, 20, 2):
        one.mark([label], "accepted")
        two.mark([label + 1], "rejected")
    one.mark([100], "accepted")
    two.mark([100], "unsure")  # the later one counts
    one.flush()
    expected = {k: (("accepted", "rejected")[k % 2], "") for k in range(20)}
    expected[100] = ("unsure", "")
    for marks in (one.marks, two.marks, open_review(path, HINT).marks):
        assert content_of(marks) == expected


def test_a_mark_that_cannot_be_saved_is_told_and_saved_with_the_next(tmp_path):
    folder = tmp_path / "disk"
    review = Review(open_review(folder / "a.json", HINT))
    told = []
    review.save_failed.connect(told.append)
    review.mark([1], "accepted")
    assert len(told) == 1
    assert "make its folder first" in told[0]
    assert not review.is_saved
    folder.mkdir()
    review.flush()
    assert review.is_saved
    review.mark([2], "rejected")
    assert content_of(open_review(folder / "a.json", HINT).marks) == {
        1: ("accepted", ""),
        2: ("rejected", ""),
    }


def test_marks_of_another_volume_count_only_when_applied(tmp_path):
    path = tmp_path / "a.json"
    Review(open_review(path, OTHER)).mark([1, 2], "accepted")
    review = Review(open_review(path, HINT))
    assert review.stale.saved == OTHER
    assert content_of(review.marks) == {}
    review.apply_stale()
    assert review.stale is None
    expected = {1: ("accepted", ""), 2: ("accepted", "")}
    assert content_of(review.marks) == expected
    opened = open_review(path, HINT)
    assert opened.stale is None
    assert content_of(opened.marks) == expected
    assert list(tmp_path.iterdir()) == [path]


def test_marks_of_another_volume_are_kept_aside_when_they_are_not_applied(tmp_path):
    path = tmp_path / "a.json"
    Review(open_review(path, OTHER)).mark([1], "accepted")
    old = path.read_bytes()
    review, kept = Review(open_review(path, HINT)), []
    review.kept_aside.connect(kept.append)
    review.mark([2], "rejected")
    assert content_of(open_review(path, HINT).marks) == {2: ("rejected", "")}
    assert kept == [tmp_path / "a.json.stale-1"]
    assert kept[0].read_bytes() == old
    review.apply_stale()  # after all
    assert content_of(open_review(path, HINT).marks) == {
        1: ("accepted", ""),
        2: ("rejected", ""),
    }


def test_a_volume_that_is_edited_under_review_stays_the_same_review(tmp_path):
    path = tmp_path / "a.json"
    review = Review(open_review(path, HINT))
    review.follow(index_of([1, 2]))
    assert not path.exists(), "nothing to save yet"
    review.mark([1], "accepted")
    edited = index_of([1, 2, 3])
    review.follow(edited)
    opened = open_review(path, VolumeHint.of(edited))
    assert opened.stale is None
    assert content_of(opened.marks) == {1: ("accepted", "")}
