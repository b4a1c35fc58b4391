"""`kernel`: numba is configured here and nowhere else.

Serial and without the GIL: threads are started by the callers, over slabs.
``parallel=True`` is never used, because numba's default threading layer aborts the
process when two Python threads enter it.
"""

from __future__ import annotations

from numba import njit

kernel = njit(nogil=True, cache=True, error_model="numpy", boundscheck=False)
