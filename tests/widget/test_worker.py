"""Threads: answers arrive in the GUI thread, and nothing that fails gets out."""

from __future__ import annotations

import threading

import pytest

from dock_index import WAIT_MS
from napari_label_index._widget._worker import ThreadSubmit, outcome_of, sentence_of
from napari_label_index.errors import (
    Cancelled,
    UnknownLabelError,
    UnsupportedLabelsError,
)
from napari_label_index.session import Faulted, Finished, Progress, Stopped


class Answers:
    def __init__(self):
        self.outcomes, self.progress, self.threads = [], [], set()

    def on_done(self, outcome):
        self.outcomes.append(outcome)
        self.threads.add(threading.current_thread())

    def on_progress(self, progress):
        self.progress.append(progress)
        self.threads.add(threading.current_thread())


@pytest.fixture
def answers():
    return Answers()


@pytest.fixture
def run(qtbot, answers):
    submit = ThreadSubmit()

    def run(work, *, wait=True):
        job = submit(work, on_done=answers.on_done, on_progress=answers.on_progress)
        if wait:
            qtbot.waitUntil(lambda: bool(answers.outcomes), timeout=WAIT_MS)
        return job

    yield run
    submit.cancel_all()
    assert submit.wait(5)


def test_work_runs_elsewhere_and_answers_here(run, answers):
    def work(report, cancel):
        report(Progress("Indexing", 1, 2))
        return threading.current_thread()

    run(work)
    [outcome] = answers.outcomes
    assert isinstance(outcome, Finished)
    assert outcome.value is not threading.current_thread()
    assert answers.threads == {threading.current_thread()}
    assert answers.progress == [Progress("Indexing", 1, 2)]


def test_a_flood_of_reports_is_thinned_out_but_phases_are_kept(run, answers):
    def work(report, cancel):
        for phase in ("Preparing", "Indexing"):
            for done in range(20_000):
                report(Progress(phase, done, 20_000))

    run(work)
    assert {progress.phase for progress in answers.progress} == {
        "Preparing",
        "Indexing",
    }
    assert len(answers.progress) < 200


def test_cancelled_work_is_stopped_and_says_no_more(run, answers, qtbot):
    started = threading.Event()

    def work(report, cancel):
        started.set()
        waiting = threading.Event()
        while not waiting.wait(0.002):
            report(Progress("Indexing", 1, 2))
            if cancel():
                raise Cancelled("enough")

    job = run(work, wait=False)
    assert started.wait(5)
    job.cancel()
    qtbot.waitUntil(lambda: bool(answers.outcomes), timeout=500)
    assert answers.outcomes == [Stopped()]
    assert answers.progress == []


def test_two_pieces_of_work_run_side_by_side(run, answers, qtbot):
    barrier = threading.Barrier(2, timeout=5)
    run(lambda report, cancel: barrier.wait() >= 0, wait=False)
    run(lambda report, cancel: barrier.wait() >= 0, wait=False)
    qtbot.waitUntil(lambda: len(answers.outcomes) == 2, timeout=WAIT_MS)
    assert answers.outcomes == [Finished(True)] * 2


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        pytest.param(
            UnsupportedLabelsError("labels must be integers"),
            "Labels must be integers.",
            id="ours",
        ),
        pytest.param(
            UnknownLabelError("no label 9"), "No label 9.", id="ours without quotes"
        ),
        pytest.param(
            FileNotFoundError(2, "No such file", "a.csv"),
            "[Errno 2] No such file: 'a.csv'.",
            id="file",
        ),
        pytest.param(
            MemoryError(), "There is not enough memory for this.", id="memory"
        ),
        pytest.param(
            ZeroDivisionError("division by zero"),
            "Unexpected ZeroDivisionError: division by zero.",
            id="a bug",
        ),
        pytest.param(KeyError(), "Unexpected KeyError: no message.", id="no message"),
    ],
)
def test_an_error_becomes_a_sentence(error, sentence):
    def work(report, cancel):
        raise error

    assert sentence_of(error) == sentence
    assert outcome_of(work, print, bool) == Faulted(sentence)


def test_an_error_in_the_thread_is_an_answer_not_an_exception(run, answers, caplog):
    run(lambda report, cancel: 1 / 0)
    [outcome] = answers.outcomes
    assert outcome == Faulted("Unexpected ZeroDivisionError: division by zero.")
    assert "unexpected error" in caplog.text
