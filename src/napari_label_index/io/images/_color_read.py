"""`read_color_labels`, `pack_colors`: each colour of an image is a label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.index import LabelImage, LabelIndex, build_index
from napari_label_index.io.images._color_doubts import doubts_about
from napari_label_index.io.images._color_files import PackedImage, pack_array
from napari_label_index.io.images._color_labels import ColorLabels, ColorTable
from napari_label_index.io.images._color_map import parse_color, read_color_ids
from napari_label_index.io.images._color_open import pack_path
from napari_label_index.io.images._color_packer import unpack_colors
from napari_label_index.io.images._color_relabel import relabel, unused_note
from napari_label_index.io.images._options import ReadOptions

if TYPE_CHECKING:
    import os

    from napari_label_index._typing import Cancel, LabelArray, OnProgress
    from napari_label_index.io.images._color_map import ColorIds
    from napari_label_index.io.images._color_packer import Color

__all__ = ["pack_colors", "read_color_labels"]

_BLACK = (0, 0, 0)


def read_color_labels(
    path: str | os.PathLike[str],
    *,
    background: Color | str | None = _BLACK,
    ids: ColorIds | None = None,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
    max_bytes: int | None = None,
) -> ColorLabels:
    """Read an image in which each object has a colour, as labels.

    The id of a colour is ``red << 16 | green << 8 | blue``, exactly; with 16 bits a
    channel ``red << 32 | green << 16 | blue``. Voxels of the background, and those
    that are transparent, are 0. Where black is not the background, its id is
    ``1 << 24`` (``1 << 48``). Palette images keep their row numbers as ids.

    Parameters
    ----------
    path : path-like
        A colour TIFF or PNG, a folder of them, or an array file whose last axis is
        red, green and blue.
    background : (red, green, blue) or "#rrggbb" or None
        The colour that is no object; None if every colour is one.
    ids : path-like or mapping, optional
        Which colour has which id: a CSV with the columns ``label`` and ``color``
        (``#rrggbb``), or ``label,red,green,blue``. Every colour of the image must be
        in it; several may have one id, and 0 is background.
    on_progress, cancel, max_bytes : optional
        As in `read_label_image`.

    Returns
    -------
    ColorLabels
        The label image, its index, the table of colours, and warnings.

    Raises
    ------
    UnsupportedLabelsError
        When the image is not in colour, is half transparent somewhere, or has a
        colour that `ids` lacks; the first such voxel is named.
    UnreadableImageError
        When the image, or the list of ids, cannot be read.
    OverBudgetError, Cancelled
        As in `read_label_image`.
    """
    options = ReadOptions(on_progress, cancel, max_bytes)
    known = None if ids is None else read_color_ids(ids)
    chosen = _background(background, known)
    packed = pack_path(path, chosen, options)
    return _color_labels(packed, known, chosen is not None, cancel)


def pack_colors(
    array: Any,
    *,
    background: Color | str | None = _BLACK,
    ids: ColorIds | None = None,
    like: LabelImage | None = None,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
    max_bytes: int | None = None,
) -> ColorLabels:
    """Return the labels of an array whose last axis is red, green, blue (and alpha).

    Parameters
    ----------
    array : array-like, (..., 3) or (..., 4), uint8 or uint16
        It is read slab by slab along its first axis, and may be lazy.
    like : LabelImage, optional
        Where axes, voxel size and source are taken from; it has no axis of channels.
    background, ids, on_progress, cancel, max_bytes : optional
        As in `read_color_labels`, which has the rest of it.
    """
    options = ReadOptions(on_progress, cancel, max_bytes)
    known = None if ids is None else read_color_ids(ids)
    chosen = _background(background, known)
    packed = pack_array(array, chosen, options, like)
    return _color_labels(packed, known, chosen is not None, cancel)


def _background(
    given: Color | str | None, known: dict[Color, int] | None
) -> Color | None:
    """Return the background; a colour that was given an id is none."""
    if isinstance(given, str):
        try:
            given = parse_color(given)
        except ValueError as error:
            raise UnsupportedLabelsError(f"the background {error}") from None
    return None if known is not None and given in known else given


def _color_labels(
    packed: PackedImage,
    known: dict[Color, int] | None,
    has_background: bool,
    cancel: Cancel | None,
) -> ColorLabels:
    image = packed.image
    index = build_index(image, cancel=cancel)
    colors = _colors_of(index, packed)
    doubts = packed.notes
    if packed.palette is None:
        doubts += doubts_about(image.data, index, packed.bits, has_background)
    n_parts = index.components(cancel=cancel).counts
    table = ColorTable(index.labels, colors, index.voxel_counts, n_parts)
    if known is not None:
        doubts += unused_note(table, known, packed.bits)
        image, table = relabel(index, table, known, packed.bits)
        index = build_index(image, cancel=cancel)
    return ColorLabels(index, table, doubts, image)


def _colors_of(index: LabelIndex, packed: PackedImage) -> LabelArray:
    if packed.palette is None:
        return unpack_colors(index.labels, packed.bits)
    rows = index.labels.astype(np.int64)
    if rows.size and rows.max() >= len(packed.palette):
        raise UnsupportedLabelsError(
            f"{packed.image.source}: its palette has {len(packed.palette)} colours, "
            f"and a voxel asks for number {rows.max()}; save it anew"
        )
    return packed.palette[rows]
