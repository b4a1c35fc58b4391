"""The table as `layer.features`, for napari's own table, status bar and other plugins.

napari takes the column ``index`` for the label in its status bar, but the number of a
row for the label in its table: the two agree where labels are 1, 2, and on. Row 0 is
the background.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from napari_label_index._widget._proxies import unproxied
from napari_label_index._widget._wording import count
from napari_label_index.index import distinct, union

if TYPE_CHECKING:
    import numpy.typing as npt
    import pandas as pd
    from napari.layers import Labels

    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex

KEY = "index"
_BEFORE = " (before)"
# The status bar spells out every column at each move of the mouse: few of them.
_BASES = ("num_pixels", "centroid")
# What we published on a layer may be replaced; what was there before may not.
_OURS: WeakKeyDictionary[Labels, tuple[str, ...]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Published:
    """What was written to `layer.features`."""

    n_labels: int
    columns: tuple[str, ...]  # ours
    kept: tuple[str, ...]  # the user's, by the names that they have now
    is_dense: bool  # row number and label are the same

    @property
    def sentence(self) -> str:
        """Say what was done."""
        text = f"napari's table has {count(self.n_labels, 'label')} now: "
        text += ", ".join(self.columns) + "."
        if self.kept:
            text += f" Kept: {', '.join(self.kept)}."
        if not self.is_dense:
            text += (
                " Ids have gaps, so that a row number in it is not the label; the"
                " column index is."
            )
        return text


def publish(layer: Labels, index: LabelIndex, extra: tuple[str, ...] = ()) -> Published:
    """Write the table of `index` to ``layer.features``.

    The user's columns are kept, each value with its label: by their column ``index``,
    or else, as napari has it, by the row number. One that has the name of one of ours
    and other values gets a longer name.

    Parameters
    ----------
    layer : napari.layers.Labels
        The layer that was indexed.
    index : LabelIndex
        Its index.
    extra : tuple of str, optional
        More columns of the index.
    """
    import pandas as pd

    layer = unproxied(layer)
    users = _users_table(layer, index)
    listed = union(index.labels, distinct(users.index.to_numpy(index.labels.dtype)))
    labels = np.append(index.labels.dtype.type(index.background), listed)
    labels = np.append(labels[:1], listed[listed != labels[0]])
    ours: dict[str, npt.NDArray[Any]] = {KEY: labels, "label": labels}
    for name in index.columns:
        if name.split("-")[0] in _BASES or name in extra:
            ours[name] = _spread(index.column(name), index, labels, name)
    kept = users.reindex(labels)
    clashes = [name for name in kept if name in ours]
    same = [name for name in clashes if _is_same(kept[name], ours[name])]
    longer = {name: f"{name}{_BEFORE}" for name in clashes}
    kept = kept.drop(columns=same).rename(columns=longer)
    layer.features = pd.concat(
        [pd.DataFrame(ours), kept.reset_index(drop=True)], axis=1
    )
    _OURS[layer] = tuple(ours)
    return Published(
        n_labels=len(index),
        columns=tuple(ours),
        kept=tuple(map(str, kept.columns)),
        is_dense=bool((labels == np.arange(len(labels))).all()),
    )


def _users_table(layer: Labels, index: LabelIndex) -> pd.DataFrame:
    """The features that are not ours; the name of a row is its label.

    Rows of what cannot be a label in this layer are left out.
    """
    features: Any = layer.features
    labels = np.arange(len(features))
    if KEY in features and features[KEY].dtype.kind in "iu":
        labels = features[KEY].to_numpy()
    limits = np.iinfo(index.labels.dtype)
    can_be = (labels >= limits.min) & (labels <= limits.max)
    users = features.set_index(labels)[can_be]
    users = users[~users.index.duplicated()]
    return users.drop(columns=[KEY, *_OURS.get(layer, ())], errors="ignore")


def _spread(
    values: npt.NDArray[Any], index: LabelIndex, labels: LabelArray, name: str
) -> npt.NDArray[Any]:
    """Values of the index at its labels among `labels`, of which the first is none."""
    if name == "num_pixels":
        spread = np.zeros(len(labels), np.int64)
        spread[0] = int(np.prod(index.shape)) - index.n_voxels
    else:
        spread = np.full(len(labels), np.nan)
    spread[1 + np.searchsorted(labels[1:], index.labels)] = values
    return spread


def _is_same(users: pd.Series, ours: npt.NDArray[Any]) -> bool:
    """Whether a column of the user says nothing else than ours."""
    said = users.notna().to_numpy()
    return bool((users.to_numpy()[said] == ours[said]).all())
