"""Files behind an address whose footers are kept, so that these are read once."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from napari_label_index.io._byte_source import RemoteBytes
from napari_label_index.io.index_file._sealed_parquet import SealedFile

if TYPE_CHECKING:
    from napari_label_index.io._address import Address

__all__ = ["KeptFiles"]

_KEPT = 64  # 64 KB of footer each


@dataclass(eq=False)
class _Kept:
    lock: Lock = field(default_factory=Lock)
    file: SealedFile | None = None


class KeptFiles:
    """The files that were read last, by their numbers; any thread may ask."""

    def __init__(self) -> None:
        self._files: OrderedDict[int, _Kept] = OrderedDict()
        self._lock = Lock()

    def opened(self, number: int, address: Address, n_bytes: int) -> SealedFile:
        """Return a file; of several threads that want a new one, one reads its end."""
        with self._lock:
            kept = self._files.setdefault(number, _Kept())
            self._files.move_to_end(number)
            while len(self._files) > _KEPT:
                self._files.popitem(last=False)
        with kept.lock:
            if kept.file is None:
                kept.file = SealedFile(RemoteBytes(address, n_bytes))
            return kept.file
