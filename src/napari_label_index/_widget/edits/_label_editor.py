"""Edits of the selected labels: planned, asked about, made with undo or on a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index._widget._layer_facts import (
    is_in_memory,
    transform_of,
    voxels_of,
)
from napari_label_index._widget._wording import ELLIPSIS, count
from napari_label_index._widget.edits._edit_question import Where, ask_where
from napari_label_index.errors import LabelIndexError
from napari_label_index.index import (
    plan_delete,
    plan_keep_largest,
    plan_merge,
    plan_split,
    relabeled_in_order,
)
from napari_label_index.session import Faulted, Finished, LatestJob, Ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari.layers import Labels
    from napari.viewer import Viewer

    from napari_label_index._typing import LabelArray
    from napari_label_index._widget._dock_widget import LabelIndexWidget
    from napari_label_index.index import EditPlan, LabelIndex
    from napari_label_index.session import Outcome, Submit

    Plan = Callable[[LabelIndex, LabelArray], EditPlan]

# napari's undo keeps a place for each voxel: 25 bytes of each, 0.5 GB here.
MAX_EDITED_VOXELS = 20_000_000


WHOLE_LABELS = (
    "Not edited: edits are of whole labels. Choose one row for each label at Time."
)


class LabelEditor:
    """Slots for the menu and the palette; each says below the table what it did.

    Parameters
    ----------
    dock
        Whose selected labels are edited.
    viewer, submit
        Where copies are shown, and what makes them beside the window.
    ask
        Asks whether to go on, and where; replaced in tests.
    """

    def __init__(
        self,
        dock: LabelIndexWidget,
        viewer: Viewer,
        submit: Submit,
        ask: Callable[[Any, str, str], Where | None] = ask_where,
    ) -> None:
        self._dock = dock
        self._viewer = viewer
        self.ask = ask
        self._job = LatestJob(submit)

    def delete(self) -> None:
        """Give the voxels of the selected labels to the background."""
        self._edit("Delete", plan_delete, "There is nothing to delete.")

    def merge(self) -> None:
        """Make the selected labels one: the focused one of them, or the largest."""
        focused = self._dock.session.selection.focused

        def plan(index: LabelIndex, labels: LabelArray) -> EditPlan:
            return plan_merge(index, labels, focused if focused in labels else None)

        self._edit("Merge", plan, "Select two labels or more to merge them.")

    def split(self) -> None:
        """Give each connected part of the selected labels an id of its own."""
        nothing = "The selected labels are in one part each."
        self._edit("Split into parts:", plan_split, nothing)

    def keep_largest(self) -> None:
        """Leave of each selected label the largest connected part alone."""
        nothing = "The selected labels are in one part each."
        self._edit("Keep the largest part of", plan_keep_largest, nothing)

    def relabel(self) -> None:
        """Show the labels with ids 1 to N in a new layer."""
        index = self._index()
        if index is not None:
            self._make_layer(lambda: relabeled_in_order(index), "relabelled")

    def close(self) -> None:
        """Make no copy any more."""
        self._job.drop()

    def _index(self) -> LabelIndex | None:
        state = self._dock.session.state
        if isinstance(state, Ready) and state.index.is_by_time:
            self._say(WHOLE_LABELS)
            return None
        if isinstance(state, Ready):
            return state.index
        self._say("Not edited: the index is out of date. Index again first.")
        return None

    def _edit(self, verb: str, make_plan: Plan, nothing: str) -> None:
        labels, layer = self._dock.session.selection.labels, self._dock.link.layer
        index = self._index()
        if index is None or layer is None:
            return
        if not len(labels):
            self._say("Select labels first.")
            return
        n_voxels = int(index.voxel_counts[index.rows_of(labels)].sum())
        if n_voxels > MAX_EDITED_VOXELS:
            self._say(
                f"Not edited: {count(n_voxels, 'voxel')}, and at most "
                f"{MAX_EDITED_VOXELS:,} are at once. Select fewer labels."
            )
            return
        try:
            plan = make_plan(index, labels)
        except LabelIndexError as error:
            self._say(f"Not edited: {error}.")
            return
        if not plan.n_voxels:
            self._say(nothing)
            return
        question = (
            f"{verb} {count(len(labels), 'label')}?\n"
            f"{count(plan.n_voxels, 'voxel')} would change; "
            f"{count(plan.n_labels_before, 'label')} would become "
            f"{plan.n_labels_after:,}."
        )
        where = self.ask(self._dock, question, _why_copy(layer))
        if self._dock.session.index is not index:
            self._say("Not edited: the labels have changed meanwhile.")
        elif where is Where.LAYER:
            _edit_layer(layer, plan)
            self._say(f"{count(plan.n_voxels, 'voxel')} changed. Ctrl+Z takes it back.")
        elif where is Where.COPY:
            self._make_layer(lambda: _edited_copy(layer, index, plan), "edited")

    def _make_layer(self, make: Callable[[], LabelArray], how: str) -> None:
        """Make a volume beside the window, then show it as a layer."""
        layer = self._dock.link.layer
        assert layer is not None, "there is an index"
        self._say(f"Making a new layer{ELLIPSIS}")

        def on_done(outcome: Outcome) -> None:
            match outcome:
                case Finished(volume):
                    self._show(layer, volume, how)
                case Faulted(message):
                    self._say(message)

        self._job.start(lambda _report, _cancel: make(), on_done)

    def _show(self, layer: Labels, volume: LabelArray, how: str) -> None:
        added = self._viewer.add_labels(
            volume,
            name=f"{layer.name} {how}",
            opacity=layer.opacity,
            **transform_of(layer),
        )
        layer.visible = False  # what is gone from the copy would shine through it
        self._dock.chooser.choose(added)
        self._dock.request_index()
        self._say(f"{layer.name} is hidden below {added.name}.")

    def _say(self, sentence: str) -> None:
        self._dock.table.say(sentence)


def _why_copy(layer: Labels) -> str:
    """Return why a layer itself cannot be edited with undo; nothing where it can."""
    if layer.multiscale:
        return "A layer of several scales cannot be edited; a copy can."
    data = layer.data
    if not isinstance(data, np.ndarray):
        return "The layer is read from files as needed; a copy can be edited."
    if not is_in_memory(data):
        return "The layer is a file that would change with it; a copy can be edited."
    return "" if data.flags.writeable else "The layer is read-only; a copy is not."


def _edit_layer(layer: Labels, plan: EditPlan) -> None:
    """Make all moves of a plan as one step that can be undone."""
    with layer.block_history():
        for move in plan.moves:
            layer.data_setitem(move.voxels, move.label, refresh=False)
    layer.refresh()


def _edited_copy(layer: Labels, index: LabelIndex, plan: EditPlan) -> LabelArray:
    """Return the volume after the plan; a lazy one is drawn from its index."""
    voxels = voxels_of(layer)
    is_here = isinstance(voxels, np.ndarray)
    volume = voxels.copy() if is_here else index.to_label_image()
    plan.apply(volume)
    return np.asarray(volume)
