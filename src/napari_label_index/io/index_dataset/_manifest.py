"""The manifest of an index dataset: its volume, its partitions, and their seals."""

from __future__ import annotations

import json
import math
import zlib
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any, Self

from napari_label_index.io._address import Address
from napari_label_index.io._files import atomic_write
from napari_label_index.io.index_dataset._layout import FOLDERS, MANIFEST
from napari_label_index.io.index_file._sealed_parquet import Seal
from napari_label_index.io.index_file._volume_meta import (
    VolumeMeta,
    check_version,
    list_of,
    one,
)

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index.io._address import Location

__all__ = ["DATASET_VERSION", "DatasetManifest", "Partition"]

FORMAT = "napari-label-index dataset"
DATASET_VERSION = 1

_MAX_BYTES = 1 << 26
_CRC = "crc32"


@dataclass(frozen=True, slots=True)
class Partition:
    """A range of labels with all of their runs, and the seals of its files."""

    first_label: int
    last_label: int
    n_labels: int
    n_runs: int
    seals: tuple[Seal, ...]  # one for each of `FOLDERS`

    def to_json(self) -> list[int]:
        """Return its numbers."""
        own = [self.first_label, self.last_label, self.n_labels, self.n_runs]
        return own + [number for seal in self.seals for number in astuple(seal)]

    @classmethod
    def from_json(cls, numbers: Any) -> Self:
        """Return the partition with these numbers; `ValueError` for anything else."""
        if (
            not isinstance(numbers, list)
            or len(numbers) != 4 + 2 * len(FOLDERS)
            or any(type(number) is not int for number in numbers)
        ):
            raise ValueError("its list of partitions is no list of numbers")
        seals = zip(numbers[4::2], numbers[5::2], strict=True)
        first, last, n_labels, n_runs = numbers[:4]
        return cls(first, last, n_labels, n_runs, tuple(Seal(*pair) for pair in seals))


@dataclass(frozen=True, slots=True)
class DatasetManifest(VolumeMeta):
    """Everything of an index dataset but its labels and runs."""

    n_missing_chunks: int = 0
    """Chunks of the volume that were not stored, and so held the fill value."""
    partitions: tuple[Partition, ...] = ()

    @classmethod
    def of_volume(
        cls, volume: VolumeMeta, n_missing_chunks: int, partitions: list[Partition]
    ) -> Self:
        """Return the manifest of the index of a volume."""
        return cls(
            **volume.volume_fields(),
            n_missing_chunks=n_missing_chunks,
            partitions=tuple(partitions),
        )

    @property
    def n_labels(self) -> int:
        """Labels of all partitions."""
        return sum(part.n_labels for part in self.partitions)

    @property
    def n_runs(self) -> int:
        """Runs of all partitions."""
        return sum(part.n_runs for part in self.partitions)

    def write(self, root: Path) -> None:
        """Write it into a folder that has everything else."""
        page = {
            "format": FORMAT,
            "version": DATASET_VERSION,
            **self.to_page(),
            "n_labels": self.n_labels,
            "n_runs": self.n_runs,
            "n_missing_chunks": self.n_missing_chunks,
            "partitions": [part.to_json() for part in self.partitions],
        }
        with atomic_write(root / MANIFEST) as output:
            output.write(json.dumps(page | {_CRC: _crc_of(page)}, indent=1).encode())

    @classmethod
    def read(cls, root: Location) -> Self:
        """Return the manifest in a folder; `ValueError` if it breaks a rule."""
        text = _start_of(root / MANIFEST, _MAX_BYTES + 1)
        if len(text) > _MAX_BYTES:
            raise ValueError(f"its manifest is larger than {_MAX_BYTES} bytes")
        page = json.loads(text)
        check_version(page, FORMAT, DATASET_VERSION, "an index dataset")
        if one(page, _CRC, int) != _crc_of(page):
            raise ValueError("its manifest is damaged")
        parts = [Partition.from_json(p) for p in list_of(page, "partitions", list)]
        n_missing = one(page, "n_missing_chunks", int)
        manifest = cls.of_volume(VolumeMeta.from_page(page), n_missing, parts)
        if (manifest.n_labels, manifest.n_runs) != (page["n_labels"], page["n_runs"]):
            raise ValueError("its partitions do not have all of its labels and runs")
        manifest.check()
        return manifest

    def check(self) -> None:
        """Raise `ValueError` unless the partitions can be those of the volume."""
        before: Partition | None = None
        for part in self.partitions:
            is_range = part.first_label <= part.last_label
            if not (is_range and 0 < part.n_labels <= part.n_runs):
                raise ValueError("a partition must have labels, and a run for each")
            if before is not None and part.first_label <= before.last_label:
                raise ValueError("its partitions are not in the order of their labels")
            before = part
        if self.n_runs > math.prod(self.shape):
            raise ValueError(f"{self.shape} cannot have {self.n_runs} runs")


def _start_of(place: Location, n_bytes: int) -> bytes:
    if isinstance(place, Address):
        return place.read(0, n_bytes)
    with place.open("rb") as file:
        return file.read(n_bytes)


def _crc_of(page: dict[str, Any]) -> int:
    """Return the CRC-32 of what a page says, however it is laid out."""
    said = {name: value for name, value in page.items() if name != _CRC}
    return zlib.crc32(json.dumps(said, separators=(",", ":"), sort_keys=True).encode())
