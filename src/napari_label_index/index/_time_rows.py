"""What the rows of an index stand for: a label, or a label at a time.

Ids that are used again over time are told apart in an index with a row for each label
and time. Its `labels` are keys, one whole number for both; everything that is computed
from runs works on keys as it does on labels. What goes to the user, or to a file, goes
through here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index._among import among, rows_with
from napari_label_index.index._lookup import find_row
from napari_label_index.index._sorted_sets import distinct
from napari_label_index.index._split_times import join_times, split_at_times
from napari_label_index.index._time_keys import TimeKeys
from napari_label_index.index._voxel_lookup import VoxelLookup

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from napari_label_index._typing import Cancel, IntVector, LabelArray, OnProgress


@dataclass(frozen=True, eq=False, repr=False)
class TimeRows(VoxelLookup):
    """The part of a `LabelIndex` that knows of time; see there."""

    times: TimeKeys | None = None  # what `labels` are made with; None: they are labels

    @property
    def time_axis(self) -> int | None:
        """The axis named ``t``, across which voxels are no neighbours, or None."""
        return self.axes.index("t") if "t" in self.axes else None

    @property
    def volume_background(self) -> int:
        """The label of the volume that is left out; `background` is no key."""
        n_times = 1 if self.times is None else self.times.n_times
        return self.background // n_times

    @property
    def is_by_time(self) -> bool:
        """Whether there is a row for each label and time, and not for each label."""
        return self.times is not None

    @property
    def can_be_by_time(self) -> bool:
        """Whether an axis is named ``t`` and is not the last one."""
        return self.time_axis is not None and self.time_axis < self.ndim - 1

    def by_time(
        self, *, on_progress: OnProgress | None = None, cancel: Cancel | None = None
    ) -> Self:
        """Return an index of the same voxels with a row for each label and time.

        It is an index as this one. Its `labels` are keys that stand for a label at a
        time: `ids_of` and `times_of` tell which, `keys_of` has those of a label. In a
        query ``label`` and a bare id mean the label, and ``t`` the time.

        Parameters
        ----------
        on_progress, cancel : optional callbacks
            As in `build_index`.

        Raises
        ------
        UnsupportedLabelsError
            If no axis is named ``t``, if it is the last one, or if a label is too large
            for a key of 64 bits.
        """
        if self.times is not None:
            return self
        axis = self.time_axis
        if axis is None or not self.can_be_by_time:
            raise UnsupportedLabelsError(
                "rows by time need an axis called t that is not the last one; "
                f"the axes are {','.join(self.axes)}"
            )
        keys = TimeKeys(max(self.shape[axis], 1), self.labels.dtype)
        return replace(
            self,
            runs=split_at_times(self.runs, self.shape, axis, keys, on_progress, cancel),
            background=self.background * keys.n_times,
            times=keys,
        )

    def by_label(self, keys: Iterable[int] | LabelArray | None = None) -> Self:
        """Return an index of the same voxels with a row for each label.

        Parameters
        ----------
        keys : iterable of int, optional
            Some rows of this index: it then has their voxels alone.
        """
        runs, times = self.runs, self.times
        if keys is not None:
            runs = runs.take(distinct(self.rows_of(keys)))
        if times is None:
            return self if keys is None else replace(self, runs=runs, is_partial=True)
        axis = self.time_axis
        assert axis is not None, "keys were made with it"
        return replace(
            self,
            runs=join_times(runs, self.shape, axis, times),
            background=self.volume_background,
            times=None,
            is_partial=self.is_partial or keys is not None,
        )

    # -- keys and what they stand for ------------------------------------------

    @cached_property
    def ids(self) -> LabelArray:
        """(n_labels,) the label of each row, sorted; one of several times recurs."""
        return self.ids_of(self.labels)

    @cached_property
    def distinct_ids(self) -> LabelArray:
        """(n_ids,) the labels of the volume, sorted, each once."""
        return self.labels if self.times is None else distinct(self.ids)

    @property
    def n_ids(self) -> int:
        """Number of labels of the volume, however many rows each has."""
        return len(self.distinct_ids)

    def ids_of(self, labels: LabelArray) -> LabelArray:
        """Return the labels of the volume that these rows are of, (n,)."""
        return labels if self.times is None else self.times.labels_of(labels)

    def distinct_ids_of(self, labels: LabelArray) -> LabelArray:
        """Return the labels of the volume that these rows are of, sorted, each once."""
        return distinct(self.ids_of(labels))

    def times_of(self, labels: LabelArray) -> IntVector | None:
        """Return the times of these rows, (n,); None where rows are of all times."""
        return None if self.times is None else self.times.times_of(labels)

    def keys_of(self, ids: Iterable[int] | LabelArray) -> LabelArray:
        """Return the rows of some labels of the volume, (n,), sorted.

        Labels that are not there are left out.
        """
        known = among(self.distinct_ids, ids)
        return known if self.times is None else self.labels[rows_with(self.ids, known)]

    def has_id(self, label: int) -> bool:
        """Whether a label of the volume has any row."""
        return find_row(self.ids, label) is not None

    def name_of(self, label: int) -> str:
        """Return how to call a row: ``5``, or ``5 at t=3``."""
        if self.times is None:
            return str(label)
        key = np.array([label], self.times.dtype)
        return f"{self.times.labels_of(key)[0]} at t={self.times.times_of(key)[0]}"

    def need_labels(self, what: str) -> None:
        """Refuse what is for whole labels where rows are of one time.

        Raises
        ------
        UnsupportedLabelsError
            If this is an index by time.
        """
        if self.times is not None:
            raise UnsupportedLabelsError(
                f"{what} need a row for each label; this index has one for each label "
                "and time: take its by_label()"
            )
