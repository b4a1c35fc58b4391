"""Parts of a file that lies on a disk or behind an address."""

from __future__ import annotations

import contextlib
import errno
import os
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, Protocol

from napari_label_index.errors import UnreadableIndexError
from napari_label_index.index._parallel import n_usable_cores
from napari_label_index.io._address import Address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from napari_label_index.io._address import Location

__all__ = ["ByteSource", "LocalBytes", "RemoteBytes", "n_readers", "opened_bytes"]

# The footer of a run file takes 1 byte in 630, and must come with one request.
_LEAST_TAIL = 1 << 16
_TAIL_SHARE = 256

# Requests take their time elsewhere, so there are more of them than cores.
_N_REQUESTS = 16


class ByteSource(Protocol):
    """A file of which parts can be read, from several threads."""

    @property
    def n_bytes(self) -> int:
        """Bytes of the file."""
        ...

    def read(self, begin: int, n_bytes: int) -> bytes:
        """Return a part; it is shorter where the file ends."""
        ...


class LocalBytes:
    """An open file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._lock = Lock()
        self.n_bytes = os.fstat(file.fileno()).st_size

    def read(self, begin: int, n_bytes: int) -> bytes:
        """Return a part; it is shorter where the file ends."""
        with self._lock:
            self._file.seek(begin)
            return self._file.read(n_bytes)


class RemoteBytes:
    """A file behind an address: its end is read at once, all else by one request each.

    Parameters
    ----------
    address : Address
    n_bytes : int, optional
        What the file must have; it is asked for if left out, which is one request more.
    is_whole : bool
        Read all of it at once.
    """

    def __init__(
        self, address: Address, n_bytes: int | None = None, *, is_whole: bool = False
    ) -> None:
        self._address = address
        self.n_bytes = address.size() if n_bytes is None else n_bytes
        n_tail = max(_LEAST_TAIL, self.n_bytes // _TAIL_SHARE)
        self._begin = 0 if is_whole else max(0, self.n_bytes - n_tail)
        self._tail = self._fetch(self._begin, self.n_bytes)

    def read(self, begin: int, n_bytes: int) -> bytes:
        """Return a part; it is shorter where the file ends."""
        if begin >= self._begin:
            first = begin - self._begin
            return self._tail[first : first + n_bytes]
        return self._fetch(begin, begin + n_bytes)

    def _fetch(self, begin: int, stop: int) -> bytes:
        try:
            content = self._address.read(begin, stop)
        except UnreadableIndexError:
            # Stores have errors of their own for parts that are not there.
            if not self._is_cut(stop):
                raise
            raise ValueError(f"it must have {self.n_bytes} bytes, has less") from None
        if len(content) > stop - begin:
            raise UnreadableIndexError(
                f"{self._address}: the server sends whole files where parts are asked "
                "for; use one that knows range requests, or copy the index from there"
            )
        return content

    def _is_cut(self, stop: int) -> bool:
        with contextlib.suppress(FileNotFoundError, UnreadableIndexError):
            return self._address.size() < stop
        return False


@contextlib.contextmanager
def opened_bytes(
    place: Location, n_bytes: int | None = None, *, is_whole: bool = False
) -> Iterator[ByteSource]:
    """Give a file for as long as the block lasts; see `RemoteBytes`."""
    if isinstance(place, Address):
        yield RemoteBytes(place, n_bytes, is_whole=is_whole)
        return
    if place.is_fifo():  # to open one would wait for ever
        raise OSError(errno.EINVAL, "a pipe, not a file")
    with place.open("rb") as file:
        yield LocalBytes(file)


def n_readers(place: Location) -> int:
    """Return how many threads read files that lie there."""
    n_cores = n_usable_cores()
    return max(_N_REQUESTS, n_cores) if isinstance(place, Address) else n_cores
