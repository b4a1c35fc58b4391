"""Writes labels to files, and reads them again, one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from psygnal import Signal

from napari_label_index.session._export_request import (
    Exported,
    ExportRequest,
    Verified,
    VerifyRequest,
)
from napari_label_index.session._export_work import export_work, verify_work
from napari_label_index.session._job import Faulted, Finished, Outcome, Submit
from napari_label_index.session._latest_job import LatestJob

if TYPE_CHECKING:
    from collections.abc import Callable

CANCELLED = "Export cancelled; no file was written. Write starts it again."


@dataclass(frozen=True, slots=True)
class Idle:
    """No export under way; `notice` says what became of the last one."""

    notice: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Exporting:
    """A file is being written."""

    request: ExportRequest


@dataclass(frozen=True, slots=True)
class ExportFailed:
    """No file was written; `message` is a sentence for the user."""

    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Verifying:
    """An export is being read again."""

    request: VerifyRequest


@dataclass(frozen=True, slots=True, eq=False)
class NotVerified:
    """An export was not read to its end: stopped, or for a reason."""

    request: VerifyRequest
    reason: str = ""


ExportState: TypeAlias = (
    Idle | Exporting | Exported | ExportFailed | Verifying | Verified | NotVerified
)


class Exporter:
    """Runs exports elsewhere and tells how they went.

    Parameters
    ----------
    submit
        Starts work elsewhere: a thread in the widget, a plain call in a test.
    """

    state_changed = Signal(object)  # ExportState
    progressed = Signal(object)  # Progress

    def __init__(self, submit: Submit) -> None:
        self._job = LatestJob(submit)
        self._state: ExportState = Idle()

    @property
    def state(self) -> ExportState:
        """What the exporter is doing, as a frozen value."""
        return self._state

    @property
    def is_busy(self) -> bool:
        """Whether something is being written, or read again."""
        return isinstance(self._state, Exporting | Verifying)

    @property
    def exported(self) -> Exported | None:
        """What the last export wrote, if nothing was begun since but to verify it."""
        match self._state:
            case Exported() as exported:
                return exported
            case Verifying(request) | Verified(request) | NotVerified(request):
                return request.exported
            case _:
                return None

    def export(self, request: ExportRequest) -> None:
        """Write `request`; what is still under way is stopped."""
        self._job.drop()
        self._go(Exporting(request))
        self._job.start(export_work(request), self._on_exported, self.progressed.emit)

    def verify(self, request: VerifyRequest) -> None:
        """Read an export again, and compare all of it."""
        self._job.drop()
        self._go(Verifying(request))
        self._job.start(
            verify_work(request), self._on_verified(request), self.progressed.emit
        )

    def cancel(self) -> None:
        """Ask the export to stop; what was at its path before stays as it was.

        The answer is awaited: only the work knows whether its file was already
        in place when it heard of this.
        """
        self._job.cancel()

    def close(self) -> None:
        """Stop what is under way and listen to it no more."""
        self._job.drop()

    def _on_exported(self, outcome: Outcome) -> None:
        match outcome:
            case Finished(exported):
                self._go(exported)
            case Faulted(message):
                self._go(ExportFailed(message))
            case _:
                self._go(Idle(CANCELLED))

    def _on_verified(self, request: VerifyRequest) -> Callable[[Outcome], None]:
        def accept(outcome: Outcome) -> None:
            match outcome:
                case Finished(verified):
                    self._go(verified)
                case Faulted(message):
                    self._go(NotVerified(request, message))
                case _:
                    self._go(NotVerified(request))

        return accept

    def _go(self, state: ExportState) -> None:
        self._state = state
        self.state_changed.emit(state)
