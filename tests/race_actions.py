"""What a user can do while the plugin works, one function each.

Each takes the dock, its viewer, the layer that is worked on and a seeded generator.
"""

from __future__ import annotations

import numpy as np
from napari.layers import Labels

from napari_label_index._samples import ellipsoids
from napari_label_index._widget.picture._highlight import is_highlight

SHAPE, GRID = (6, 40, 48), (1, 3, 4)  # 12 labels


def make_volume(rng):
    return ellipsoids(SHAPE, GRID, seed=int(rng.integers(1000)))


def delete(widget, viewer, layer, rng):
    viewer.layers.remove(layer)


def rename(widget, viewer, layer, rng):
    layer.name = f"other {rng.integers(1000)}"


def reorder(widget, viewer, layer, rng):
    viewer.add_image(np.zeros(SHAPE, np.uint8), name="beside")
    viewer.layers.move(viewer.layers.index(layer), len(viewer.layers))
    viewer.layers.reverse()


def paint(widget, viewer, layer, rng):
    for _ in range(int(rng.integers(1, 4))):
        place = tuple(int(rng.integers(size)) for size in SHAPE)
        layer.paint(place, int(rng.choice([0, 1, 5, 1000, -3])))


def replace_data(widget, viewer, layer, rng):
    volume = make_volume(rng)
    kinds = (
        volume,
        volume[:, ::-1],
        volume[:-1],
        volume.astype(np.uint16),
        np.zeros_like(volume),
    )
    layer.data = kinds[rng.integers(len(kinds))]


def undo(widget, viewer, layer, rng):
    paint(widget, viewer, layer, rng)
    layer.undo()
    if rng.integers(2):
        layer.redo()


def change_dims(widget, viewer, layer, rng):
    viewer.dims.set_point(0, int(rng.integers(SHAPE[0])))
    viewer.dims.ndisplay = int(rng.choice([2, 3]))
    viewer.dims.order = tuple(int(axis) for axis in rng.permutation(3))


def close_dock(widget, viewer, layer, rng):
    if hasattr(viewer, "window"):
        viewer.window.remove_dock_widget(widget)
    else:
        widget.close_session()


def close_viewer(widget, viewer, layer, rng):
    viewer.close()


def index_again(widget, viewer, layer, rng):
    widget.index_button.click()


def index_another(widget, viewer, layer, rng):
    other = viewer.add_labels(make_volume(rng), name="another")
    widget.chooser.choose(other)
    widget.index_button.click()


def erase_highlighted(widget, viewer, layer, rng):
    labels = widget.session.selection.labels
    labels = labels if len(labels) else np.unique(layer.data)[1:4]
    layer.data_setitem(np.nonzero(np.isin(layer.data, labels)), 0)


def delete_highlight(widget, viewer, layer, rng):
    for each in list(viewer.layers):
        if isinstance(each, Labels) and is_highlight(each):
            viewer.layers.remove(each)


def hide_layer(widget, viewer, layer, rng):
    layer.visible = False
    paint(widget, viewer, layer, rng)


ACTIONS = {
    "layer deleted": delete,
    "layer renamed": rename,
    "layers reordered": reorder,
    "layer painted": paint,
    "data replaced": replace_data,
    "undo and redo": undo,
    "dims changed": change_dims,
    "dock closed": close_dock,
    "second index started": index_again,
    "another layer indexed": index_another,
    "highlighted ids gone": erase_highlighted,
    "highlight deleted": delete_highlight,
    "layer hidden and painted": hide_layer,
}
