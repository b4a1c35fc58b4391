"""Any order of starts, drops, cancels and answers: only the latest job is heard."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.session._job import Progress
from napari_label_index.session._latest_job import LatestJob
from session.immediate import HeldSubmit, submit_now

STEPS = st.lists(
    st.one_of(
        st.sampled_from(["start", "drop", "cancel"]),
        st.tuples(st.sampled_from(["answer", "progress"]), st.integers(0, 5)),
    )
)


@given(STEPS)
def test_only_the_latest_job_is_heard(steps):
    held, heard, expected, latest = HeldSubmit(), [], [], None
    job = LatestJob(held)
    for step in steps:
        match step:
            case "start":
                number = latest = len(held.jobs)
                job.start(
                    lambda report, cancel, number=number: number,
                    lambda outcome: heard.append(outcome.value),
                    lambda progress: heard.append(progress.phase),
                )
            case "drop":
                job.drop()
                latest = None
            case "cancel":
                job.cancel()
            case (what, number) if number < len(held.jobs):
                if number == latest:
                    expected.append(number if what == "answer" else "on its way")
                    latest = None if what == "answer" else latest
                if what == "answer":
                    held.jobs[number].finish()
                else:
                    held.jobs[number].on_progress(Progress("on its way"))
        assert heard == expected
        assert job.is_waiting == (latest is not None)


def test_what_is_dropped_or_replaced_is_asked_to_stop():
    held = HeldSubmit()
    job = LatestJob(held)
    for _ in range(3):
        job.start(lambda report, cancel: None, lambda outcome: None)
    job.drop()
    assert [each.is_cancelled for each in held.jobs] == [True, True, True]


def test_an_answer_that_comes_at_once_is_heard_once():
    heard = []
    job = LatestJob(submit_now)
    job.start(lambda report, cancel: 7, heard.append)
    assert [outcome.value for outcome in heard] == [7]
    assert not job.is_waiting
