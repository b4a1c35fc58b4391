"""A volume in a file, with a desk for its index that works at once or when told."""

from __future__ import annotations

import dask.array as da
import numpy as np
import tifffile

from napari_label_index.index import LabelImage
from napari_label_index.session import IndexDesk, IndexSession, VolumeSource
from session.immediate import submit_now

SHAPE = (40, 3, 5)
CHECKED = np.linspace(0, SHAPE[0] - 1, 32).astype(int).tolist()
UNREAD = next(z for z in range(SHAPE[0]) if z not in CHECKED)


def make_volume(seed=0):
    return np.random.default_rng(seed).integers(0, 6, SHAPE).astype(np.int32)


class Layer:
    """What a dock knows of a layer: voxels, file, and whether it was painted."""

    def __init__(self, path, volume, *, is_lazy=False, name="cells"):
        self.path, self.name, self.spacing = path, name, (2, 1, 1)
        if not path.exists():
            self.write(volume)
        self.is_lazy, self.is_painted = is_lazy, False
        # Each slice is read when it is looked at, and not before.
        self.data = (
            da.from_array(Slices(path), chunks=(1, *SHAPE[1:])) if is_lazy else volume
        )

    def write(self, volume):
        tifffile.imwrite(self.path, volume)

    @property
    def image(self):
        return LabelImage(self.data, spacing=self.spacing, unit="um", source=self.name)

    @property
    def source(self):
        return VolumeSource(str(self.path), self.is_lazy, not self.is_painted)


class Slices:
    """A TIFF that is read when it is sliced."""

    shape, dtype, ndim = SHAPE, np.dtype(np.int32), len(SHAPE)

    def __init__(self, path):
        self.path = path

    def __getitem__(self, key):
        return tifffile.imread(self.path)[key]


class Desk:
    """A session, and the desk of the layer on show; `submit` starts their work."""

    def __init__(self, layer=None, submit=submit_now):
        self.session = IndexSession(submit, prepare=lambda dtype: None)
        self.desk = IndexDesk(self.session, submit, lambda: self.layer.source)
        self.told = []
        self.desk.told.connect(lambda text, kind: self.told.append((kind, text)))
        self.desk.saved_to.connect(self.told.append)
        if layer is not None:
            self.choose(layer)

    def choose(self, layer):
        self.layer = layer
        self.session.clear()
        self.desk.look(layer.image.shape)

    def index(self):
        self.session.request_index(self.layer.image)

    def open(self):
        self.desk.open(self.layer.image)

    def save(self, path=None):
        request = self.desk.save_request()
        if request is not None:
            self.desk.save(request, path)

    @property
    def state(self):
        return self.session.state


def saved(layer):
    """Index a layer and save the index; returns the file."""
    desk = Desk(layer)
    desk.index()
    desk.save()
    return desk.told[-1].path
