"""`save_index` and `open_index`: an index as an NPZ file with a page of JSON.

The file holds the four arrays of the run table and nothing derived, so that nothing in
it can contradict something else. Every byte is under a CRC-32. What is read is checked
against the rules of a run table before any kernel, which checks no bounds, sees it.
"""

from __future__ import annotations

import contextlib
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from napari_label_index.errors import CorruptIndexError, LabelIndexError
from napari_label_index.index import LabelIndex, RunTable
from napari_label_index.io._files import atomic_write
from napari_label_index.io._outputs import check_suffix
from napari_label_index.io.exports._npz import NpzWriter, read_array, read_bytes
from napari_label_index.io.index_file._index_meta import (
    IndexMeta,
    meta_from_json,
    meta_to_json,
)
from napari_label_index.io.index_file._run_checks import check_runs

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["INDEX_SUFFIX", "open_index", "save_index"]

INDEX_SUFFIX = ".labelindex.npz"
"""How the name of an index file should end; ``.npz`` is enough."""

_META = "meta.json"
_ARRAYS = ("labels", "offsets", "starts", "lengths")
_MAX_META_BYTES = 1 << 20


def save_index(index: LabelIndex, path: str | os.PathLike[str]) -> Path:
    """Save an index to a file, whole or not at all.

    Parameters
    ----------
    index : LabelIndex
        The index to save.
    path : path-like
        A name that ends in ``.npz``, best in ``.labelindex.npz``.

    Returns
    -------
    Path
        The file that was written.

    Raises
    ------
    UnsupportedFormatError
        When `path` has another ending.
    WriteFailedError
        When the file could not be written; what was there before is untouched.
    """
    path = Path(path)
    check_suffix(path, (".npz",))
    with atomic_write(path) as output, NpzWriter(output) as writer:
        writer.add_bytes(_META, meta_to_json(IndexMeta.of(index)))
        for name in _ARRAYS:
            writer.add(name, getattr(index.runs, name))
    return path


def open_index(path: str | os.PathLike[str]) -> LabelIndex:
    """Open an index that `save_index` wrote.

    Parameters
    ----------
    path : path-like
        The file.

    Raises
    ------
    CorruptIndexError
        When the file is missing, damaged, foreign, or of a newer version.
    """
    path = Path(path)
    with _corruption_named(path), path.open("rb") as file:
        _check_ends(file)
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            if names != [_META, *(f"{name}.npy" for name in _ARRAYS)]:
                raise ValueError(f"it holds {names[:6]}, so it is no index file")
            if archive.infolist()[0].header_offset != 0:
                raise ValueError("there is something before its first byte")
            meta = meta_from_json(read_bytes(archive, _META, _MAX_META_BYTES))
            runs = RunTable(*(read_array(archive, name) for name in _ARRAYS))
        check_runs(runs, meta.shape, meta.dtype, meta.background)
    return meta.index_of(runs)


def _check_ends(file: BinaryIO) -> None:
    """Refuse what is cut or has something after its end; a zip reader would not."""
    size = os.fstat(file.fileno()).st_size
    file.seek(max(0, size - 22))
    end = file.read(22)
    if end[:4] != b"PK\x05\x06" or end[20:] != b"\0\0":
        raise ValueError("it is cut short, or is no index file")
    file.seek(0)


@contextlib.contextmanager
def _corruption_named(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong in the block into `CorruptIndexError`.

    Damaged files raised exceptions of ten unrelated classes (BadZipFile, zlib.error,
    KeyError, EOFError, RecursionError, ...), so here every one is caught.
    """
    try:
        yield
    except CorruptIndexError as error:
        raise CorruptIndexError(f"{path}: {error}") from error
    except (LabelIndexError, MemoryError):
        raise
    except FileNotFoundError as error:
        raise CorruptIndexError(f"{path}: there is no such file") from error
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"[:200].rstrip(": \n")
        raise CorruptIndexError(
            f"{path}: no whole index file ({reason}); build the index again"
        ) from error
