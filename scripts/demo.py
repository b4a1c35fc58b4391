"""The whole way in a real napari window: slices, index, table, clicks, coordinates.

    make demo                              a volume of 3,000 objects
    python scripts/demo.py --full          1000 slices of 700 x 700, 120,000 objects

It writes a folder of TIFF slices, reads and indexes it, sorts and selects in the table,
clicks in the picture in 2D and in 3D, exports, and compares the exported coordinates
with the volume. Pictures of every step and the coordinates go to demo-output/. The
window stays open; without a display the demo runs on a virtual one and ends.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import tifffile

import napari_label_index as nli
from napari_label_index._samples import ellipsoids

DEMO = {"shape": (130, 300, 300), "grid": (13, 15, 15)}
FULL = {"shape": (1000, 700, 700), "grid": (50, 49, 49)}


@contextmanager
def told(what: str):
    """Say what is done, and how long it took."""
    print(what, end=" ", flush=True)
    began = time.perf_counter()
    yield
    print(f"({time.perf_counter() - began:.2f} s)", flush=True)


def use_virtual_display() -> None:
    """Start this script again on a virtual display where there is none."""
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if has_display or sys.platform != "linux":
        return
    xvfb = shutil.which("xvfb-run")
    if xvfb is None:
        sys.exit(
            "there is no display, and no xvfb-run to make a virtual one; "
            "install Debian's xvfb, or see .ci/packages"
        )
    screen = ("--auto-servernum", "--server-args=-screen 0 1600x1200x24")
    os.execv(xvfb, [xvfb, *screen, sys.executable, __file__, *sys.argv[1:], "--close"])


def read_slices(size: dict) -> nli.LabelImage:
    """Generate a volume, write it as a folder of slices, and read that."""
    with tempfile.TemporaryDirectory() as folder:
        with told(f"Writing {size['shape'][0]} TIFF slices"):
            for z, section in enumerate(ellipsoids(**size)):
                path = Path(folder, f"slice_{z}.tif")
                tifffile.imwrite(path, section, compression="zlib")
        with told("Reading the folder"):
            return nli.read_label_image(folder)


def walk_through(window, output: Path) -> list[int]:
    """Index, sort, select, click; returns the labels that are selected at the end."""
    with told("Pressing Index, which compiles for some 10 s the very first time"):
        index = window.build_index()
    print(f"  {index}")
    window.save_picture(output / "1-indexed.png")

    with told("Sorting by voxels, selecting the 200 largest"):
        window.sort_by("Voxels", descending=True)
        window.select_rows(0, 199)
    assert len(window.selected) == 200, window.selected
    window.save_picture(output / "2-selected-in-the-table.png")

    click(window, ndisplay=2)
    window.save_picture(output / "3-clicked-in-2d.png")
    click(window, ndisplay=3)
    window.save_picture(output / "4-clicked-in-3d.png")
    return window.selected


def click(window, ndisplay: int) -> None:
    """Click an object in the picture and see that it, and no other, is selected."""
    index = window.index
    off_centre = np.abs(index.centroids - np.array(index.shape) / 2).sum(axis=1)
    label = int(index.labels[off_centre.argmin()])
    window.show(ndisplay)
    window.look_at(label)
    window.turn(15, 25, 110)
    with told(f"Clicking an object in {ndisplay}D"):
        window.click_picture()
    [picked] = window.selected
    if ndisplay == 2:  # in 3D it is the first object on the line of sight
        assert picked == label, (picked, label)
    print(f"  label {picked}, {len(window.index.coords(picked))} voxels")


def compare(path: Path, volume: np.ndarray, labels: list[int]) -> None:
    """Check every exported voxel, and that no voxel is missing."""
    rows = np.loadtxt(path, delimiter=",", skiprows=1, dtype=np.int64)
    label, coords = rows[:, 0], rows[:, 1:]
    assert np.array_equal(volume[tuple(coords.T)], label)
    assert len(np.unique(rows, axis=0)) == np.isin(volume, labels).sum()
    print(f"  {len(rows)} lines, all as in the volume")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="1000 slices of 700 x 700")
    parser.add_argument("--output", type=Path, default=Path("demo-output"))
    parser.add_argument("--close", action="store_true", help="close the window at once")
    options = parser.parse_args()
    use_virtual_display()
    # Not before: the import of napari takes seconds, and would be done twice.
    import napari
    from window import InspectorWindow

    options.output.mkdir(parents=True, exist_ok=True)
    label_image = read_slices(FULL if options.full else DEMO)
    with told("Opening napari, which takes longer the first time"):
        window = InspectorWindow(label_image)
    labels = walk_through(window, options.output)
    path = options.output.resolve() / "coords.csv"
    with told("Exporting the selection"):
        window.export(path)
    compare(path, np.asarray(label_image), labels)
    window.save_picture(options.output / "5-exported.png")
    print(f"Look at the pictures in {options.output}/")
    if options.close:
        window.viewer.close()
    else:
        print("Close the window when you have seen enough.")
        napari.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
