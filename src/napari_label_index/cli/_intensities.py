"""Intensities of every label, from an image file beside the labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.io import read_label_image

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from napari_label_index._typing import FloatArray, LabelArray
    from napari_label_index.cli._console import Console
    from napari_label_index.index import LabelIndex


def measure(
    index: LabelIndex, path: Path | str | None, console: Console
) -> dict[str, FloatArray]:
    """Return the intensities of all labels in an image file; none without a file."""
    if path is None:
        return {}
    with console.progress("Reading", "part") as on_progress:
        image = read_label_image(path, on_progress=on_progress, cancel=console.cancel)
    if tuple(image.shape) != index.shape:
        raise UnsupportedLabelsError(
            f"{path}: has {_sized(image.shape)} voxels and the labels have "
            f"{_sized(index.shape)}; intensities need an image of the same shape"
        )
    with console.progress("Measuring", "slice") as on_progress:
        return index.intensities(image, on_progress=on_progress, cancel=console.cancel)


def joined(
    index: LabelIndex,
    labels: LabelArray | None,
    columns: Iterable[str] | None,
    measured: dict[str, FloatArray],
) -> dict[str, npt.NDArray[Any]]:
    """Return the table with intensities: those named, or all after the usual ones."""
    rows = slice(None) if labels is None else index.rows_of(labels)
    names = None if columns is None else list(columns)
    plain = None if names is None else [name for name in names if name not in measured]
    table: dict[str, npt.NDArray[Any]] = index.table(plain) | measured
    return {name: table[name][rows] for name in (table if names is None else names)}


def _sized(shape: Sequence[int]) -> str:
    return " x ".join(str(size) for size in shape)
