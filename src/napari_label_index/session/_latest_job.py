"""One piece of work at a time, of which only the latest may answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_label_index.session._job import ignore

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_label_index.session._job import (
        Job,
        Outcome,
        Progress,
        Report,
        Submit,
        Work,
    )


class LatestJob:
    """Starts work elsewhere; an answer that nobody waits for any more is dropped.

    Parameters
    ----------
    submit
        Starts work elsewhere: a thread in the widget, a plain call in a test.
    """

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._number = 0  # of the latest request; each start and each drop is one
        self._is_waiting = False
        self._job: Job | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still to come."""
        return self._is_waiting

    def start(
        self,
        work: Work,
        on_done: Callable[[Outcome], None],
        on_progress: Report = ignore,
    ) -> None:
        """Start `work` in place of what is under way."""
        self.drop()
        number = self._number
        self._is_waiting = True

        def accept(outcome: Outcome) -> None:
            if number == self._number:
                self._number += 1
                self._is_waiting = False
                self._job = None
                on_done(outcome)

        def pass_on(progress: Progress) -> None:
            if number == self._number:
                on_progress(progress)

        job = self._submit(work, on_done=accept, on_progress=pass_on)
        # An immediate `submit` has answered already; there is nothing to cancel.
        if number == self._number:
            self._job = job

    def cancel(self) -> None:
        """Ask the work to stop, and go on waiting for its answer."""
        if self._job is not None:
            self._job.cancel()

    def drop(self) -> None:
        """Ask the work to stop, and wait for it no more."""
        self._number += 1
        self._is_waiting = False
        if self._job is not None:
            self._job.cancel()
            self._job = None
