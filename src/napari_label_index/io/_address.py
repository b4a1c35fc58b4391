"""`Address`: a file or folder in an object store or on a web server.

Stores are those of fsspec, each with its own package: s3fs for ``s3://``, gcsfs for
``gs://``, aiohttp for ``https://``. Keys, endpoints and the like are theirs too, from
their environment variables and files.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Self

from napari_label_index.errors import LabelIndexError, UnreadableIndexError
from napari_label_index.io._reason import reason_of

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = ["Address", "Location", "advice_for", "is_url", "located", "options_of"]

# What an address needs beside fsspec, as one says it to pip.
_PACKAGES = {
    "https": "'napari-label-index[remote]'",
    "http": "'napari-label-index[remote]'",
    "s3": "s3fs",
    "gs": "gcsfs",
}

_WAIT_SECONDS = 15.0  # for the next byte, as s3fs does


def is_url(path: Any) -> bool:
    """Return whether a place is an address, and no file or folder."""
    return isinstance(path, str) and "://" in path


def advice_for(url: str) -> str:
    """Return what to look at where an address cannot be read."""
    scheme = url.partition("://")[0]
    if scheme not in _PACKAGES:
        return (
            "check the address, your rights, and that its fsspec package is installed"
        )
    install = f"pip install {_PACKAGES[scheme]}"
    return f"check the address and your rights; if a package is missing, {install}"


@dataclass(frozen=True, slots=True)
class Address:
    """A file or folder behind a URL; parts of its name go on with ``/`` as in paths."""

    url: str  # without a slash at its end

    @classmethod
    def of(cls, url: str) -> Self:
        """Return the place that a URL names."""
        return cls(url.rstrip("/"))

    def __str__(self) -> str:
        return self.url

    def __truediv__(self, name: str) -> Address:
        return Address(f"{self.url}/{name}")

    @property
    def name(self) -> str:
        """The last part of the name."""
        return self.url.rpartition("/")[2]

    @property
    def suffix(self) -> str:
        """The ending of the name, with its dot."""
        return PurePosixPath(self.name).suffix

    def read(self, begin: int = 0, stop: int | None = None) -> bytes:
        """Return the bytes from `begin` to `stop`, or to where it ends: one request.

        A server that gives no parts of files gives all of it.

        Raises
        ------
        FileNotFoundError
            When the store says that there is no such file.
        UnreadableIndexError
            When it says anything else, or nothing.
        """
        with self._asking():
            system, path = self.system()
            content: bytes = system.cat_file(path, start=begin, end=stop)
            return content

    def size(self) -> int:
        """Return the bytes of the file; errors as in `read`."""
        with self._asking():
            system, path = self.system()
            n_bytes = system.size(path)
        if n_bytes is None:
            raise UnreadableIndexError(f"{self}: the server does not tell its size")
        return int(n_bytes)

    def time(self) -> float:
        """Return when the file was written, in s since 1970; 0 where nobody knows."""
        with contextlib.suppress(NotImplementedError), self._asking():
            system, path = self.system()
            return float(system.modified(path).timestamp())
        return 0.0

    def system(self) -> tuple[Any, str]:
        """Return the file system of fsspec, which it keeps, and the name there."""
        import fsspec

        system, path = fsspec.core.url_to_fs(self.url, **options_of(self.url))
        return system, path

    @contextlib.contextmanager
    def _asking(self) -> Iterator[None]:
        """Turn what a store raises into `UnreadableIndexError`."""
        try:
            yield
        except (FileNotFoundError, NotImplementedError, LabelIndexError, MemoryError):
            raise
        except Exception as error:  # each store has its own
            raise UnreadableIndexError(
                f"{self}: cannot be read ({reason_of(error)}); {advice_for(self.url)}"
            ) from error


def options_of(url: str) -> dict[str, Any]:
    """Return what fsspec is told beside the configuration of the user.

    A web server that does not answer would be waited for for five minutes.
    """
    import fsspec

    scheme = url.partition("://")[0]
    is_told = "client_kwargs" in fsspec.config.conf.get(scheme, {})
    if scheme not in ("http", "https") or is_told:
        return {}
    import aiohttp

    timeout = aiohttp.ClientTimeout(sock_connect=_WAIT_SECONDS, sock_read=_WAIT_SECONDS)
    return {"client_kwargs": {"timeout": timeout}}


Location = Path | Address


def located(path: str | os.PathLike[str] | Address) -> Location:
    """Return what a path or a URL names."""
    if isinstance(path, Address):
        return path
    return Address.of(path) if isinstance(path, str) and is_url(path) else Path(path)
