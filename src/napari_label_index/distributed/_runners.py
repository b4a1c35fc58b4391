"""Who runs the tasks of a build: threads of this process, or the workers of Dask."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from napari_label_index.errors import LabelIndexError, TaskFailedError
from napari_label_index.index._parallel import n_usable_cores
from napari_label_index.io._pool import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from napari_label_index._typing import Cancel

__all__ = ["DaskRunner", "Runner", "ThreadRunner"]

_POLL_SECONDS = 0.05
_QUEUED = 3  # tasks that wait for each thread: none runs dry, and none holds a list

Answer = TypeVar("Answer")


class Runner(Protocol):
    """Runs tasks, and gives their answers as they come."""

    def run(
        self,
        task: Callable[..., Answer],
        calls: Iterable[tuple[Any, ...]],
        cancel: Cancel | None,
    ) -> Iterator[Answer]:
        """Call `task` with each of `calls`; the first error ends it."""
        ...


class ThreadRunner:
    """Runs tasks in threads, one for each core."""

    def run(
        self,
        task: Callable[..., Answer],
        calls: Iterable[tuple[Any, ...]],
        cancel: Cancel | None,
    ) -> Iterator[Answer]:
        """See `Runner`."""
        waiting_calls = iter(calls)
        n_threads = n_usable_cores()
        with ThreadPoolExecutor(n_threads) as pool:
            running: set[Future[Answer]] = set()
            try:
                while True:
                    while len(running) < _QUEUED * n_threads:
                        call = next(waiting_calls, None)
                        if call is None:
                            break
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
    ) -> Iterator[Answer]:
        """See `Runner`."""
        from distributed import wait as wait_for

        waiting_calls = iter(calls)
        running: set[Any] = set()
        try:
            while True:
                room = _QUEUED * max(1, sum(self._client.nthreads().values()))
                while len(running) < room:
                    call = next(waiting_calls, None)
                    if call is None:
                        break
                    running.add(self._client.submit(task, *call, pure=False))
                if not running:
                    return
                raise_if_cancelled(cancel)
                try:
                    done = wait_for(
                        running, timeout=_POLL_SECONDS, return_when="FIRST_COMPLETED"
                    ).done
                except TimeoutError:
                    continue
                running -= done
                for future in done:
                    yield _answer_of(future)
        finally:
            self._client.cancel(list(running))


def _answer_of(future: Any) -> Any:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, LabelIndexError):
        raise error
    reason = f"{type(error).__name__}: {error}"[:300].rstrip(": \n")
    raise TaskFailedError(
        f"a task of the build failed on its workers ({reason}); build again: what is "
        "finished is kept"
    ) from error
