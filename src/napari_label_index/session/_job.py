"""What runs beside the session: work, its progress, its outcome, and `submit`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from napari_label_index._typing import Cancel, OnProgress


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one phase of some work has come."""

    phase: str  # a sentence fragment for the user, such as "Indexing"
    done: int = 0
    total: int = 0  # 0: not known, so only "busy" can be shown
    seconds: float = 0.0  # since this phase began

    @property
    def fraction(self) -> float | None:
        """Part done, 0 to 1, or None where the total is not known."""
        return min(self.done / self.total, 1.0) if self.total > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """Time left at the speed so far, or None while it cannot be told."""
        # The first moments tell nothing: threads are still starting.
        if self.total <= 0 or self.done <= 0 or self.seconds < 0.2:
            return None
        return self.seconds * (self.total - self.done) / self.done


@dataclass(frozen=True, slots=True)
class Finished:
    """The work ran to its end."""

    value: Any


@dataclass(frozen=True, slots=True)
class Stopped:
    """The work was cancelled; it left nothing behind."""


@dataclass(frozen=True, slots=True)
class Faulted:
    """The work failed; `message` is a sentence for the user."""

    message: str


Outcome: TypeAlias = Finished | Stopped | Faulted
Report: TypeAlias = Callable[[Progress], None]
Work: TypeAlias = Callable[[Report, Cancel], Any]
"""Runs elsewhere, returns a value; raises `Cancelled` once its `Cancel` is true."""


def in_phase(report: Report, phase: str) -> OnProgress:
    """Begin a phase; returns what tells how far it has come."""
    began = time.perf_counter()
    report(Progress(phase))

    def on_progress(done: int, total: int) -> None:
        report(Progress(phase, done, total, time.perf_counter() - began))

    return on_progress


def ignore(_told: object) -> None:
    """Hear of progress, or of an outcome, that is of no use."""


class Job(Protocol):
    """Work under way."""

    def cancel(self) -> None:
        """Ask the work to stop; returns at once."""


class Submit(Protocol):
    """Starts work elsewhere; both callbacks come in the caller's thread."""

    def __call__(
        self,
        work: Work,
        *,
        on_done: Callable[[Outcome], None],
        on_progress: Report,
    ) -> Job:
        """Start `work` and return at once."""
