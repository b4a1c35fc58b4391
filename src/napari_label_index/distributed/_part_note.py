"""The note that a partition is there: what it holds, and checksums of its files.

A build that goes on takes a partition over only if all of its bytes are still those
that were written.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from napari_label_index.io._files import atomic_write
from napari_label_index.io.index_dataset._layout import FOLDERS, part_path
from napari_label_index.io.index_dataset._manifest import Partition

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index.distributed._job import Job
    from napari_label_index.distributed._partition_ranges import LabelRange

__all__ = ["read_part_note", "write_part_note"]

_PIECE_BYTES = 1 << 20


def write_part_note(job: Job, number: int, partition: Partition) -> None:
    """Note that a partition is whole, once its files are."""
    said = [partition.to_json(), _checksums(job, number)]
    with atomic_write(job.part_path(number), is_scratch=True) as output:
        output.write(json.dumps([said, _crc_of(said)]).encode())


def read_part_note(job: Job, number: int, labels: LabelRange) -> Partition | None:
    """Return the partition of these labels if it is there whole, None if it is not."""
    try:
        said, crc = json.loads(job.part_path(number).read_bytes())
        if crc != _crc_of(said) or said[1] != _checksums(job, number):
            return None
        partition = Partition.from_json(said[0])
    except (OSError, ValueError, TypeError, LookupError):
        return None
    known = (partition.first_label, partition.last_label, partition.n_runs)
    return partition if known == (labels.first, labels.last, labels.n_runs) else None


def _checksums(job: Job, number: int) -> list[int]:
    return [_crc_of_file(part_path(job.root, folder, number)) for folder in FOLDERS]


def _crc_of_file(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            crc = zlib.crc32(piece, crc)
    return crc


def _crc_of(said: Any) -> int:
    return zlib.crc32(json.dumps(said).encode())
