"""`submit` without threads: work runs when the test says so, in the test's thread."""

from __future__ import annotations

from napari_label_index.errors import Cancelled, LabelIndexError
from napari_label_index.session import ColumnStore, Faulted, Finished, Stopped


class Held:
    """One piece of work that waits for `finish`."""

    def __init__(self, work, on_done, on_progress):
        self.work, self.on_done, self.on_progress = work, on_done, on_progress
        self.is_cancelled = False

    def cancel(self):
        self.is_cancelled = True

    def finish(self):
        try:
            outcome = Finished(self.work(self.on_progress, lambda: self.is_cancelled))
        except Cancelled:
            outcome = Stopped()
        except LabelIndexError as error:
            outcome = Faulted(str(error))
        self.on_done(outcome)


class HeldSubmit:
    """Keeps what is submitted, for the test to finish in any order."""

    def __init__(self):
        self.jobs = []

    def __call__(self, work, *, on_done, on_progress):
        self.jobs.append(Held(work, on_done, on_progress))
        return self.jobs[-1]


def submit_now(work, *, on_done, on_progress):
    """Run the work and answer before returning."""
    job = Held(work, on_done, on_progress)
    job.finish()
    return job


def columns_of(session, submit=submit_now):
    """Columns that follow the index of a session."""
    columns = ColumnStore(submit)
    columns.set_index(session.index)
    session.index_changed.connect(columns.set_index)
    return columns
