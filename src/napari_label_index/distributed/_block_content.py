"""What a block leaves to later tasks: its runs, what touches in it, and its faces."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from napari_label_index.distributed._array_file import read_arrays, write_arrays
from napari_label_index.distributed._label_pairs import LabelPairs
from napari_label_index.index import RunTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy.typing as npt

__all__ = ["BlockContent", "Face", "read_block", "read_content", "write_content"]

Face = tuple[int, str]  # the axis across it, and "low" or "high"


@dataclass(frozen=True, slots=True)
class BlockContent:
    """All that is known of a block."""

    runs: RunTable  # at their positions in the volume
    touching: LabelPairs  # inside of the block
    faces: Mapping[Face, RunTable]
    """Runs of the planes behind which there is another block, as volumes of rows."""


def write_content(path: Path, content: BlockContent, n_missing_chunks: int) -> None:
    """Write what a block has, whole or not at all."""
    arrays = dict(_named("runs", content.runs))
    arrays |= _named("touching", content.touching)
    for (axis, side), runs in content.faces.items():
        arrays |= _named(f"{axis} {side}", runs)
    write_arrays(path, arrays, {"n_missing_chunks": n_missing_chunks})


def read_block(path: Path) -> RunTable:
    """Map the runs of a block into memory."""
    return _table("runs", read_arrays(path))


def read_content(path: Path) -> BlockContent:
    """Map all that a block has into memory."""
    arrays = read_arrays(path)
    names = {name.rpartition(" ")[0] for name in arrays} - {"runs", "touching"}
    faces = {(int(name.split()[0]), name.split()[1]): name for name in names}
    pairs = LabelPairs(*(arrays[f"touching {f.name}"] for f in fields(LabelPairs)))
    return BlockContent(
        _table("runs", arrays),
        pairs,
        {face: _table(name, arrays) for face, name in faces.items()},
    )


def _named(name: str, value: Any) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for field in fields(value):
        yield f"{name} {field.name}", getattr(value, field.name)


def _table(name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> RunTable:
    return RunTable(*(arrays[f"{name} {field.name}"] for field in fields(RunTable)))
