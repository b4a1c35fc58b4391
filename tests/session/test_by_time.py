"""Rows by label and time in the session: the user's choice, kept through edits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_label_index import errors
from napari_label_index.index import LabelImage
from napari_label_index.session import (
    Dim,
    DisplayModes,
    ExportRequest,
    Failed,
    Indexing,
    IndexSession,
    Inspection,
    Ready,
    ReviewDesk,
    Stale,
    VerifyRequest,
    _row_kind,
)
from napari_label_index.session._export_work import export_work, verify_work
from session.immediate import HeldSubmit, columns_of, submit_now

MAX_RUNS_AT_ONCE = _row_kind.MAX_RUNS_AT_ONCE
SHAPE = (3, 4, 5)
AXES = ("t", "y", "x")
# 1 is there at 0 and 2, beside 2 at 0 alone; 7 at 1
FILM = np.zeros((3, 4, 6), np.uint16)
FILM[0, 0, :2] = FILM[2, 1, :2] = 1
FILM[:, 0, 2:4] = 2
FILM[1, 3, 4] = 7


def film(data=FILM, axes=AXES):
    return LabelImage(data, axes=axes)


def started(data=FILM, submit=submit_now):
    session = IndexSession(submit, prepare=lambda dtype: None)
    session.request_index(film(data))
    return session


def pairs_of(session, labels):
    index = session.index
    times = index.times_of(labels)
    return list(zip(index.ids_of(labels).tolist(), times.tolist(), strict=True))


def test_the_kind_of_row_goes_back_and_forth_with_what_is_selected():
    session = started()
    session.selection.select([1, 7])
    session.selection.focus(1)
    session.set_by_time(True)
    assert pairs_of(session, session.selection.labels) == [(1, 0), (1, 2), (7, 1)]
    assert session.index.name_of(session.selection.focused) == "1 at t=0"
    session.selection.select(session.index.select("1 and t = 2"))
    session.set_by_time(False)
    assert session.selection.labels.tolist() == [1]
    assert session.selection.focused == 1
    assert not session.index.is_by_time


def test_no_listener_sees_one_kind_follow_the_other():
    session = started()
    seen = []
    session.index_changed.connect(seen.append)
    session.set_by_time(True)
    session.set_by_time(False)
    kinds = [None if index is None else index.is_by_time for index in seen]
    assert kinds == [None, True, None, False]


def test_what_is_hidden_filtered_or_known_of_rows_goes_with_their_kind():
    session = IndexSession(submit_now, prepare=lambda dtype: None)
    inspection = Inspection(session, submit_now)
    session.request_index(film())
    inspection.filter.set_text("1-6")
    assert inspection.filter.labels.tolist() == [1, 2]
    session.set_by_time(True)
    assert pairs_of(session, inspection.filter.labels) == [
        (1, 0), (1, 2), (2, 0), (2, 1), (2, 2),
    ]  # fmt: skip
    inspection.detail.set_active(True)
    key = int(session.index.select("1 and t = 0")[0])
    session.selection.focus(key)
    assert inspection.detail.detail.name == "1 at t=0"
    assert inspection.detail.detail.neighbours.names == ["2"]
    inspection.close()


def test_labels_that_are_hidden_as_a_whole_stay_hidden_in_other_rows():
    session = started()
    modes = DisplayModes(session, columns_of(session))
    modes.set_dim(Dim.OUTLINES)
    session.selection.select([2, 7])
    modes.hide_selected()
    session.set_by_time(True)
    hidden = pairs_of(session, modes.display.hidden)
    assert hidden == [(2, 0), (2, 1), (2, 2), (7, 1)]
    session.selection.select(session.index.select("1 and t = 0"))
    modes.hide_selected()
    session.set_by_time(False)
    assert modes.display.hidden.tolist() == [2, 7], "1 is there at another time too"
    assert modes.display.dim is Dim.OUTLINES
    session.clear()
    assert not len(modes.display.hidden)
    assert modes.display.dim is Dim.OFF


def test_colours_by_a_column_go_over_to_other_rows_that_have_it():
    session = started()
    modes = DisplayModes(session, columns_of(session))
    modes.color_by("num_pixels")
    modes.set_log(True)
    session.set_by_time(True)
    assert modes.display.colors.is_log
    counts = session.index.voxel_counts
    assert modes.display.colors.values.tolist() == counts.tolist()
    modes.color_by("t")
    session.set_by_time(False)
    assert modes.display.colors is None, "a label has no one time"


def test_marks_can_be_undone_in_other_rows(tmp_path):
    session = IndexSession(submit_now, prepare=lambda dtype: None)
    desk = ReviewDesk(session, submit_now, lambda: (str(tmp_path / "a.tif"), "a"))
    session.request_index(film())
    desk.review.mark([1, 7], "rejected")
    session.set_by_time(True)
    assert desk.row_counts["rejected"] == 3
    assert desk.review.undo().tolist() == [1, 7]
    assert desk.row_counts["rejected"] == 0
    desk.close()


def test_a_review_that_is_read_while_rows_change_is_read_again(tmp_path):
    session, held = IndexSession(submit_now, prepare=lambda dtype: None), HeldSubmit()
    desk = ReviewDesk(session, held, lambda: (str(tmp_path / "a.tif"), "a"))
    session.request_index(film())
    session.set_by_time(True)
    for job in held.jobs:
        job.finish()
    assert desk.review is not None
    assert len(desk.codes) == len(session.index)
    desk.close()


def test_a_stale_index_stays_stale_in_other_rows():
    session = started()
    session.mark_changed("Somebody painted.")
    session.set_by_time(True)
    assert isinstance(session.state, Stale)
    assert session.state.notice == "Somebody painted."
    assert session.index.is_by_time


def test_a_choice_made_while_indexing_holds_for_what_is_indexed():
    held = HeldSubmit()
    session = started(submit=held)
    session.set_by_time(True)
    held.jobs[-1].finish()
    assert session.index.is_by_time
    session.request_index(film())
    session.set_by_time(False)
    assert isinstance(session.state, Indexing)
    assert not session.index.is_by_time
    held.jobs[-1].finish()
    assert not session.index.is_by_time


def test_a_volume_without_time_has_rows_by_label_and_the_choice_is_kept():
    session = started()
    session.set_by_time(True)
    session.request_index(film(axes=("z", "y", "x")))
    assert not session.index.is_by_time
    assert session.is_by_time
    session.request_index(film())
    assert session.index.is_by_time


def test_labels_too_large_for_keys_stay_by_label_and_it_is_told():
    large = FILM.astype(np.uint64)
    large[0, 0, 0] = 2**64 - 1
    session = started(large)
    with pytest.raises(errors.UnsupportedLabelsError):
        session.set_by_time(True)
    assert isinstance(session.state, Ready)
    assert not session.is_by_time
    session = started()
    session.set_by_time(True)
    session.request_index(film(large))
    assert isinstance(session.state, Failed)
    assert "64 bits" in session.state.message


def test_marks_are_of_labels_at_all_times(tmp_path):
    session = started()
    desk = ReviewDesk(session, submit_now, lambda: (str(tmp_path / "film.tif"), "film"))
    session.set_by_time(True)
    index = session.index
    session.selection.select(index.select("1 and t = 2"))
    order = index.labels[::-1]  # 7, then 2 at three times, then 1
    assert desk.targets().tolist() == [1]
    following = desk.mark("accepted", order)
    assert index.name_of(following) == "7 at t=1"
    assert pairs_of(session, desk.labels_with("accepted")) == [(1, 0), (1, 2)]
    assert str(desk.progress) == "1 of 3 reviewed"
    assert desk.row_counts["accepted"] == 2
    found = index.select("status is accepted", desk.columns(index))
    assert pairs_of(session, found) == [(1, 0), (1, 2)]
    session.set_by_time(False)
    assert desk.labels_with("accepted").tolist() == [1]
    assert Path(desk.path).exists()
    desk.close()


def test_an_export_of_rows_by_time_is_of_labels_and_is_verified(tmp_path):
    session = started()
    session.set_by_time(True)
    index = session.index
    request = ExportRequest(index, index.select("1"), tmp_path / "film.csv")
    assert (request.n_labels, request.n_rows, request.n_voxels) == (1, 2, 4)
    assert ".by_time()" in request.to_python()
    exported = export_work(request)(lambda _progress: None, lambda: False)
    assert exported.path.read_text().splitlines()[1] == "1,0,0,0"
    for volume in (film(), index):
        work = verify_work(VerifyRequest(exported, volume, "the layer"))
        assert work(lambda _progress: None, lambda: False).report.ok
