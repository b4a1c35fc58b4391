"""The pictures of the documentation, taken from a real napari window.

    make tour

It generates a volume with a few faults, opens napari, does what the tour tells, by
mouse and keys, and writes docs/img/*.png. It needs a display, or `make tour`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QWidget
from tour_volume import TourVolume, make_volume
from window import NO_KEY, InspectorWindow

from napari_label_index import LabelImage

PICTURES = Path(__file__).resolve().parents[1] / "docs/img"
SIZE = (1200, 800)
PENDING = "\N{HORIZONTAL ELLIPSIS}"
N_COLORS = 192  # of a picture: a third of the bytes, and nobody sees it


class Tour:
    """The window of the tour, and where its pictures go."""

    def __init__(self, volume: TourVolume, output: Path) -> None:
        image = LabelImage(volume.cells, spacing=volume.spacing)
        self.volume, self.output = volume, output
        self.window = InspectorWindow(image)
        self.viewer, self.dock = self.window.viewer, self.window.dock
        self.viewer.window.resize(*SIZE)
        self.viewer.dims.axis_labels = ("z", "y", "x")
        self.window.settle(0.5)
        self.viewer.reset_view()

    def picture(self, name: str, shown: QWidget | None = None) -> None:
        """Write what the window, or a widget of it, shows now."""
        self.window.settle(0.5)
        path = self.output / f"{name}.png"
        if shown is None:
            self.window.save_picture(path)
        else:
            shown.grab().save(str(path))
        with Image.open(path) as opened:
            small = opened.convert("RGB").quantize(N_COLORS)
        small.save(path, optimize=True)

    def ask(self, query: str) -> None:
        """Type a query and press Enter."""
        edit = self.dock.inspector.filter.bar.edit
        edit.setFocus()
        edit.selectAll()
        QTest.keyClick(edit, Qt.Key.Key_Backspace)
        QTest.keyClicks(edit, query)
        QTest.keyClick(edit, Qt.Key.Key_Return)
        QTest.keyClick(edit, Qt.Key.Key_Escape)
        self.window.settle(1.5)  # columns come, and are made as wide as they must be

    def key(self, key: Qt.Key, hold: Qt.KeyboardModifier = NO_KEY) -> None:
        """Press a key while the table has the focus."""
        self.window.table.setFocus()
        QTest.keyClick(self.window.table, key, hold)
        self.window.settle(0.5)

    def select_all(self) -> None:
        """Select every row that is shown."""
        self.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    def wait(self, what: str, is_true: Callable[[], bool]) -> None:
        self.window.wait_until(what, is_true)
        self.window.settle(0.3)


def index(tour: Tour) -> None:
    tour.window.build_index()
    chips = tour.dock.inspector.filter.chips.buttons.values()
    tour.wait("counted", lambda: not any(PENDING in chip.text() for chip in chips))
    tour.picture("index")


def select(tour: Tour) -> None:
    tour.window.sort_by("Voxels", descending=True)
    tour.window.open_row(4)
    tour.picture("select")


def query(tour: Tour) -> None:
    tour.ask("n_components > 1 and not touches_border")
    tour.dock.inspector.detail.set_open(True)
    tour.window.settle(0.5)
    tour.window.open_row(1)
    tree = tour.dock.inspector.detail.tree
    tour.wait("detailed", lambda: len(tree.sections()) == 2)
    tour.picture("query")
    tour.dock.inspector.detail.set_open(False)


def isolate(tour: Tour) -> None:
    tour.ask("z between 40 and 60 and not border")
    tour.select_all()
    tour.window.show(3)
    tour.window.press("Isolate")
    tour.window.settle(0.5)
    tour.window.press("Focus")
    tour.window.settle(0.5)
    tour.window.turn(10, 25, 125)
    tour.viewer.scene.camera.zoom *= 1.7
    tour.picture("isolate")
    tour.window.press("Isolate")
    tour.window.show(2)


def color_by(tour: Tour) -> None:
    tour.ask("")
    tour.key(Qt.Key.Key_Escape)
    menu = tour.dock.modes.menu
    menu.aboutToShow.emit()
    for action in menu.color_menu.actions():
        if action.data() == "num_pixels":
            action.trigger()
    tour.viewer.reset_view()
    tour.picture("colour-by")
    tour.window.press("Off")


def review(tour: Tour) -> None:
    bar = tour.dock.review.bar
    bar.fold.set_open(True)
    tour.window.settle(0.5)
    tour.window.click_row(0)
    for verdict in ("Accept", "Accept", "Reject", "Accept", "Unsure"):
        tour.window.press(verdict, bar)
        tour.window.settle(0.3)
    tour.picture("review", tour.dock)
    bar.fold.set_open(False)


def compare(tour: Tour) -> None:
    tour.viewer.add_labels(tour.volume.other, name="again", scale=tour.volume.spacing)
    tour.viewer.layers.selection.active = tour.window.layer
    tour.window.settle()
    tour.window.press("Compare")
    panel = tour.dock.compare.panel
    tour.window.press("Compare", panel)
    tour.wait("compared", panel.export_button.isVisible)
    tour.window.press("Splits", panel)
    tour.picture("compare", tour.dock)
    tour.window.press("Compare")
    tour.viewer.layers.remove("again")


def export(tour: Tour) -> None:
    tour.ask("num_pixels > 5000")
    tour.select_all()
    with tempfile.TemporaryDirectory() as folder:
        tour.window.export(Path(folder, "large-cells.csv"))
        tour.window.press("Verify")
        banner = tour.dock.export_panel.banner
        tour.wait("verified", lambda: "Verified" in banner.text())
        tour.picture("export", tour.dock)
    tour.window.press("Export")
    tour.ask("")
    tour.key(Qt.Key.Key_Escape)


def colors(tour: Tour) -> None:
    image = tour.viewer.add_image(
        tour.volume.colors, name="painted", rgb=True, scale=tour.volume.spacing
    )
    tour.viewer.layers.selection.active = image
    tour.viewer.reset_view()
    tour.window.settle()
    tour.window.press("Colours of")
    panel = tour.dock.colors.panel
    tour.wait("counted", lambda: panel.main_button.isEnabled())
    panel.split_choice.click()
    tour.picture("colours")


STEPS = (index, select, query, isolate, color_by, review, compare, export, colors)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=PICTURES)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        # Reviews are kept there, and those of the user are not read.
        os.environ["XDG_DATA_HOME"] = folder
        tour = Tour(make_volume(), options.output)
        tour.viewer.theme = "dark"
        for step in STEPS:
            print(step.__name__, flush=True)
            step(tour)
        tour.viewer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
