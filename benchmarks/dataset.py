"""Measure an index folder of 10 million labels: alone, and in a window.

    python benchmarks/dataset.py              without a screen: under xvfb-run -a
    python benchmarks/dataset.py --quick      100,000 labels: does it run?

Each label is one run of two voxels, and ids are shuffled, so that neighbours in the
volume lie far apart in the files: no label image is worse. The folder is kept in the
system's temporary directory, or in the one that --cache names (300 MB).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import dask.array as da
import numpy as np
import zarr
from napari.layers._source import Source

import report
from gui import Ticks
from napari_label_index import LabelImage, LabelIndex, build_index_dataset, open_index
from napari_label_index.io import check_index, read_label_image
from napari_label_index.session import Filtered, Ready
from report import Figure
from timing import best_of

# As the demo, this file drives a window.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
from window import InspectorWindow

SHAPE, QUICK_SHAPE = (250, 400, 400), (25, 100, 160)
BASE_COLUMNS = ("num_pixels", "centroid-0", "centroid-1", "centroid-2", "area_bbox")
FREEZE = 0.2  # s; what is longer is felt


def make(folder: Path, shape: tuple[int, int, int]) -> tuple[Path, Path, float]:
    """Return a volume, its index beside it, and how long that took; made once."""
    volume, index = folder / "pairs.zarr", folder / "pairs.labelindex"
    if index.exists():
        return volume, index, float("nan")
    quads = np.zeros((np.prod(shape) // 4, 4), np.uint32)
    quads[:, :2] = 1 + np.random.default_rng(0).permutation(len(quads))[:, np.newaxis]
    folder.mkdir(parents=True, exist_ok=True)
    chunks = (25, *shape[1:])
    stored = zarr.create_array(
        volume, shape=shape, chunks=chunks, dtype="u4", overwrite=True
    )
    stored[:] = quads.reshape(shape)
    began = time.perf_counter()
    build_index_dataset(volume, index)
    return volume, index, time.perf_counter() - began


def alone(volume: Path, folder: Path) -> Iterator[Figure]:
    """What the library does, with the files in the system's cache."""
    yield Figure("opened", best_of(5, lambda: open_index(folder)), reach=1)
    taken = best_of(3, lambda: open_index(folder).bboxes)
    yield Figure("opened, with boxes and centroids", taken, reach=2)
    index = open_index(folder)
    slowest = max(
        best_of(2, lambda name=name: _sorted(index, name)) for name in BASE_COLUMNS
    )
    yield Figure("sorted by a column, the slowest", slowest, reach=2)
    taken = best_of(3, lambda: index.select("num_pixels > 100"))
    yield Figure("num_pixels > 100", taken, reach=0.1)
    label = index.labels[len(index) // 3]
    fresh = [open_index(folder) for _ in range(3)]
    taken = min(best_of(1, lambda one=one: one.coords(label)) for one in fresh)
    yield Figure("coordinates of one label", taken, reach=0.1)
    yield Figure("n_components, part by part", best_of(1, lambda: _components(folder)))
    image = read_label_image(volume, lazy=True)
    taken = best_of(1, lambda: check_index(index, image, "sample"))
    yield Figure("32 slices compared", taken)
    taken = best_of(1, lambda: check_index(index, image))
    yield Figure("all voxels compared", taken)


def _sorted(index: LabelIndex, name: str) -> object:
    return index.select(f"sort by {name}")


def _components(folder: Path) -> object:
    return open_index(folder).components()


class Acts:
    """Measures what a user does in one window: how long it takes, and freezes."""

    def __init__(self, volume: Path) -> None:
        self.window = InspectorWindow(LabelImage(da.from_zarr(volume)), name="pairs")
        self.window.layer._source = Source(path=str(volume))
        self.dock, self.view = self.window.dock, self.window.table
        self.dock.saved.follow(self.window.layer)
        self.window.wait_until(
            "offered", lambda: self.dock.saved.desk.saved is not None
        )

    def act(
        self,
        what: str,
        work: Callable[[], object],
        reach: float | None = None,
        until: Callable[[], bool] | None = None,
    ) -> Iterator[Figure]:
        is_done, busy = until or self.is_done, time.thread_time()
        with Ticks() as ticks:
            began = time.perf_counter()
            work()
            if not is_done():
                self.window.wait_until(what, is_done, 600)
            self.view.viewport().repaint()
            taken = time.perf_counter() - began
            busy = time.thread_time() - busy
            self.window.settle()
        yield Figure(f"window: {what}", taken, reach=reach)
        yield Figure("  longest gap between ticks", ticks.longest, reach=FREEZE)
        # On a machine that others use as well, this says more.
        yield Figure("  work of the thread that shows the window", busy)

    def is_on_show(self) -> bool:
        return isinstance(self.dock.session.state, Ready)

    def is_done(self) -> bool:
        inspection = self.dock.inspection
        is_busy = self.view.sorter.is_busy or inspection.chips._job.is_waiting
        is_filtered = isinstance(inspection.filter.state, Filtered)
        is_busy = is_busy or bool(inspection.columns.computing)
        return self.is_on_show() and is_filtered and not is_busy


def in_window(volume: Path) -> Iterator[Figure]:
    """What a user does in the dock."""
    acts = Acts(volume)
    window, view, dock = acts.window, acts.view, acts.dock
    ask, draw = dock.inspection.filter.set_text, dock.picture.show_highlight
    click = dock.saved.panel.button.click
    yield from acts.act("opened: the table on show", click, 1, acts.is_on_show)
    yield from acts.act("boxes read, parts and holes counted", lambda: None)
    for column in range(1, len(view.model().columns)):
        header = view.model().columns[column].header
        click = partial(window.click_header, column)
        yield from acts.act(f"sorted by {header}", click, 2)
    for text in ("num_pixels > 100", "num_pixels > 1", ""):
        yield from acts.act(f"filter {text or 'cleared'}", partial(ask, text))
    yield from acts.act("one row clicked", lambda: (window.click_row(5), draw()))
    yield from acts.act("all selected", lambda: (view.selectAll(), draw()))
    window.viewer.close()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few labels")
    parser.add_argument("--cache", type=Path, help="folder for the volume")
    options = parser.parse_args(argv)

    root = (
        options.cache or Path(tempfile.gettempdir()) / "napari-label-index-benchmarks"
    )
    name, shape = ("quick", QUICK_SHAPE) if options.quick else ("full", SHAPE)
    volume, folder, built = make(root / name, shape)
    measured = [Figure("built", built)] if built == built else []
    for measure in (alone(volume, folder), in_window(volume)):
        for figure in measure:
            print(f"measured {figure.what}: {figure.ours:.3f}", file=sys.stderr)
            is_quick = options.quick
            measured.append(replace(figure, reach=None) if is_quick else figure)
    print(report.table(measured))
    print(f"\n{report.machine()}")
    if options.quick:
        print("Few labels: these figures say that it runs, nothing about speed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
