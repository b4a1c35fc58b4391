"""Which labels consist of several pieces?  Each one is looked at in its own box."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

import napari_label_index as nli

label_image = np.zeros((30, 80, 80), dtype=np.uint32)
label_image[2:10, 5:20, 5:20] = 1
label_image[2:10, 30:40, 5:20] = 2
label_image[20:25, 30:40, 60:70] = 2  # far away from the rest of label 2
label_image[12:18, 50:60, 50:60] = 3

index = nli.build_index(label_image)
every_direction = np.ones((3, 3, 3))  # voxels that share a corner are connected

for label in index:
    _, n_pieces = ndimage.label(index.mask(label), every_direction)
    if n_pieces > 1:
        box = ", ".join(f"{side.start}:{side.stop}" for side in index.bbox(label))
        print(f"label {label} has {n_pieces} pieces inside [{box}]")

table = index.table()
small = table["label"][table["num_pixels"] < 1000]
print(f"labels with fewer than 1000 voxels: {small.tolist()}")
