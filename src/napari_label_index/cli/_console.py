"""What the command line says while it works, and how it is stopped."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING

from tqdm import tqdm

from napari_label_index.index import LabelIndex, build_index
from napari_label_index.io import open_index, read_label_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import FrameType

    from napari_label_index._typing import OnProgress


class Console:
    """Progress and sentences on standard error; standard output is for results."""

    def __init__(self, quiet: bool, ctrl_c: CtrlC) -> None:
        self._quiet = quiet
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

    def index_of(self, path: Path) -> LabelIndex:
        """Open an index file, or read and index a stack."""
        if path.suffix.lower() == ".npz":
            return open_index(path)
        with self.progress("Reading", "part") as on_progress:
            image = read_label_image(path, on_progress=on_progress, cancel=self.cancel)
        with self.progress("Indexing", "voxel") as on_progress:
            return build_index(image, on_progress=on_progress, cancel=self.cancel)


class CtrlC:
    """The first Ctrl+C asks the work to stop, a second one stops it at once."""

    def __init__(self) -> None:
        self.pressed = False

    def __enter__(self) -> CtrlC:
        # Elsewhere than in the main thread Python allows no handlers.
        with contextlib.suppress(ValueError):
            self._before = signal.signal(signal.SIGINT, self._on_press)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ValueError, AttributeError):
            signal.signal(signal.SIGINT, self._before)

    def _on_press(self, _signal: int, _frame: FrameType | None) -> None:
        self.pressed = True
        signal.signal(signal.SIGINT, self._before)
