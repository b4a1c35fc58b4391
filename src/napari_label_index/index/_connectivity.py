"""What lies next to what: components of a label, and labels in contact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from napari_label_index.index._components import Components, find_components, split
from napari_label_index.index._edited_contacts import find_edited_contacts
from napari_label_index.index._neighbours import Contacts, find_contacts
from napari_label_index.index._time_rows import TimeRows
from napari_label_index.index._touching import find_touching

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from typing import Self

    from napari_label_index._typing import Cancel, IntVector, LabelArray, OnProgress


@dataclass(frozen=True, eq=False, repr=False)
class Connectivity(TimeRows):
    """The part of a `LabelIndex` that looks at neighbouring voxels; see there."""

    @cached_property
    def _computed(self) -> dict[Hashable, Any]:
        return {}

    def remember(self, what: Hashable, compute: Callable[[], Any]) -> Any:
        """Return what was computed before under this name, or compute it now."""
        if what not in self._computed:
            self._computed[what] = compute()
        return self._computed[what]

    def components(
        self,
        connectivity: int = 1,
        *,
        on_progress: OnProgress | None = None,
        cancel: Cancel | None = None,
    ) -> Components:
        """Count the connected components of every label, from the runs alone.

        Parameters
        ----------
        connectivity : int
            1 joins voxels that share a face, 2 also an edge, 3 also a corner (6, 18
            and 26 neighbours in 3D); as in scikit-image. Times are kept apart: an
            object has a component at each time, and ``at_once`` has the most at one.
        on_progress, cancel : optional callbacks
            As in `build_index`.
        """
        found: Components = self.remember(
            ("components", connectivity),
            lambda: find_components(
                self.runs, self.shape, self.bboxes, connectivity, self.time_axis,
                on_progress, cancel,
            ),
        )  # fmt: skip
        return found

    def parts(self, label: int, connectivity: int = 1) -> Self:
        """Return the connected components of one label, as labels 1, 2, and on.

        They are numbered in the order of their first voxels, and make an index of the
        shape of the volume.
        """
        row = self.row_of(label)
        runs = split(
            self.runs, self.shape, self.bboxes, row, connectivity, self.time_axis
        )
        return replace(
            self, runs=runs, dtype=runs.labels.dtype, background=0, times=None,
            is_partial=False,
        )  # fmt: skip

    def contacts(
        self, *, on_progress: OnProgress | None = None, cancel: Cancel | None = None
    ) -> Contacts:
        """Return every pair of labels that share voxel faces, and how many."""

        def find() -> Contacts:
            known = self.runs.known_contacts()
            if known is not None:
                return known  # and no boxes are read, where they are not needed
            given = (
                self.runs, self.shape, self.bboxes, self.time_axis,
                on_progress, cancel,
            )  # fmt: skip
            return find_edited_contacts(*given) or find_contacts(*given)

        found: Contacts = self.remember("contacts", find)
        return found

    def neighbours(self, label: int) -> tuple[LabelArray, IntVector]:
        """Return the labels that touch a label, sorted, and the faces shared.

        Returns
        -------
        labels : (n,)
            Sorted ids.
        faces : (n, ndim) int64
            Shared voxel faces, by the axis across them.
        """
        row = self.row_of(label)
        is_kept = self.runs.known_contacts() is not None
        if self.runs.is_in_files and not is_kept and "contacts" not in self._computed:
            rows, faces = find_touching(
                self.runs, self.shape, self.bboxes, row, self.time_axis
            )
        else:
            rows, faces = self.contacts().of_row(row)
        return self.labels[rows], faces
