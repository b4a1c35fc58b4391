"""Labels on a line, against a walk over the voxels of the volume itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.index import build_index, labels_on_line
from strategies import INTEGER_DTYPES, label_images

FLOATS = st.floats(-3, 9, allow_nan=False, width=32)


def walked(image, start, end):
    """Labels in the order met, by a look at the volume every half voxel."""
    n_looks = 2 * int(np.ceil(np.linalg.norm(np.subtract(end, start)))) + 1
    found = []
    for point in np.linspace(start, end, n_looks):
        place = tuple(int(np.floor(x + 0.5)) for x in point)
        if all(0 <= at < size for at, size in zip(place, image.shape, strict=True)):
            label = int(image[place])
            if label and label not in found:
                found.append(label)
    return found


@given(label_images(INTEGER_DTYPES, max_dims=4), st.data())
def test_the_labels_met_are_those_of_a_walk_through_the_volume(image, data):
    # Sixteenths: both sides round the same way.
    ends = [[round(data.draw(FLOATS) * 16) / 16 for _ in image.shape] for _ in range(2)]
    assert labels_on_line(build_index(image), *ends).tolist() == walked(image, *ends)


def test_a_line_outside_meets_nothing():
    index = build_index(np.ones((3, 3, 3), np.uint8))
    assert labels_on_line(index, (-5, -5, -5), (-5, 9, 9)).tolist() == []
    assert labels_on_line(index, (1, 1, 1), (1, 1, 1)).tolist() == [1]


def test_objects_behind_each_other_come_in_order():
    image = np.zeros((30, 5, 5), np.uint16)
    for z, label in ((3, 7), (10, 2), (20, 9), (25, 7)):
        image[z : z + 2] = label
    index = build_index(image)
    assert labels_on_line(index, (-4, 2, 2), (40, 2, 2)).tolist() == [7, 2, 9]
    assert labels_on_line(index, (40, 2, 2), (-4, 2, 2)).tolist() == [7, 9, 2]
