"""What the command line says while it works, and how it is stopped."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from tqdm import tqdm

from napari_label_index.cli._axes import with_axes
from napari_label_index.errors import Cancelled, StaleIndexError
from napari_label_index.index import (
    LIKE_AN_IMAGE,
    LabelImage,
    LabelIndex,
    build_index,
    looks_like_intensities,
)
from napari_label_index.io import (
    check_source,
    is_index_path,
    open_index,
    open_label_ranges,
    read_label_image,
    read_meta,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import FrameType

    from napari_label_index._typing import OnProgress

_T = TypeVar("_T", LabelImage, LabelIndex)


class WrongCallError(Exception):
    """Options that do not fit the file that they are meant for."""


class Unfinished(Cancelled):
    """Stopped as asked, with a sentence about what was kept."""


class Console:
    """Progress and sentences on standard error; standard output is for results."""

    def __init__(
        self,
        quiet: bool,
        ctrl_c: CtrlC,
        axes: tuple[str, ...] | None = None,
        by_time: bool = False,
    ) -> None:
        self._quiet = quiet
        self._axes = axes
        self._by_time = by_time
        self._ctrl_c = ctrl_c

    def cancel(self) -> bool:
        return self._ctrl_c.pressed

    def say(self, sentence: str) -> None:
        if not self._quiet:
            print(sentence, file=sys.stderr)

    @contextlib.contextmanager
    def progress(self, what: str, unit: str) -> Iterator[OnProgress]:
        # None: shown on a terminal only, so that logs hold no half-drawn bars.
        disable = True if self._quiet else None
        with tqdm(
            desc=what, unit=unit, unit_scale=True, disable=disable, leave=False
        ) as bar:

            def on_progress(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            yield on_progress

    def index_of(
        self,
        path: Path | str,
        against: Path | str | None = None,
        labels: Sequence[tuple[int, int]] | None = None,
    ) -> LabelIndex:
        """Open an index file, or read and index a stack; by time with --by-time.

        Parameters
        ----------
        path : Path or str
            The file or folder, or an address.
        against : Path or str, optional
            The stack that an index file must still tell of.
        labels : sequence of (first, last), optional
            Labels that suffice, of an index file.
        """
        index = self._index_of(path, against, labels)
        if not self._by_time:
            return index
        if index.time_axis is None:
            raise WrongCallError(
                f"--by-time needs an axis called t; here are {','.join(index.axes)}, "
                "and --axes names them"
            )
        return index.by_time()

    def _index_of(
        self,
        path: Path | str,
        against: Path | str | None,
        labels: Sequence[tuple[int, int]] | None,
    ) -> LabelIndex:
        if is_index_path(path):
            self._check_source(path, against)
            if labels is not None:
                return self._named(open_label_ranges(path, labels))
            with self.progress("Opening", "run") as on_progress:
                index = open_index(path, on_progress=on_progress, cancel=self.cancel)
            return self._named(index)
        if against is not None:
            raise WrongCallError("--against is for an index")
        image = self.image_of(path)
        with self.progress("Indexing", "voxel") as on_progress:
            index = build_index(image, on_progress=on_progress, cancel=self.cancel)
        if looks_like_intensities(index):
            self.say(f"note: {LIKE_AN_IMAGE}")
        return index

    def image_of(self, path: Path | str, *, lazy: bool = False) -> LabelImage:
        """Read a stack, or leave a zarr in its files, with the axes of --axes."""
        with self.progress("Reading", "part") as on_progress:
            image = self._read(path, lazy, on_progress)
        for note in image.notes:
            self.say(f"note: {note}")
        return self._named(image)

    def _read(
        self, path: Path | str, lazy: bool, on_progress: OnProgress
    ) -> LabelImage:
        """Read a stack; what does not fit in memory is left where it is, if it can."""
        try:
            return read_label_image(
                path, lazy=lazy, on_progress=on_progress, cancel=self.cancel
            )
        except MemoryError:
            if lazy:
                raise
            image = read_label_image(path, lazy=True, cancel=self.cancel)
        if not isinstance(image.data, np.ndarray):
            self.say("note: too large for the memory; it is indexed block by block")
        return image

    def _named(self, volume: _T) -> _T:
        """Return the same with its axes as --axes names them."""
        if self._axes is None:
            return volume
        try:
            return with_axes(volume, self._axes)
        except ValueError as error:
            raise WrongCallError(str(error)) from None

    def _check_source(self, path: Path | str, against: Path | str | None) -> None:
        """Refuse an index that is not of `against`; say if it may not be of its source.

        That is the stack beside it whose name it has; sizes and times tell. A store is
        not asked for them: it would list every chunk.
        """
        if against is None:
            if isinstance(path, str):
                return
            name = read_meta(path).source
            beside = path.parent / name
            if name and beside.exists():
                found = check_source(path, beside, "stamp")
                if found.verdict == "unknown":
                    self.say(
                        f"{beside} may have changed since it was indexed "
                        f"({found.told}); --against {beside} compares them"
                    )
            return
        found = check_source(path, against, "stamp")
        if found.verdict != "same":
            with self.progress("Comparing", "voxel") as on_progress:
                found = check_source(
                    path, against, on_progress=on_progress, cancel=self.cancel
                )
        if found.verdict == "changed":
            raise StaleIndexError(
                f"{path}: {against} is not what was indexed: {found.told}; "
                "build the index again"
            )
        self.say(f"{against} is what was indexed: {found.told}")


class CtrlC:
    """The first Ctrl+C asks the work to stop, a second one stops it at once.

    So does what `kill` sends, and a batch system at the end of a job's time.
    """

    def __init__(self) -> None:
        self.pressed = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> CtrlC:
        # Elsewhere than in the main thread Python allows no handlers.
        with contextlib.suppress(ValueError):
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._on_press)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ValueError):
            for number, before in self._before.items():
                signal.signal(number, before)

    def _on_press(self, number: int, _frame: FrameType | None) -> None:
        self.pressed = True
        if number == signal.SIGINT:  # a batch system sends its own more than once
            signal.signal(number, self._before[number])
