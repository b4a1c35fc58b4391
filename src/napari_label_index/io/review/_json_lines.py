"""Lines of JSON, each under a CRC-32 of its own.

A line is ``{"crc":"1a2b3c4d",...}``; the checksum covers what follows its comma. A
line that is cut or damaged takes nothing else with it, and a text editor can read them
all.
"""

from __future__ import annotations

import itertools
import json
import zlib
from typing import TYPE_CHECKING, Any, TypeVar

from napari_label_index.io._files import atomic_write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_T = TypeVar("_T")


def json_line(record: dict[str, Any]) -> bytes:
    """Return one line, with its end."""
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    body = text.encode()[1:]  # from the first key to the closing brace
    return b'{"crc":"%08x",%s\n' % (zlib.crc32(body), body)


def tried(read: Callable[[dict[str, Any]], _T], line: bytes) -> _T | None:
    """Return what `read` makes of a line, None if the line breaks a rule."""
    try:
        return read(_checked(line))
    # What a line with a right checksum can still hold: JSON that is nested too deep
    # or has numbers of 5000 digits, keys that are missing, values of other types.
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def check_whole(numbers: list[Any], low: int, high: int) -> None:
    """Refuse what are no whole numbers from `low` to `high`."""
    # Exact types: True is an int to isinstance, and no id.
    if numbers and set(map(type, numbers)) != {int}:
        raise TypeError("a number is no whole number")
    if numbers and not low <= min(numbers) <= max(numbers) <= high:
        raise ValueError("a number is out of range")


def keep_copy(path: Path, content: bytes, why: str) -> Path | None:
    """Write `content` beside `path`, under the first free number; None if it is there.

    Parameters
    ----------
    path, content
        A file that is about to be written over, and what it held.
    why
        What the name of the copy says, such as "corrupt".
    """
    for number in itertools.count(1):
        copy = path.with_name(f"{path.name}.{why}-{number}")
        if not copy.exists():
            break
        if copy.read_bytes() == content:  # a save after this copy has failed
            return None
    with atomic_write(copy) as output:
        output.write(content)
    return copy


def _checked(line: bytes) -> dict[str, Any]:
    """Return what a line holds; `ValueError` if it is not as it was written."""
    body = line[len(b'{"crc":"12345678",') :]
    if line != b'{"crc":"%08x",%s' % (zlib.crc32(body), body):
        raise ValueError("its checksum is wrong")
    record: dict[str, Any] = json.loads(line)
    return record
