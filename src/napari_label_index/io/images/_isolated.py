"""Decode in a child process, whose death or standstill is an exception here.

Native decoders do crash: files of some hundred bytes have killed the process that read
them. The child is a fresh interpreter that reads the file and writes a line of JSON and
then the voxels to its standard output; nothing is pickled, and no file is written.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from napari_label_index import errors
from napari_label_index._available_memory import within_memory
from napari_label_index.errors import LabelIndexError, UnreadableImageError
from napari_label_index.index import LabelImage
from napari_label_index.io._memory import check_budget

if TYPE_CHECKING:
    from napari_label_index.io.images._options import ReadOptions

__all__ = ["read_isolated"]

_POLL_SECONDS = 0.05
_FIELDS = ("axes", "spacing", "origin", "unit", "source", "notes")
_CHILD = "from napari_label_index.io.images._isolated import main; main()"


class _Answer:
    """What comes out of the child, read in a thread, as pipes cannot be waited for."""

    def __init__(self, path: str, pipe: IO[bytes], max_bytes: int | None) -> None:
        self._path, self._pipe, self._max_bytes = path, pipe, max_bytes
        self.image: LabelImage | None = None
        self.error: LabelIndexError | None = None
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        try:
            self.image = self._image()
        except LabelIndexError as error:
            self.error = error
        except (ValueError, KeyError, TypeError, OSError):
            pass  # it died while it wrote, which its status tells

    def _image(self) -> LabelImage | None:
        page = json.loads(self._pipe.readline())
        if "error" in page:
            raise getattr(errors, page["error"])(page["told"])
        dtype = np.dtype(page["dtype"])
        check_budget(self._path, page["shape"], dtype, self._max_bytes)
        with within_memory(f"{self._path}: this volume", "crop it"):
            data = np.empty(page["shape"], dtype)
        view = data.reshape(-1).view(np.uint8).data
        while view:
            n_read = self._pipe.readinto(view)  # type: ignore[attr-defined]
            if not n_read:
                return None
            view = view[n_read:]
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in page["of"]
        }
        return LabelImage(data, **fields)


def read_isolated(
    path: str | os.PathLike[str], seconds: float, options: ReadOptions
) -> LabelImage:
    """Read an image in a child process that has `seconds` for it."""
    shown = os.fspath(path)
    limit = "" if options.max_bytes is None else str(options.max_bytes)
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, os.path.abspath(shown), limit],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert child.stdout is not None
    try:
        answer = _Answer(shown, child.stdout, options.max_bytes)
        end = time.monotonic() + seconds
        while answer.thread.is_alive():
            options.stop_if_cancelled()
            if time.monotonic() > end:
                raise UnreadableImageError(
                    f"{shown}: its decoder was stopped after {seconds:g} s; the file "
                    "may be damaged, or needs more time than `isolate` gives"
                )
            answer.thread.join(_POLL_SECONDS)
    finally:
        child.kill()
        status = child.wait()
        child.stdout.close()
    if answer.error is not None:
        raise answer.error
    if answer.image is None:
        raise UnreadableImageError(
            f"{shown}: its decoder died ({_cause(status)}); the file may be damaged: "
            "copy it again, or save it anew as TIFF or PNG"
        )
    return answer.image


def _cause(status: int) -> str:
    with contextlib.suppress(ValueError):
        return signal.Signals(-status).name
    return f"status {status}"


def main() -> None:
    """Be the child: ``path, max_bytes`` are the arguments."""
    from napari_label_index.io.images._read import read_label_image

    # What libraries print must not get between the voxels.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    path, limit = sys.argv[1:]
    try:
        image = read_label_image(path, max_bytes=int(limit) if limit else None)
        data = np.ascontiguousarray(image.data)
    except LabelIndexError as error:
        _write_line(output, {"error": type(error).__name__, "told": str(error)})
        return
    fields = [(name, getattr(image, name)) for name in _FIELDS]
    page = {"shape": data.shape, "dtype": data.dtype.str, "of": fields}
    _write_line(output, page)
    output.write(data.reshape(-1).view(np.uint8).data)
    output.flush()


def _write_line(output: IO[bytes], page: dict[str, Any]) -> None:
    output.write(json.dumps(page).encode() + b"\n")
    output.flush()
