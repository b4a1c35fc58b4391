"""A Labels layer as an index file, or as the coordinates of its voxels."""

from __future__ import annotations

from typing import Any

from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import INDEX_SUFFIX, export_coords, save_index
from napari_label_index.io.images._units import shared_length


def write_labels(path: str, data: Any, meta: dict[str, Any]) -> list[str]:
    """Write a layer by the ending of `path`: an index, or coordinates in voxels."""
    index = build_index(_label_image(data, meta))
    if path.lower().endswith(INDEX_SUFFIX):
        return [str(save_index(index, path))]
    return [str(export_coords(index, None, path))]


def _label_image(data: Any, meta: dict[str, Any]) -> LabelImage:
    # napari says in the metadata which it is: its list of levels has a shape, too.
    voxels = data[0] if meta.get("multiscale", isinstance(data, list)) else data
    names = [str(name) for name in meta.get("axis_labels", ())]
    is_named = all(name.isidentifier() for name in names)
    units = [str(unit) for unit in meta.get("units") or ()]
    if "t" in names and len(units) == len(names):
        del units[names.index("t")]
    return LabelImage(
        voxels,
        axes=tuple(names) if is_named and len(set(names)) == len(names) else (),
        spacing=tuple(map(float, meta.get("scale", ()))),
        origin=tuple(map(float, meta.get("translate", ()))),
        unit=shared_length(units),
        source=str(meta.get("name", "")),
    )
