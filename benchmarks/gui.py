"""Measure the window: 120,000 rows beside a volume of 490 M voxels.

    make bench-gui
    python benchmarks/gui.py --quick          small volume: does it run?

A real napari window is driven with mouse events. Without a screen run it under
xvfb-run, as `make bench-gui` does; drawing is then done by the CPU, so the figures stop
at the point where the picture is handed over to be drawn.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from qtpy.QtCore import QTimer

import report
from napari_label_index import LabelImage
from napari_label_index._widget.picture._picture_link import HIGHLIGHT_DELAY_MS
from report import Figure
from volumes import Volumes

# The demo and this file drive the same window.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
from window import InspectorWindow

N_CLICKS = 20
N_REPEATS = 7


class Ticks:
    """The longest time between two ticks of a 10 ms timer in the GUI thread."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._on_tick)

    def __enter__(self) -> Ticks:
        self._last = time.perf_counter()
        self._timer.start(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._on_tick()
        self._timer.stop()

    def _on_tick(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now


def indexing(window: InspectorWindow) -> Iterator[Figure]:
    """From the click on Index until the table stands, twice: the first one compiles."""
    for what in ("first", "second"):
        window.dock.session.clear()
        window.settle()
        with Ticks() as ticks:
            began = time.perf_counter()
            window.build_index()
            taken = time.perf_counter() - began
        yield Figure(f"{what} indexing: press to table", taken)
        longest = f"{what} indexing: longest gap between ticks"
        yield Figure(longest, ticks.longest, reach=0.1)


def table(window: InspectorWindow) -> Iterator[Figure]:
    """Each with the table painted into a picture of its own: Qt may skip a repaint."""
    index, n_columns = window.index, window.table.model().columnCount()
    columns = itertools.cycle(range(n_columns))

    def shown() -> None:
        window.dock.table.show_index(index, window.dock._colors_of(index))
        window.table.grab()

    def sorted_by_next() -> None:
        window.click_header(next(columns))
        window.table.grab()

    def all_selected() -> None:
        window.table.selectAll()
        window.draw_highlight()
        window.table.grab()

    yield Figure(f"table of {len(index):,} rows shown", median_of(shown), reach=0.05)
    taken = median_of(sorted_by_next, 2 * n_columns)
    yield Figure("table sorted by another column", taken, reach=0.1)
    yield Figure("all rows selected and highlighted", median_of(all_selected, 3))


def clicks(window: InspectorWindow) -> Iterator[Figure]:
    rng = np.random.default_rng(0)
    for ndisplay, reach in ((2, 0.06), (3, 0.1)):
        began = time.perf_counter()
        window.viewer.dims.ndisplay = ndisplay
        switched = time.perf_counter() - began
        if ndisplay == 3:
            yield Figure("switched to 3D, all of it napari's", switched)
        taken = []
        for label in rng.choice(window.index.labels, N_CLICKS).tolist():
            window.look_at(label)
            began = time.perf_counter()
            window.click_picture()
            window.draw_highlight()
            taken.append(time.perf_counter() - began + HIGHLIGHT_DELAY_MS / 1e3)
            assert len(window.selected) == 1, (label, window.selected)
        what = f"click to highlight, {ndisplay}D, median of {N_CLICKS}"
        yield Figure(what, statistics.median(taken), reach=reach)
        yield Figure(f"click to highlight, {ndisplay}D, longest", max(taken))


def median_of(work, n: int = N_REPEATS) -> float:
    taken = []
    for _ in range(n):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small volume")
    parser.add_argument("--cache", type=Path, help="folder for the volumes")
    options = parser.parse_args(argv)

    cells = Volumes(options.cache, quick=options.quick).load("cells")
    window = InspectorWindow(LabelImage(cells))
    measured = []
    for measure in (indexing, table, clicks):
        for figure in measure(window):
            print(f"measured {figure.what}", file=sys.stderr)
            measured.append(figure)
    window.viewer.close()
    print(report.table(measured))
    print(f"\n{report.machine()}")
    if options.quick:
        print("A small volume: these figures say that it runs, nothing about speed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
