"""Which colour has which id: a CSV, or a mapping."""

from __future__ import annotations

import csv
import io
import re
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from napari_label_index.errors import UnreadableImageError
from napari_label_index.io._foreign import reading

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from napari_label_index.io.images._color_packer import Color

    ColorIds: TypeAlias = (
        Mapping[str, int] | Mapping[Color, int] | str | os.PathLike[str]
    )

__all__ = ["ColorIds", "parse_color", "read_color_ids"]

_HEX = re.compile(r"#?(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{12})")
_WHOLE = re.compile(r"[+-]?[0-9]{1,20}")
_ADVICE = "save it anew as CSV in UTF-8"
_MAX_BYTES = 1 << 28  # ten million lines
_ID_NAMES = ("id", "label")
_COLOR_NAMES = ("color", "colour", "hex")
_CHANNEL_NAMES = (("r", "g", "b"), ("red", "green", "blue"))


def parse_color(text: str) -> Color:
    """Return the colour that ``#rrggbb``, ``#rrrrggggbbbb`` or ``r,g,b`` means.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    text = text.strip()
    if _HEX.fullmatch(text):
        digits = text.removeprefix("#")
        n = len(digits) // 3
        return (int(digits[:n], 16), int(digits[n : 2 * n], 16), int(digits[-n:], 16))
    parts = text.split(",")
    if len(parts) != 3:
        raise ValueError(f"{text!r} is no colour such as #00ff7f or 0,255,127")
    return (_channel(parts[0]), _channel(parts[1]), _channel(parts[2]))


def read_color_ids(given: ColorIds) -> dict[Color, int]:
    """Return the id of every colour that a CSV or a mapping names.

    The CSV has a header with ``label`` or ``id``, and either ``color`` (hexadecimal)
    or ``red,green,blue`` (``r,g,b``); other columns are left alone, so that a table
    that was exported can be edited and given back.

    Raises
    ------
    UnreadableImageError
        With the line that is wrong.
    TypeError
        If an id in a mapping is no whole number.
    """
    if hasattr(given, "items"):
        return {
            parse_color(color) if isinstance(color, str) else color: index(label)
            for color, label in given.items()
        }
    path = Path(given)
    with reading(path, _ADVICE):
        if path.stat().st_size > _MAX_BYTES:
            raise UnreadableImageError(f"{path}: too large for a list of colours")
        text = path.read_text("utf-8-sig")
    return _parse(path, text)


def _parse(path: Path, text: str) -> dict[Color, int]:
    rows = csv.reader(io.StringIO(text, newline=""))
    ids: dict[Color, int] = {}
    lines: dict[Color, int] = {}
    columns: tuple[int, ...] = ()
    n_columns = 0
    with reading(path, _ADVICE):
        for row in rows:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if not columns:
                columns = _columns(path, [cell.lower() for cell in cells])
                n_columns = len(cells)
                continue
            try:
                if any(cells[n_columns:]):
                    told = f"it has {len(cells)} columns, the header {n_columns}"
                    raise ValueError(told)
                color, label = _line(cells, columns)
            except ValueError as error:
                raise _wrong(path, rows.line_num, str(error)) from None
            if ids.setdefault(color, label) != label:
                told = f"the colour has the id {ids[color]} from line {lines[color]}"
                raise _wrong(path, rows.line_num, told)
            lines.setdefault(color, rows.line_num)
    if not ids:
        raise _wrong(path, 1, "there is no colour in it")
    return ids


def _columns(path: Path, names: list[str]) -> tuple[int, ...]:
    """Return the place of the id and of the colour, which is one or three columns."""
    label = next((names.index(name) for name in _ID_NAMES if name in names), None)
    if label is not None:
        for name in _COLOR_NAMES:
            if name in names:
                return (label, names.index(name))
        for channels in _CHANNEL_NAMES:
            if set(channels) <= set(names):
                return (label, *(names.index(name) for name in channels))
    told = "its header must name label, and color or red,green,blue"
    if len(names) == 1 and re.search(r"[;\t|]", names[0]):
        told = "separate with commas; " + told
    raise _wrong(path, 1, f"{told}; found {','.join(names)[:80]}")


def _line(cells: list[str], columns: tuple[int, ...]) -> tuple[Color, int]:
    if max(columns) >= len(cells):
        raise ValueError(f"it has only {len(cells)} columns")
    label, *color = (cells[place] for place in columns)
    if not _WHOLE.fullmatch(label) or not -(2**63) <= int(label) < 2**64:
        raise ValueError(f"{label!r} is no id of 64 bits")
    return parse_color(",".join(color)), int(label)


def _channel(text: str) -> int:
    if not _WHOLE.fullmatch(text.strip()) or not 0 <= int(text) < 2**16:
        raise ValueError(f"{text.strip()!r} is no channel of a colour, 0 to 65535")
    return int(text)


def _wrong(path: Path, line: int, told: str) -> UnreadableImageError:
    return UnreadableImageError(f"{path}: line {line}: {told}; correct it")
