"""The page on errors quotes what the errors say: each is raised here."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile
import zarr

import napari_label_index as nli
from napari_label_index import errors
from napari_label_index.cli import main
from napari_label_index.distributed._runners import _failed

PAGE = Path(__file__).resolve().parents[1] / "docs/reference/errors.md"
TEXT = PAGE.read_text(encoding="utf-8")
QUOTED = set(re.findall(r"^> (.+)$", TEXT, re.MULTILINE))


def volume():
    image = np.zeros((4, 40, 50), np.int32)
    image[:, :5, :5] = 7
    image[1:, 20:30, 20:30] = 53890
    return image


INDEX = nli.build_index(volume())


def write(path, image=None, **options):
    Path(path).parent.mkdir(exist_ok=True)
    options.setdefault("photometric", "minisblack")
    tifffile.imwrite(path, volume() if image is None else image, **options)
    return path


def read_colors():
    write("cells.tif", volume()[:3], photometric="rgb", planarconfig="separate")
    nli.read_label_image("cells.tif")


def read_time_last():
    nli.build_index(nli.LabelImage(volume(), axes=("z", "y", "t")))


def read_notes():
    Path("notes.tif").write_text("hello")
    nli.read_label_image("notes.tif")


def read_cut():
    content = Path(write("cut.tif")).read_bytes()
    Path("cut.tif").write_bytes(content[: len(content) // 2])
    nli.read_label_image("cut.tif")


def read_odd_slices():
    write("stack/s1.tif", volume()[0])
    write("stack/s2.tif", volume()[0, :20])
    nli.read_label_image("stack")


def read_large():
    # No chunk of it is stored.
    zarr.create_array("cells.zarr", shape=(1000, 700, 700), dtype="i4")
    nli.read_label_image("cells.zarr", max_bytes=2**30)


def fail_on_a_worker():
    raise _failed(MemoryError("Unable to allocate 0.5 GiB"))


def open_damaged():
    INDEX.save("damaged.parquet")
    content = bytearray(Path("damaged.parquet").read_bytes())
    content[40] ^= 1
    Path("damaged.parquet").write_bytes(content)
    nli.open_index("damaged.parquet")


def open_notes():
    Path("notes.tif").write_text("hello")
    nli.open_index("notes.tif")


def open_without_gcsfs():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "gcsfs", None)  # as no other test has it
        nli.open_index("gs://bucket/cells.labelindex")


def save_partial():
    INDEX.save("cells.parquet")
    nli.open_index("cells.parquet", labels=[7]).save("part.parquet")


RAISE = {
    "UnsupportedLabelsError": [
        lambda: nli.build_index(np.zeros((2, 3), complex)),
        read_colors,
        read_time_last,
        lambda: INDEX.compare(nli.build_index(volume()[:2])),
    ],
    "NotIntegerLabelsError": [lambda: nli.build_index(np.array([[1, 1.5]]))],
    "UnknownLabelError": [lambda: INDEX[8]],
    "OverBudgetError": [read_large],
    "Cancelled": [lambda: nli.build_index(volume(), cancel=lambda: True)],
    "UnreadableImageError": [
        lambda: nli.read_label_image("nothere.tif"),
        read_notes,
        lambda: nli.read_label_image(f"{write('cells.tif')}::5"),
    ],
    "IncompleteVolumeError": [read_cut, read_odd_slices],
    "UnsupportedFormatError": [lambda: nli.export_coords(INDEX, None, "coords.xlsx")],
    "CorruptIndexError": [open_damaged, open_notes],
    "UnreadableIndexError": [open_without_gcsfs],
    "QuerySyntaxError": [
        lambda: INDEX.select("num_pixels >> 3"),
        lambda: INDEX.select("(num_pixels > 3"),
    ],
    "TaskFailedError": [fail_on_a_worker],
    "UnknownColumnError": [lambda: INDEX.select("num_pixel > 3")],
    "UnknownSetError": [lambda: INDEX.select('in "my set"')],
    "WriteFailedError": [
        lambda: nli.export_coords(INDEX, None, "nosuch/coords.csv"),
        save_partial,
    ],
}


def stale():
    INDEX.save("cells.labelindex.parquet", source=write("cells.tif"))
    changed = volume()
    changed[0, 0, 0] = 0
    write("cells.tif", changed)
    return ["table", "cells.labelindex.parquet", "--against", "cells.tif"]


def review_that_is_gone():
    INDEX.save("cells.labelindex.parquet")
    review = ["--review", "gone.labelreview.json"]
    return ["select", "cells.labelindex.parquet", "status is accepted", *review]


# These are raised on the command line alone.
TOLD = {"StaleIndexError": stale, "UnreadableReviewError": review_that_is_gone}


def test_every_error_has_its_place_on_the_page_in_the_order_of_the_tree():
    tree = re.findall(r"[├└]── (\w+)", errors.__doc__)
    assert {"LabelIndexError", *tree} == set(errors.__all__)
    headings = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    assert headings == ["LabelIndexError", *tree, "In napari"]


@pytest.mark.parametrize("name", RAISE)
def test_the_page_quotes_what_the_error_says(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for raise_it in RAISE[name]:
        with pytest.raises(getattr(errors, name)) as caught:
            raise_it()
        assert type(caught.value).__name__ == name
        assert str(caught.value) in QUOTED


@pytest.mark.parametrize("name", TOLD)
def test_the_page_quotes_what_the_command_line_says(
    name, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(TOLD[name]()) == 1
    [sentence] = re.findall(r"^label-index: (.+)$", capsys.readouterr().err, re.M)
    assert sentence in QUOTED


def test_nothing_else_is_quoted():
    n_raised = sum(map(len, RAISE.values())) + len(TOLD)
    assert len(QUOTED) == n_raised
