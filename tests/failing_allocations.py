"""Arrays of NumPy that cannot be had: the k-th large one, once or from then on.

Our code makes its arrays through `np.empty` and the like, looked up at each call, so
that no hook in it is needed. Kernels make none. What pyarrow takes for itself, and
methods of arrays, are left to the test that limits the address space.
"""

from __future__ import annotations

from threading import Lock

import numpy as np

LARGE_BYTES = 2_000
MAKERS = (
    "arange",
    "ascontiguousarray",
    "concatenate",
    "cumsum",
    "diff",
    "divmod",
    "empty",
    "empty_like",
    "flatnonzero",
    "full",
    "ones",
    "repeat",
    "searchsorted",
    "sort",
    "unique",
    "zeros",
    "zeros_like",
)


class FailingAllocations:
    """Counts large arrays, and raises instead of the k-th."""

    def __init__(self, monkeypatch, k, for_ever):
        self.k, self.for_ever, self.n = k, for_ever, 0
        self.has_failed = False
        self._lock = Lock()
        for name in MAKERS:
            monkeypatch.setattr(np, name, self._counted(getattr(np, name)))

    def _counted(self, make):
        if not callable(make) or isinstance(make, np.ufunc):
            return _CountedUfunc(make, self)

        def counted(*args, **kwargs):
            made = make(*args, **kwargs)
            self.count(made)
            return made

        return counted

    def count(self, made):
        n_bytes = sum(getattr(each, "nbytes", 0) for each in _each(made))
        if n_bytes < LARGE_BYTES:
            return
        with self._lock:
            self.n += 1
            is_due = self.n == self.k or (self.for_ever and self.n > self.k > 0)
            self.has_failed |= is_due
        if is_due:
            raise MemoryError


class _CountedUfunc:
    """As the function, whose attributes (`at`, `reduce`) are in use too."""

    def __init__(self, ufunc, allocations):
        self._ufunc, self._allocations = ufunc, allocations

    def __call__(self, *args, **kwargs):
        made = self._ufunc(*args, **kwargs)
        self._allocations.count(made)
        return made

    def __getattr__(self, name):
        return getattr(self._ufunc, name)


def _each(made):
    return made if isinstance(made, tuple) else (made,)
