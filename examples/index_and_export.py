"""Index a labelled volume and write the voxel coordinates of two objects."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

import napari_label_index as nli

# Three boxes in a volume whose voxels are 2 x 0.5 x 0.5 micrometres.
label_image = np.zeros((12, 64, 64), dtype=np.int32)
label_image[1:4, 5:15, 5:25] = 101
label_image[5:9, 30:50, 10:14] = 102
label_image[2:11, 40:60, 40:60] = 7

index = nli.build_index(label_image)
print(index)

for label in index:  # a mapping: iterates over labels, looks up voxels
    z, y, x = index[label]
    print(f"label {label}: {z.size} voxels, first at {(z[0], y[0], x[0])}")

folder = Path(tempfile.mkdtemp())
voxels = nli.export_coords(index, [101, 102], folder / "voxels.csv")
print(voxels.read_text().splitlines()[:2])

world = nli.export_coords(index, None, folder / "world.csv", spacing=(2, 0.5, 0.5))
print(world.read_text().splitlines()[:2])
