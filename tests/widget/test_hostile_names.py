"""A layer may have any name: what is written for it stays where it was meant to be."""

from __future__ import annotations

import os

import numpy as np

from campaigns import rounds
from napari_label_index._widget.exports._export_form import stem_of
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import default_index_path, default_review_path, export_coords

SEED = 4
NAMES = [
    "../../etc/passwd", "..", ".", "", " ", "/etc/passwd", "C:\\Windows\\system32",
    "\\\\server\\share", "a/b", "a\\b", "a\0b", "a:b", "CON", "nul", "COM1.txt", "LPT9",
    "x" * 5000, "\N{GREEK SMALL LETTER ALPHA}" * 300, "trailing. ", "trailing...", "~",
    "~root", "$HOME", "%TEMP%", "`id`", "$(id)", "; rm -rf x", "-rf", "--help", "*?",
    "\n\r\t", "\x1b[2J", "\u202egnp", "\ud800", "a|b>c<d", '"quoted"', "'", "\x7f",
]  # fmt: skip
SCRAPS = [
    "..",
    "/",
    "\\",
    "\0",
    ":",
    "CON",
    ".",
    " ",
    "~",
    "\n",
    "a",
    "\u202e",
    "x" * 99,
]
RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(1, 10))}


def hostile_names(n):
    rng = np.random.default_rng(SEED)
    picks = (rng.integers(0, len(SCRAPS), rng.integers(1, 7)) for _ in range(n))
    return [*NAMES, *("".join(SCRAPS[i] for i in pick) for pick in picks)]


def everything_below(folder):
    return {os.path.join(root, x) for root, _, files in os.walk(folder) for x in files}


def test_nothing_is_made_outside_the_chosen_folder(tmp_path, user_folder, campaign):
    chosen = tmp_path / "some" / "chosen"
    chosen.mkdir(parents=True)
    volume = np.array([[-2, 7], [7, 7]])
    with campaign("D4", "hostile layer names: all in the chosen folder", SEED) as count:
        for name in hostile_names(rounds(40, 400)):
            count.case()
            index = build_index(LabelImage(volume, source=name))
            stem = stem_of(index)
            assert stem.lower() not in RESERVED or f"{stem}-coords" not in RESERVED
            assert len(os.fsencode(stem)) <= 240
            export_coords(index, None, chosen / f"{stem}-coords.csv", per_label=".csv")
            review = default_review_path(None, name)
            assert review.parent == user_folder / "reviews"
            assert len(os.fsencode(review.name)) < 255
            review.touch()
        assert default_index_path("") is None
        files = everything_below(tmp_path)
        assert all(file.startswith(f"{chosen}{os.sep}") for file in files)
        names = {os.path.basename(file) for file in files}
        assert names == {"label_-2.csv", "label_7.csv", "manifest.json"}
