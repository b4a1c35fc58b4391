"""`label-index build`: the index of a volume, in a file or in a folder."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from napari_label_index.cli._choice import summary
from napari_label_index.cli._console import Unfinished, WrongCallError
from napari_label_index.distributed import build_index_dataset
from napari_label_index.errors import Cancelled
from napari_label_index.io import (
    DATASET_SUFFIX,
    SourceStamp,
    check_output,
    is_url,
    read_meta,
    save_index,
)
from napari_label_index.io._words import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from napari_label_index.cli._console import Console

_NO_DISTRIBUTED = (
    "workers need the library distributed: "
    "pip install 'napari-label-index[distributed]'"
)

# A worker that has died is started again. After 15 s Dask looks whether it is there and
# gives it up for good if it has died a second time, or the computer was too busy.
KEEP_LOST_WORKERS = {"distributed.deploy.lost-worker-timeout": "1 hour"}


def build(options: argparse.Namespace, console: Console) -> None:
    if options.output.suffix.lower() in ("", DATASET_SUFFIX):
        _build_folder(options, console)
    else:
        _build_file(options, console)


def _build_file(options: argparse.Namespace, console: Console) -> None:
    check_output(options.output, (".parquet", DATASET_SUFFIX))
    if options.workers or options.scheduler or is_url(options.stack):
        raise WrongCallError(
            "workers, and an address, are for an index in a folder: name it "
            f"{options.output.stem}, without .parquet"
        )
    # Before it is read: what changes meanwhile is noticed later.
    stamp = SourceStamp.of(options.stack)
    index = console.index_of(options.stack)
    with console.progress("Saving", "run") as on_progress:
        save_index(
            index,
            options.output,
            source=stamp,
            on_progress=on_progress,
            cancel=console.cancel,
        )
    console.say(f"{options.output}: {summary(index)}")


def _build_folder(options: argparse.Namespace, console: Console) -> None:
    image = console.image_of(options.stack, lazy=True)
    try:
        with (
            _client(options, console) as client,
            console.progress("Indexing", "voxel") as on_progress,
        ):
            build_index_dataset(
                image,
                options.output,
                client,
                source=options.stack,
                on_progress=on_progress,
                cancel=console.cancel,
            )
    except (Cancelled, KeyboardInterrupt) as error:
        raise Unfinished(
            f"interrupted; {options.output}.building keeps what was done, and the same "
            "command goes on from there"
        ) from error
    found = read_meta(options.output)
    runs, labels = counted(found.n_runs, "run"), counted(found.n_labels, "label")
    console.say(f"{options.output}: {labels}, {runs}")
    if found.n_missing_chunks:
        missing = counted(found.n_missing_chunks, "chunk")
        console.say(f"note: {missing} of the volume not stored, and so the fill value")


@contextlib.contextmanager
def _client(options: argparse.Namespace, console: Console) -> Iterator[Any]:
    """Give a client of the cluster asked for, None for threads of this process."""
    if not (options.workers or options.scheduler):
        yield None
        return
    try:
        import dask

        from distributed import Client, LocalCluster
    except ImportError as error:
        raise WrongCallError(_NO_DISTRIBUTED) from error
    with contextlib.ExitStack() as stack:
        if options.scheduler:
            client = stack.enter_context(_connected(Client, options.scheduler))
            if not client.nthreads():
                console.say(f"{options.scheduler} has no workers yet; waiting for one")
            yield client
            return
        stack.enter_context(dask.config.set(KEEP_LOST_WORKERS))
        cluster = LocalCluster(
            n_workers=options.workers, threads_per_worker=1, dashboard_address=None
        )
        yield stack.enter_context(Client(stack.enter_context(cluster)))


def _connected(client: Any, address: str) -> Any:
    try:
        return client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise WrongCallError(f"no scheduler answers at {address}: {error}") from error
