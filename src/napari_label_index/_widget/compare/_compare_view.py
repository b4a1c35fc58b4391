"""The rows of a comparison: the table of labels, with other rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QSize

from napari_label_index._widget._wording import ELLIPSIS
from napari_label_index._widget.table._column import Column
from napari_label_index._widget.table._table_view import RegionTableView
from napari_label_index.session import VERDICTS

if TYPE_CHECKING:
    from napari_label_index._typing import LabelArray
    from napari_label_index.session import ComparedRows

N_PARTNERS_SHOWN = 3
NONE = "\N{EN DASH}"
N_ROWS, LEAST_ROWS = 9, 4  # in view
LOW = 900  # pixels of a window where more rows would lie out of view


class CompareView(RegionTableView):
    """Shows compared rows; what it calls a label is the number of a row here."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Comparison")
        self.setAccessibleDescription("One row for each label of both layers")

    def show_compared(self, rows: ComparedRows | None, name: str = "") -> None:
        """Show a comparison with the layer `name`; nothing is selected."""
        with self._showing():
            if rows is None:
                self._model.set_rows(np.empty(0, np.int64), ())
            else:
                columns = columns_of(rows, name)
                self._model.set_rows(np.arange(len(rows)), columns)
        self._selected = None
        self._fit.fit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802
        is_low = self.window().height() < LOW
        return QSize(256, self._height_of(LEAST_ROWS if is_low else N_ROWS))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(100, self._height_of(LEAST_ROWS))

    def _height_of(self, n_rows: int) -> int:
        return (n_rows + 1) * (self.verticalHeader().defaultSectionSize() + 1)


def columns_of(rows: ComparedRows, name: str) -> tuple[Column, ...]:
    """Return the columns of a comparison with the layer `name`."""
    return (
        _label(rows),
        _status(rows),
        _partners(rows, name),
        Column(
            header="IoU",
            tooltip="Voxels shared with the first partner, as a share of the union",
            sort_values=rows.iou,
            text=lambda row: f"{rows.iou[row]:.2f}",
            plain={"iou": rows.iou},
            widest="0.00",
            key="iou",
        ),
        Column(
            header="Shared",
            tooltip="Voxels shared with the first partner",
            sort_values=rows.shared,
            text=lambda row: f"{rows.shared[row]:,}",
            plain={"shared": rows.shared},
            widest=f"{rows.shared.max(initial=0):,}",
            key="shared",
            is_optional=True,
        ),
    )


def _label(rows: ComparedRows) -> Column:
    labels = rows.table["label"]
    return Column(
        header="Label",
        tooltip=f"The id in the layer of the table, {NONE} where it has none",
        sort_values=labels,
        text=lambda row: _text_of([rows.label(row)]),
        plain={"label": labels},
        widest=_widest(rows.comparison.labels),
        key="label",
    )


def _status(rows: ComparedRows) -> Column:
    return Column(
        header="Status",
        tooltip="How the label lies on the other layer",
        sort_values=rows.codes,
        text=lambda row: str(VERDICTS[rows.codes[row]]),
        plain={"status": rows.table["status"]},
        widest=max(VERDICTS, key=len),
        key="status",
    )


def _partners(rows: ComparedRows, name: str) -> Column:
    partner = rows.table["partner"]
    return Column(
        header="Partners",
        tooltip=f"Labels of {name!r} there, the one that shares most first",
        sort_values=partner,
        text=lambda row: _text_of(rows.partners(row)),
        plain={"partner": partner},
        widest=f"{_widest(rows.comparison.reference_labels)}, {NONE * 4}",
        key="partner",
        hint=lambda row: _all_partners(rows, row, name),
    )


def _widest(labels: LabelArray) -> str:
    return max(map(str, [*labels[:1].tolist(), *labels[-1:].tolist(), NONE]), key=len)


def _text_of(labels: list[int] | list[int | None]) -> str:
    named = [str(label) for label in labels if label is not None]
    shown = named[:N_PARTNERS_SHOWN]
    if len(named) > N_PARTNERS_SHOWN:
        shown.append(ELLIPSIS)
    return ", ".join(shown) or NONE


def _all_partners(rows: ComparedRows, row: int, name: str) -> str:
    partners = rows.partners(row)
    if not partners:
        return f"{name!r} has nothing there"
    listed = ", ".join(map(str, partners[:30]))
    return f"In {name!r}: {listed}{', ' + ELLIPSIS if len(partners) > 30 else ''}"
