"""The desk: which review is open, what is said, and saves that run elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import LabelImage
from napari_label_index.io import VolumeHint, open_review
from napari_label_index.session import IndexSession, Review, ReviewDesk
from napari_label_index.session._review_saver import MAX_MARKS_AT_ONCE
from review_files import content_of
from session.immediate import HeldSubmit, submit_now

ROW = np.arange(1, 7, dtype=np.int32)
MANY = np.arange(1, MAX_MARKS_AT_ONCE + 2)
HINT = VolumeHint((9,), "int32", 9)


@pytest.fixture
def source(tmp_path):
    return str(tmp_path / "cells.tif")


@pytest.fixture
def kept(tmp_path):
    """Where the review of `source` is kept."""
    return tmp_path / "cells.tif.labelreview.json"


def desk_of(source, submit=submit_now, voxels=ROW):
    session = IndexSession(submit_now, prepare=lambda dtype: None)
    desk = ReviewDesk(session, submit, lambda: (source, "cells"))
    session.request_index(LabelImage(voxels))
    return session, desk


def test_marks_are_found_again_by_another_desk(source, kept):
    session, desk = desk_of(source)
    assert desk.path == kept
    session.selection.select([2])
    assert desk.mark("rejected", ROW) == 3
    desk.close()
    _, again = desk_of(source)
    assert again.codes.tolist() == [0, 2, 0, 0, 0, 0]
    assert str(again.progress) == "1 of 6 reviewed, 1 rejected"
    assert again.labels_with("rejected").tolist() == [2]


def test_the_focused_label_is_marked_where_none_is_selected(source):
    session, desk = desk_of(source)
    assert desk.mark("accepted", ROW) is None
    session.selection.focus(5)
    assert desk.mark("accepted", ROW[::-1]) == 4
    assert desk.codes.tolist() == [0, 0, 0, 0, 1, 0]


def test_several_labels_are_marked_at_once_and_lead_nowhere(source):
    session, desk = desk_of(source)
    session.selection.select([1, 6])
    assert desk.mark("unsure", ROW) is None
    assert desk.labels_with("unsure").tolist() == [1, 6]


def test_no_mark_is_made_before_the_saved_ones_are_read(source):
    submit = HeldSubmit()
    session, desk = desk_of(source, submit)
    session.selection.select([1])
    assert desk.mark("accepted", ROW) is None
    assert (
        np.asarray(desk.columns(session.index)["status"]).tolist() == ["unreviewed"] * 6
    )
    submit.jobs[0].finish()
    assert desk.mark("accepted", ROW) == 2


def test_a_review_that_was_read_for_an_index_that_is_gone_is_dropped(source):
    submit = HeldSubmit()
    session, desk = desk_of(source, submit)
    session.clear()
    submit.jobs[0].finish()
    assert desk.review is None
    assert len(desk.codes) == 0


def test_an_unreadable_file_is_said_and_never_written(source, kept):
    kept.mkdir()  # the system gives no bytes of it
    session, desk = desk_of(source)
    assert desk.review is None
    assert desk.notice.kind == "error"
    assert desk.notice.text.startswith("There is no review: ")
    session.selection.select([1])
    assert desk.mark("accepted", ROW) is None
    kept.rmdir()
    session.request_index(LabelImage(ROW + 1))  # indexed again, it is tried again
    assert desk.review is not None
    assert desk.notice.text == ""


def test_the_same_layer_indexed_again_keeps_its_review(source):
    session, desk = desk_of(source)
    review = desk.review
    review.mark([2, 6], "accepted")
    session.request_index(LabelImage(ROW[1:]))
    assert desk.review is review
    assert desk.codes.tolist() == [1, 0, 0, 0, 1]
    desk.close()
    _, again = desk_of(source, voxels=ROW[1:])
    assert again.notice.text == ""


def test_notes_and_statuses_are_columns_of_the_index(source):
    session, desk = desk_of(source)
    desk.review.note(4, "odd")
    desk.review.mark([4], "unsure")
    columns = desk.columns(session.index)
    assert columns["note"].tolist() == ["", "", "", "odd", "", ""]
    assert session.index.select("status is unsure", columns).tolist() == [4]
    assert session.index.select('note = "odd"', columns).tolist() == [4]
    assert "label" not in columns


def test_a_table_of_marks_is_exported(source, tmp_path):
    _, desk = desk_of(source)
    told = []
    desk.exported.connect(lambda *said: told.append(said))
    desk.review.mark([3, 1], "accepted")
    desk.export(tmp_path / "marks.csv")
    assert told == [("Wrote 2 marks to marks.csv.", "info")]
    assert len((tmp_path / "marks.csv").read_text().splitlines()) == 3


def big_review(path, submit):
    return Review(open_review(path, HINT), submit=submit)


def saved_in(path):
    return content_of(open_review(path, HINT).marks)


def test_a_big_save_runs_elsewhere_and_what_comes_meanwhile_goes_with_the_next(kept):
    submit = HeldSubmit()
    review = big_review(kept, submit)
    review.mark(MANY, "accepted")
    assert not kept.exists()
    review.mark(MANY[:1], "rejected")
    review.note(3, "odd")
    assert len(submit.jobs) == 1, "one at a time"
    submit.jobs[0].finish()
    assert saved_in(kept)[1] == ("accepted", "")
    submit.jobs[1].finish()
    assert len(submit.jobs) == 2
    told = saved_in(kept)
    assert (told[1], told[3], told[4]) == (
        ("rejected", ""),
        ("accepted", "odd"),
        ("accepted", ""),
    )


@pytest.mark.parametrize("n_finished", [0, 1])
def test_closing_saves_all_and_a_late_save_takes_nothing_back(kept, n_finished):
    submit = HeldSubmit()
    review = big_review(kept, submit)
    review.mark(MANY, "accepted")
    review.mark(MANY[:1], "rejected")
    for job in submit.jobs[:n_finished]:
        job.finish()
    review.close()
    before = kept.read_bytes()
    assert saved_in(kept)[1] == ("rejected", "")
    assert len(saved_in(kept)) == len(MANY)
    for job in submit.jobs[n_finished:]:
        job.finish()
    assert kept.read_bytes() == before


def test_a_save_that_fails_elsewhere_is_told_and_tried_again(tmp_path):
    folder, submit, told = tmp_path / "disk", HeldSubmit(), []
    review = big_review(folder / "a.json", submit)
    review.save_failed.connect(told.append)
    review.saved.connect(lambda: told.append("saved"))
    review.mark(MANY, "accepted")
    submit.jobs[0].finish()
    assert len(told) == 1
    assert not review.is_saved
    folder.mkdir()
    review.flush()
    submit.jobs[1].finish()
    assert told[1:] == ["saved"]
    assert review.is_saved
    assert len(saved_in(folder / "a.json")) == len(MANY)


def test_marks_of_another_program_arrive_with_a_save_that_ran_elsewhere(kept):
    submit = HeldSubmit()
    review = big_review(kept, submit)
    review.mark(MANY, "accepted")
    submit.jobs[0].finish()
    Review(open_review(kept, HINT)).mark([10**6], "unsure")
    review.mark(MANY[:1], "rejected")
    review.mark([10**6 + 1], "unsure")  # while that is saved
    submit.jobs[1].finish()
    submit.jobs[2].finish()
    for marks in (content_of(review.marks), saved_in(kept)):
        assert marks[10**6] == marks[10**6 + 1] == ("unsure", "")
        assert marks[1] == ("rejected", "")
