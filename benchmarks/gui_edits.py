"""Measure edits in the window: from the release of the brush to the row in the table.

    make bench-gui
    python benchmarks/gui_edits.py --quick          small volume: does it run?

Strokes are made by napari's own brush, through its layer, in a real window; without a
screen run it under xvfb-run. What is measured is the GUI thread, from napari's event at
the end of a stroke until the dock has taken the new values in and painted the table.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

import report
from napari_label_index import LabelImage
from report import Figure
from volumes import Volumes

# The demo and this file drive the same window.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
from window import InspectorWindow

N_STROKES = 15
BRUSH = 113  # pixels across: a disk of 10,000 voxels
REACH = 0.03


class Strokes:
    """Strokes of the brush somewhere in the volume, each timed after its last voxel."""

    def __init__(self, window: InspectorWindow) -> None:
        self.window = window
        self.layer = window.layer
        self.layer.brush_size = min(BRUSH, *(n // 2 for n in self.layer.data.shape[1:]))
        self.random = np.random.default_rng(0)
        self.profile: cProfile.Profile | None = None

    def paint(self, label: int) -> float:
        """Make one stroke; returns how long the release of the mouse took."""
        sizes = np.array(self.layer.data.shape)
        margin = int(self.layer.brush_size)
        low, high = np.minimum(margin, sizes // 2), np.maximum(sizes - margin, 1)
        place = tuple(
            int(self.random.integers(a, max(b, a + 1)))
            for a, b in zip(low, high, strict=True)
        )
        self.window.viewer.dims.set_point(0, self.layer.data_to_world(place)[0])
        self.window.settle(0.02)
        with self.layer.block_history():  # as napari does while the button is down
            self.layer.paint(place, label)
            return self._timed(self.layer._commit_staged_history)

    def undo(self) -> float:
        """Take the last stroke back; returns how long it took, with napari's part."""
        return self._timed(self.layer.undo)

    def _timed(self, end_of_stroke) -> float:
        if self.profile is not None:
            self.profile.enable()
        began = time.perf_counter()
        end_of_stroke()
        self.window.table.viewport().grab()
        taken = time.perf_counter() - began
        if self.profile is not None:
            self.profile.disable()
        return taken


def strokes(window: InspectorWindow, work: Strokes) -> Iterator[Figure]:
    index = window.index
    known = int(index.labels[len(index) // 2])

    def median_of(paint, pause: float) -> float:
        taken = []
        for _ in range(N_STROKES):
            taken.append(paint())
            window.settle(pause)
        return statistics.median(taken)

    def new_label() -> float:
        return work.paint(int(window.index.labels[-1]) + 1)

    for header in ("Label", "Voxels"):
        window.sort_by(header)
        window.settle(0.5)
        for pause, when in ((0.01, "in a series"), (1.0, "after a pause")):
            what = f"stroke to table, sorted by {header}, {when}"
            yield Figure(what, median_of(lambda: work.paint(known), pause), reach=REACH)
        yield Figure(
            f"stroke of a new label, sorted by {header}", median_of(new_label, 0.05)
        )
    window.sort_by("Label")
    yield Figure("a label erased or undone", median_of(work.undo, 0.05))
    window.dock.session.selection.select([known])
    window.settle(0.5)
    what = "stroke to table, its label selected"
    yield Figure(what, median_of(lambda: work.paint(known), 0.05), reach=REACH)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small volume")
    parser.add_argument("--cache", type=Path, help="folder for the volumes")
    parser.add_argument("--profile", type=int, default=0, help="lines of a profile")
    options = parser.parse_args(argv)

    cells = Volumes(options.cache, quick=options.quick).load("cells")
    window = InspectorWindow(LabelImage(cells))
    window.build_index()
    window.settle(2)  # what is computed beside the table
    work = Strokes(window)
    work.paint(1)
    window.settle(1)
    if options.profile:
        work.profile = cProfile.Profile()
    measured = list(strokes(window, work))
    window.viewer.close()
    print(report.table(measured))
    print(f"\n{report.machine()}")
    if work.profile is not None:
        pstats.Stats(work.profile).sort_stats("cumulative").print_stats(options.profile)
    if options.quick:
        print("A small volume: these figures say that it runs, nothing about speed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
