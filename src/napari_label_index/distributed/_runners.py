"""Who runs the tasks of a build: threads of this process, or the workers of Dask."""

from __future__ import annotations

import contextlib
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from napari_label_index.errors import LabelIndexError, TaskFailedError
from napari_label_index.index._parallel import n_usable_cores
from napari_label_index.io._pool import raise_if_cancelled
from napari_label_index.io._reason import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from napari_label_index._typing import Cancel

__all__ = ["DaskRunner", "Runner", "ThreadRunner"]

_POLL_SECONDS = 0.05
_ASKED_SECONDS = 1.0  # the scheduler has other things to do
_LOST_SECONDS = 20.0  # a worker that died is back in a second or two
_NONE_SECONDS = 300.0  # for the first worker to join
# An answer is a few numbers, and is there at once; for that of a worker that has died
# the scheduler looks for half a minute, unless it is asked again.
_ANSWER_SECONDS = 1.0
_MOST_ANSWER_SECONDS = 60.0
_QUEUED = 3  # tasks that wait for each thread: none runs dry, and none holds a list

Answer = TypeVar("Answer")


class Runner(Protocol):
    """Runs tasks, and gives their answers as they come."""

    def run(
        self,
        task: Callable[..., Answer],
        calls: Iterable[tuple[Any, ...]],
        cancel: Cancel | None,
    ) -> Generator[Answer]:
        """Call `task` with each of `calls`; the first error, or a close, ends it."""
        ...


class ThreadRunner:
    """Runs tasks in threads, one for each core."""

    def run(
        self,
        task: Callable[..., Answer],
        calls: Iterable[tuple[Any, ...]],
        cancel: Cancel | None,
    ) -> Generator[Answer]:
        """See `Runner`."""
        waiting_calls = iter(calls)
        n_threads = n_usable_cores()
        with ThreadPoolExecutor(n_threads) as pool:
            running: set[Future[Answer]] = set()
            try:
                while True:
                    room = _QUEUED * n_threads - len(running)
                    for call in islice(waiting_calls, room):
                        running.add(pool.submit(task, *call))
                    if not running:
                        return
                    raise_if_cancelled(cancel)
                    done, running = wait(running, _POLL_SECONDS, FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                for future in running:
                    future.cancel()


class DaskRunner:
    """Runs tasks on the workers of a Dask cluster, again where a worker dies.

    Parameters
    ----------
    client : distributed.Client
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def run(
        self,
        task: Callable[..., Answer],
        calls: Iterable[tuple[Any, ...]],
        cancel: Cancel | None,
    ) -> Generator[Answer]:
        """See `Runner`.

        Raises
        ------
        TaskFailedError
            When a task raises what is none of our errors, when workers die of it, when
            no worker is left or none has joined in 5 minutes, or without a scheduler.
        """
        from distributed import wait as wait_for

        waiting_calls = iter(calls)
        running: set[Any] = set()
        workers, patience = _Workers(self._client), _Patience()
        try:
            while True:
                room = _QUEUED * max(1, workers.n_threads()) - len(running)
                for call in islice(waiting_calls, max(0, room)):
                    running.add(self._client.submit(task, *call, pure=False))
                if not running:
                    return
                raise_if_cancelled(cancel)
                done: set[Any] = set()
                with contextlib.suppress(TimeoutError):
                    done = wait_for(running, _POLL_SECONDS, "FIRST_COMPLETED").done
                running -= done
                yield from _answers(done, running, patience)
        except LabelIndexError:
            raise
        except Exception as error:  # a cluster that goes away raises anything
            raise _failed(error) from error
        finally:
            if running and self._client.status == "running":
                with contextlib.suppress(OSError, TimeoutError, RuntimeError):
                    self._client.cancel(list(running))


@dataclass(slots=True)
class _Patience:
    """How long to wait for an answer: longer after each that did not come."""

    seconds: float = _ANSWER_SECONDS

    def lengthen(self) -> None:
        """Wait twice as long next time: a slow worker is not a dead one."""
        self.seconds = min(2 * self.seconds, _MOST_ANSWER_SECONDS)

    def restore(self) -> None:
        """Wait no longer than usual: an answer came."""
        self.seconds = _ANSWER_SECONDS


class _Workers:
    """The workers of a cluster, and since when there is none."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._n_threads = 0
        self._had_any = False
        self._seen, self._asked = time.monotonic(), 0.0

    def n_threads(self) -> int:
        """Return the threads of all workers; a cluster may have none at first."""
        now = time.monotonic()
        if not self._n_threads or now - self._asked > _ASKED_SECONDS:
            self._n_threads = sum(self._client.nthreads().values())
            self._asked = now
        if self._n_threads:
            self._seen, self._had_any = now, True
        elif self._is_adaptive() or (not self._had_any and self._has_asked()):
            self._seen = now
        elif self._had_any and now - self._seen > _LOST_SECONDS:
            raise TaskFailedError(
                "all workers are gone; start some, and build again: what is finished "
                "is kept"
            )
        elif not self._had_any and now - self._seen > _NONE_SECONDS:
            raise TaskFailedError(
                f"no worker has joined the cluster in {_NONE_SECONDS:g} s; start some, "
                "wait for them with client.wait_for_workers(1), and build again"
            )
        return self._n_threads

    def _is_adaptive(self) -> bool:
        """Return whether the cluster is going to start workers by itself.

        The queue of a computing centre may take hours for it.
        """
        cluster = getattr(self._client, "cluster", None)
        return getattr(cluster, "_adaptive", None) is not None

    def _has_asked(self) -> bool:
        """Return whether the cluster has asked for workers, which may be in a queue."""
        cluster = getattr(self._client, "cluster", None)
        return bool(getattr(cluster, "worker_spec", None))


def _answers(done: set[Any], running: set[Any], patience: _Patience) -> Iterator[Any]:
    """Give the answers of finished tasks; one whose worker is gone runs again.

    After a first one that does not come no other is waited for: they may be of the
    same worker, and the scheduler knows by then which of them are going to run again.
    """
    waiting = [future for future in done if future.done()]
    running.update(done.difference(waiting))  # lost: they are "done" as well
    while waiting:
        future = waiting.pop()
        try:
            answer = _answer_of(future, patience.seconds)
        except TimeoutError:
            patience.lengthen()
            running.update(waiting, [future])
            return
        patience.restore()
        yield answer


def _answer_of(future: Any, seconds: float) -> Any:
    """Return the answer of a task that is done; `TimeoutError` if it is lost."""
    error = future.exception(timeout=seconds)
    if error is None:
        return future.result(timeout=seconds)
    if isinstance(error, LabelIndexError):
        raise error
    raise _failed(error) from error


def _failed(error: BaseException) -> TaskFailedError:
    return TaskFailedError(
        f"a task of the build failed on its workers ({reason_of(error)}); build again: "
        "what is finished is kept"
    )
