"""What the README and the pages of docs/ hold, for tests that run it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import tifffile

from napari_label_index._samples import ellipsoids
from napari_label_index.index import build_index
from napari_label_index.io import LabelSet, VolumeHint, open_review, save_sets
from review_files import marks_of


def blocks(text: str, language: str) -> list[str]:
    """Return the code of every block of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands(text: str) -> list[list[str]]:
    """Return the arguments of every line that calls label-index."""
    return [
        shlex.split(line, comments=True)[1:]
        for block in blocks(text, "sh")
        for line in block.splitlines()
        if line.startswith("label-index ")
    ]


def write_inputs(folder: Path) -> None:
    """Write what the commands of the documents read: stack, colours, marks."""
    cells = ellipsoids((12, 60, 60), (3, 4, 4), (0.4, 0.7), seed=1, dtype=np.uint16)
    palette = np.random.default_rng(0).integers(1, 256, (20, 3), np.uint8)
    colors = np.where(cells[..., None] > 0, palette[cells % 20], np.uint8(0))
    for name in ("stack", "rgb"):
        (folder / name).mkdir()
    for z, (plane, picture) in enumerate(zip(cells, colors, strict=True)):
        tifffile.imwrite(folder / f"stack/slice_{z}.tif", plane)
        tifffile.imwrite(folder / f"rgb/{z}.tif", picture, photometric="rgb")
    tifffile.imwrite(folder / "reference.tif", np.where(cells == 3, 4, cells))
    tifffile.imwrite(folder / "stain.tif", (7 * cells).astype(np.float32))
    film = np.zeros((3, 20, 20), np.uint16)
    film[[0, 2], :3, :3] = 1  # not there in between
    film[:, 8:12, 8:12] = 2
    tifffile.imwrite(folder / "film.tif", film, photometric="minisblack")
    hint = VolumeHint.of(build_index(cells))
    nice = LabelSet("nice ones", np.array([3, 5], np.uint64), 1)
    save_sets(folder / "stack.labelsets.json", hint, [nice])
    save_marks(folder / "stack.labelreview.json", hint, {5: ("accepted", "")})


def save_marks(path: Path, hint: VolumeHint, told: dict[int, tuple[str, str]]) -> None:
    marks = marks_of(told)
    open_review(path, hint).file.save(marks, marks)
