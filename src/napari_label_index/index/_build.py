"""`build_index`: a label image becomes an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._available_memory import within_memory
from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index._label_image import LabelImage
from napari_label_index.index._label_index import LabelIndex
from napari_label_index.index._parallel import Crew, n_usable_cores
from napari_label_index.index._run_grouping import group_runs, total_work
from napari_label_index.index._validate import LabelVolume, check_label_image

if TYPE_CHECKING:
    from napari_label_index._typing import Cancel, OnProgress


def build_index(
    label_image: Any,
    *,
    background: int = 0,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> LabelIndex:
    """Index a label image: find the voxels of every label, in one pass.

    Parameters
    ----------
    label_image : LabelImage or array-like
        1 to 5 axes; any integer type or bool, any byte order and memory layout; or
        floats that are whole numbers. It is read slab by slab and never copied whole.
        A `LabelImage` also passes on its axis names and voxel size.
    background : int
        The label that is left out.
    on_progress : callable, optional
        Called as ``on_progress(done, total)`` in the calling thread; the units are
        those of the work, and `total` does not change.
    cancel : callable, optional
        Asked about 20 times a second; the build stops once it returns True.

    Returns
    -------
    LabelIndex
        Empty if there is no voxel but background.

    Raises
    ------
    UnsupportedLabelsError
        If the array has no axis or more than 5, is not of a number type, or has time
        as its last axis.
    NotIntegerLabelsError
        If a float voxel is not a whole number; the first one is named.
    OverBudgetError
        If it would take more memory than there is; `need` and `have` say how much.
    Cancelled
        If `cancel` returned True.

    Notes
    -----
    The grouping is a counting sort of runs (Knuth, The Art of Computer Programming 3,
    section 5.2, algorithm D), with labels numbered by a hash table, so that memory
    follows the runs and never the largest id.
    """
    image = LabelImage.of(label_image)
    volume = check_buildable(image)
    crew = Crew(n_usable_cores(), total_work(volume), on_progress, cancel)
    with within_memory("this index"):
        runs = group_runs(volume, background, crew)
        return LabelIndex.of(runs, image, volume.label_dtype, background)


def check_buildable(image: LabelImage) -> LabelVolume:
    """Return the volume of an image that can be indexed.

    Raises
    ------
    UnsupportedLabelsError
        As in `build_index`.
    """
    volume = check_label_image(image.data)
    if image.axes[-1:] == ("t",):
        raise UnsupportedLabelsError(
            "the last axis cannot be time: runs lie along it; "
            "move it to the front first, as numpy.moveaxis(array, -1, 0) does"
        )
    if volume.row_length >= 2**32:
        raise UnsupportedLabelsError(
            f"the last axis can have 4,294,967,295 voxels, has {volume.row_length:,}; "
            "move another one there, as numpy.moveaxis(array, 0, -1) does"
        )
    if volume.n_voxels >= 2**63:
        raise UnsupportedLabelsError(f"a volume of shape {image.shape} is too large")
    return volume


def warm_up(dtype: Any = np.uint32) -> None:
    """Compile the kernels for ids of this type, or load them from numba's cache.

    The first call in a new environment takes some seconds; later ones are fast. A
    first `build_index` does the same by itself; this lets a program say so.
    """
    index = build_index(np.eye(3, dtype=dtype)[np.newaxis])
    for label in index:
        index[label]
        index.coords(label)
        index.mask(label)
        index.paint([label], np.ones(1, np.uint32))
        index.label_at((0, 0, 0))
