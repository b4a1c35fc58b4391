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


def in_window(volume: Path) -> Iterator[Figure]:
    """What a user does in the dock, and the longest gap between two ticks of it."""
    window = InspectorWindow(LabelImage(da.from_zarr(volume)), name="pairs")
    window.layer._source = Source(path=str(volume))
    dock, view = window.dock, window.table
    dock.saved.follow(window.layer)
    columns, chips, look = dock.inspection.columns, dock.inspection.chips, dock.saved
    window.wait_until("offered", lambda: look.desk.is_offered)

    def act(
        what: str, work: Callable[[], object], is_done: Callable[[], bool], reach=None
    ):
        with Ticks() as ticks:
            began = time.perf_counter()
            work()
            if not is_done():
                window.wait_until(what, is_done, 600)
            taken = time.perf_counter() - began
            window.settle()
        yield Figure(what, taken, reach=reach)
        yield Figure(f"{what}: longest gap between ticks", ticks.longest, reach=FREEZE)

    def is_sorted() -> bool:
        return not view.sorter.is_busy

    def is_filtered() -> bool:
        return isinstance(dock.inspection.filter.state, Filtered)

    def ask(text: str) -> Callable[[], None]:
        return lambda: dock.inspection.filter.set_text(text)

    is_ready = lambda: isinstance(dock.session.state, Ready)  # noqa: E731
    yield from act("window: opened and compared", look.panel.button.click, is_ready)
    is_idle = lambda: not (columns.computing or chips._job.is_waiting)  # noqa: E731
    yield from act("window: parts and holes counted", view.update, is_idle)
    for column in range(1, len(view.model().columns)):
        header = view.model().columns[column].header
        click = lambda column=column: window.click_header(column)  # noqa: E731
        yield from act(f"window: sorted by {header}", click, is_sorted, 2)
    yield from act(
        "window: filter num_pixels > 100", ask("num_pixels > 100"), is_filtered
    )
    yield from act("window: filter num_pixels > 1", ask("num_pixels > 1"), is_filtered)
    yield from act("window: all shown again", ask(""), is_filtered)
    drawn = dock.picture.show_highlight
    yield from act(
        "window: all selected", lambda: (view.selectAll(), drawn()), is_sorted
    )
    yield from act(
        "window: one row clicked", lambda: (window.click_row(5), drawn()), is_sorted
    )
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
