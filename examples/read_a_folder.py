"""Read a folder of TIFF slices, with progress, and keep the index in a file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import tifffile

import napari_label_index as nli

# A folder as an acquisition computer writes it: one file a slice, natural order.
folder = Path(tempfile.mkdtemp()) / "slices"
folder.mkdir()
rng = np.random.default_rng(0)
for z in range(12):
    section = rng.integers(0, 50, (128, 128), dtype=np.uint16)
    tifffile.imwrite(folder / f"section_{z}.tif", section)

label_image = nli.read_label_image(folder)
print(label_image.shape, label_image.axes)


def show(done: int, total: int) -> None:
    print(f"{done / total:.0%}")


index = nli.build_index(label_image, on_progress=show)
index.save(folder.parent / "sections.labelindex.parquet", source=folder)

again = nli.open_index(folder.parent / "sections.labelindex.parquet")
assert np.array_equal(again.to_label_image(), label_image)
print(again)
