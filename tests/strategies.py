"""Hypothesis strategies: label images in every type and memory layout."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

INTEGER_DTYPES = [
    np.dtype(order + kind + size) for kind in "iu" for size in "1248" for order in "<>"
]
LABEL_DTYPES = [*INTEGER_DTYPES, np.dtype(bool), np.dtype("<f4"), np.dtype(">f8")]


def ids_of(dtype):
    """Few ids, so that runs occur, with the ends of the type among them."""
    if dtype.kind == "b":
        return st.booleans()
    if dtype.kind == "f":
        return st.sampled_from([-2, 0, 1, 2, 2**11, 2**24])
    limits = np.iinfo(dtype)
    return st.sampled_from([limits.min, 0, 1, 2, limits.max - 1, limits.max])


@st.composite
def label_images(draw, dtypes=tuple(LABEL_DTYPES), min_dims=1, max_dims=5):
    """Dense label images: hypothesis' own fill would leave most voxels equal."""
    dtype = draw(st.sampled_from(list(dtypes)))
    shape = draw(
        hnp.array_shapes(min_dims=min_dims, max_dims=max_dims, min_side=1, max_side=7)
    )
    image = draw(hnp.arrays(dtype, shape, elements=ids_of(dtype), fill=st.nothing()))
    return draw(layouts(image))


@st.composite
def layouts(draw, image):
    """The same voxels in another memory layout."""
    layout = draw(
        st.sampled_from(["C", "Fortran", "reversed", "strided", "read-only", "repeat"])
    )
    if layout == "Fortran":
        return np.asfortranarray(image)
    if layout == "reversed":
        return np.ascontiguousarray(image[..., ::-1])[..., ::-1]
    if layout == "strided":
        return np.repeat(image, 2, axis=-1)[..., ::2]
    if layout == "repeat":  # longer rows: runs, and more than one word of changes
        return np.repeat(image, draw(st.integers(2, 40)), axis=-1)
    if layout == "read-only":
        image = image.copy()
        image.flags.writeable = False
    return image
