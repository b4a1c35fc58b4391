"""Runs out of row groups: any stretches, in any order, each group read once."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_label_index.io.index_dataset._gather import gather


@st.composite
def groups_and_stretches(draw):
    sizes = draw(st.lists(st.integers(1, 9), min_size=1, max_size=8))
    edges = np.cumsum([0, *sizes])
    cuts = draw(st.lists(st.integers(0, int(edges[-1])), unique=True))
    bounds = np.array(sorted({0, int(edges[-1]), *cuts}))
    stretches = [pair for pair in pairwise(bounds) if draw(st.booleans())]
    return edges, draw(st.permutations(stretches))


@given(groups_and_stretches())
def test_stretches_come_behind_each_other_as_they_were_asked_for(drawn):
    edges, stretches = drawn
    starts = np.random.default_rng(0).integers(0, 1000, edges[-1])
    lengths = starts[::-1].astype(np.uint16)
    n_reads = Counter()

    def read(number):
        n_reads[number] += 1
        own = slice(edges[number], edges[number + 1])
        return starts[own], lengths[own]

    first, stop = np.array(stretches, np.int64).reshape(-1, 2).T
    numbers = [np.arange(*pair) for pair in stretches]
    wanted = np.concatenate([np.empty(0, int), *numbers])
    into = np.full(wanted.size, -1), np.zeros(wanted.size, np.uint16)
    gather(first, stop, edges, read, into, n_threads=2)
    np.testing.assert_array_equal(into[0], starts[wanted])
    np.testing.assert_array_equal(into[1], lengths[wanted])
    met = set(np.searchsorted(edges, wanted, "right") - 1)
    assert n_reads == dict.fromkeys(met, 1)
