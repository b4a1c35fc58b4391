"""Values of options: text -> ranges, numbers, a query."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from napari_label_index.errors import QueryError
from napari_label_index.index import parse_query
from napari_label_index.io import is_url

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_label_index.index import Query

_NEGATIVE = ("--spacing", "--origin", "--labels")
_MINUS = re.compile(r"-[\d.]")
_LABELS = re.compile(r"(-?\d+)(?:-(-?\d+))?")


def ranges(text: str) -> list[tuple[int, int]]:
    """Return (first, last) for each part of 1,2,40-60."""
    found = []
    for part in text.split(","):
        match = _LABELS.fullmatch(part.strip())
        if match is None:
            raise argparse.ArgumentTypeError(f"{part!r} is no label and no range")
        first = int(match[1])
        found.append((first, first if match[2] is None else int(match[2])))
    return found


def place(text: str) -> Path | str:
    """Return a file or folder, or an address as it is."""
    return text if is_url(text) else Path(text)


def on_disk(text: str) -> Path:
    """Return a file or folder that is going to be written."""
    if is_url(text):
        raise argparse.ArgumentTypeError(
            f"an index grows in a folder; build one, then label-index upload it to "
            f"{text}"
        )
    return Path(text)


def address(text: str) -> str:
    """Return an address as it is."""
    if not is_url(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no address, as s3://bucket/name")
    return text


def positive(text: str) -> int:
    """Return a whole number that is larger than 0."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of workers")
    return int(text)


def numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of 2,0.5,0.5."""
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers") from None
    if not all(abs(number) < float("inf") for number in found):
        raise argparse.ArgumentTypeError(f"{text!r} must hold finite numbers")
    return found


def sizes(text: str) -> tuple[float, ...]:
    """Return the numbers of 2,0.5,0.5; none of them is 0."""
    found = numbers(text)
    if not all(found):
        raise argparse.ArgumentTypeError(f"{text!r} must not hold 0")
    return found


def with_negative_values(arguments: Sequence[str]) -> list[str]:
    """Return the same with ``--origin -3,0,0`` as ``--origin=-3,0,0``.

    argparse takes what begins with a minus for an option, unless it is one number.
    """
    found: list[str] = []
    for argument in arguments:
        if found and found[-1] in _NEGATIVE and _MINUS.match(argument):
            found[-1] += f"={argument}"
        else:
            found.append(argument)
    return found


def names(text: str) -> list[str]:
    """Return the names of n_holes,area."""
    found = [part.strip() for part in text.split(",") if part.strip()]
    if not found:
        raise argparse.ArgumentTypeError("name at least one column")
    return found


def query(text: str) -> Query:
    """Return what a query asks for."""
    try:
        return parse_query(text)
    except QueryError as error:
        raise argparse.ArgumentTypeError(pointed(text, error)) from None


def pointed(text: str, error: QueryError) -> str:
    """Return what is wrong with a query, and below it where that is."""
    if len(text) > 1_000 or not text.isprintable():
        return str(error)  # marks would not stand below what they mean
    mark = " " * error.position + "^" * max(1, error.length)
    return f"{error}\n  {text}\n  {mark}"
