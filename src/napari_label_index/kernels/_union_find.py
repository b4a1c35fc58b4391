"""Sets of numbers that are joined two by two (union-find); the least is the root."""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel


@kernel
def unite(parents, a, b):
    """Join the sets of two numbers.

    Parameters
    ----------
    parents : (n,) uint32, the parent of each number; a root is its own
    a, b : the numbers
    """
    root_a, root_b = root(parents, np.uint32(a)), root(parents, np.uint32(b))
    if root_a < root_b:
        parents[root_b] = root_a
    else:
        parents[root_a] = root_b


@kernel
def root(parents, k):
    """Return the root of a set, and halve the path to it."""
    while parents[k] != k:
        parents[k] = parents[parents[k]]
        k = parents[k]
    return k
