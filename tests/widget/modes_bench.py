"""Display modes of one layer in a viewer, without a dock."""

from __future__ import annotations

import numpy as np
from napari.components import ViewerModel

from napari_label_index._samples import ellipsoids
from napari_label_index._widget.modes._modes import Modes
from napari_label_index.index import LabelImage
from napari_label_index.session import DisplayModes, IndexSession
from session.immediate import columns_of, submit_now

VOLUME = ellipsoids((24, 40, 48), (3, 4, 4), (0.4, 0.7), seed=2)
ALL = np.unique(VOLUME[VOLUME > 0])
SOME = ALL[[3, 17, 18, 30]]
OTHERS = np.setdiff1d(ALL, SOME)
Z = 12
OWN = {"opacity": 0.4371, "blending": "additive", "contour": 2, "selected_label": 9}


class Bench:
    """A session, its modes, and a viewer that has the layer; drawn on every change."""

    def __init__(self, viewer, volume=VOLUME):
        self.viewer = viewer
        self.session = IndexSession(submit_now, prepare=lambda dtype: None)
        self.session.request_index(LabelImage(volume))
        self.layer = viewer.add_labels(volume, name="cells")
        self.modes = DisplayModes(self.session, columns_of(self.session))
        self.shown = Modes(viewer, self.session, self.modes, lambda: self.layer)
        self.highlighted = []
        self.modes.changed.connect(self.draw)
        self.session.selection.changed.connect(self.draw)
        self.session.state_changed.connect(self.draw)
        viewer.dims.set_point(0, Z)

    def draw(self, _changed=None):
        self.highlighted = self.shown.draw().tolist()

    def select(self, labels):
        self.session.selection.select(labels)

    def codes(self):
        """What our layer has in view, in the voxels of the volume."""
        layer = self.shown.layer
        raw = np.asarray(layer._slice.image.raw)
        start = [axis.start for axis in layer.data.placement.box][-raw.ndim :]
        shape = self.layer.data.shape[-raw.ndim :]
        after = [n - s - r for n, s, r in zip(shape, start, raw.shape, strict=True)]
        return np.pad(raw, list(zip(start, after, strict=True)))

    def colors(self):
        """Colours of our layer, in the voxels of the volume."""
        return self.shown.layer.colormap.map(self.codes())


def opened():
    """A bench whose layer has looks of its own, for a fixture."""
    bench = Bench(ViewerModel())
    for name, value in OWN.items():
        setattr(bench.layer, name, value)
    yield bench
    bench.shown.close()
