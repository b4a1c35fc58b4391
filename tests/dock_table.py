"""What the table of a dock shows, read through its model as a view does."""

from __future__ import annotations

import numpy as np


def table_labels(widget):
    model = widget.table.view.model()
    return model.labels_at(np.arange(model.rowCount())).tolist()


def table_selection(widget):
    view = widget.table.view
    return sorted(view.model().labels_at(view.selected_rows()).tolist())


def column_texts(widget, header):
    """What stands in a column, from the top; its header begins like this."""
    model = widget.table.view.model()
    titles = [column.header for column in model.columns]
    column = next(i for i, title in enumerate(titles) if title.startswith(header))
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]
