"""Notices voxels that somebody wrote into the array of a layer without a word.

Another plugin may do ``layer.data[...] = x; layer.refresh()``. napari tells of this no
more than of a step through the slices, and to compare all voxels would take longer
than to index them. So some are compared: a few thousand at random places, and a grid of
those in the slice on show, which are what is written to most often.

This misses a change that lies between the samples: one of a hundredth of a percent of
the voxels, outside the slice that was on show before and after, is seen one time in
five. It sees nothing until the layer is refreshed, and nothing at all in an array that
does not lie in memory, where a sample may cost as much as a chunk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from napari_label_index._widget._layer_facts import is_in_memory, voxels_of

if TYPE_CHECKING:
    import numpy.typing as npt
    from napari.layers import Labels

    from napari_label_index._typing import LabelArray

N_RANDOM = 2048
N_IN_SLICE = 1024  # about

Slice: TypeAlias = tuple[object, ...]


class LayerSamples:
    """Some voxels of a layer, as they were when they were last taken."""

    def __init__(self, layer: Labels) -> None:
        self._layer = layer
        self._voxels: LabelArray | None = None  # None: nothing to compare
        self._places: tuple[npt.NDArray[np.intp], ...] = ()
        self._values: LabelArray = np.empty(0, np.int64)  # (n,)
        self._slice: Slice = ()
        self._slice_values: LabelArray = self._values

    def take(self) -> None:
        """Remember some voxels as they are now."""
        self.drop()
        voxels = voxels_of(self._layer)
        if not is_in_memory(voxels) or not voxels.size:
            return
        # The same places each time, for an array of this shape.
        random = np.random.default_rng(0)
        places = random.integers(0, voxels.shape, (N_RANDOM, voxels.ndim))
        self._voxels, self._places = voxels, tuple(places.T)
        self._values = voxels[self._places]
        self._slice, self._slice_values = _slice_on_show(self._layer, voxels)

    def drop(self) -> None:
        """Remember nothing, so that nothing is compared."""
        self._voxels = None
        self._slice = ()

    def have_changed(self) -> bool:
        """Whether one of the voxels is another one than when it was taken."""
        voxels = self._voxels
        if voxels is None or voxels is not voxels_of(self._layer):
            return False  # napari tells itself that there is another array
        if not np.array_equal(voxels[self._places], self._values):
            return True
        before, values_before = self._slice, self._slice_values
        self._slice, self._slice_values = _slice_on_show(self._layer, voxels)
        # Of another slice than a moment ago nothing is known yet.
        is_same = bool(self._slice) and self._slice == before
        return is_same and not np.array_equal(self._slice_values, values_before)


def _slice_on_show(layer: Labels, voxels: LabelArray) -> tuple[Slice, LabelArray]:
    """Return which slice napari shows, and a grid of its voxels; private parts."""
    raw = getattr(getattr(getattr(layer, "_slice", None), "image", None), "raw", None)
    if not isinstance(raw, np.ndarray) or not np.may_share_memory(raw, voxels):
        return (), voxels[:0]
    n_per_side = max(int(N_IN_SLICE ** (1 / max(raw.ndim, 1))), 1)
    grid = tuple(slice(None, None, -(-size // n_per_side) or 1) for size in raw.shape)
    place = raw.__array_interface__["data"][0]
    return (place, raw.shape, raw.strides), raw[grid].copy()
