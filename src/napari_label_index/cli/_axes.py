"""Axes that are named on the command line: `t` keeps times apart."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TypeVar

from napari_label_index.index import LabelImage, LabelIndex

_T = TypeVar("_T", LabelImage, LabelIndex)


def axes(text: str) -> tuple[str, ...]:
    """Return the names of t,z,y,x."""
    names = tuple(part.strip() for part in text.split(","))
    if not all(name.isidentifier() for name in names):
        raise argparse.ArgumentTypeError(f"{text!r} is no list of names")
    if len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(f"{text!r} names two axes alike")
    return names


def with_axes(volume: _T, names: tuple[str, ...]) -> _T:
    """Return the same with its axes named; `ValueError` if they are not as many."""
    if len(names) != volume.ndim:
        raise ValueError(
            f"--axes needs one name for each of the {volume.ndim} axes, got "
            f"{','.join(names)}"
        )
    return replace(volume, axes=names)
