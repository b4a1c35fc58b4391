"""What rows by time are compared with."""

from __future__ import annotations

import numpy as np


def pairs_of(index, labels):
    return list(
        zip(index.ids_of(labels).tolist(), index.times_of(labels).tolist(), strict=True)
    )


def assert_same_rows(index, expected):
    for name in ("labels", "offsets", "starts", "lengths"):
        found, wanted = getattr(index.runs, name), getattr(expected.runs, name)
        assert found.dtype == wanted.dtype, name
        np.testing.assert_array_equal(found, wanted, err_msg=name)
