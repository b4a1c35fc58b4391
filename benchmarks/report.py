"""One measured figure, and the table of all of them."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import version


class Goal(Enum):
    """What is held against `reach` and `stretch`."""

    SLOWER = "ours / peer, at most"
    FASTER = "peer / ours, at least"
    AMOUNT = "ours alone, at most"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; seconds unless `unit` says otherwise."""

    what: str
    ours: float
    peer_name: str = ""
    peer: float | None = None
    goal: Goal = Goal.AMOUNT
    reach: float | None = None
    stretch: float | None = None
    unit: str = "s"

    @property
    def ratio(self) -> float | None:
        if self.peer is None:
            return None
        return self.ours / self.peer if self.goal is not Goal.FASTER else self.speedup

    @property
    def speedup(self) -> float:
        return self.peer / self.ours

    def meets(self, bound: float | None) -> bool:
        value = self.ours if self.goal is Goal.AMOUNT else self.ratio
        if bound is None or value is None:
            return False
        return value >= bound if self.goal is Goal.FASTER else value <= bound

    @property
    def met(self) -> str:
        if self.reach is None or (self.goal is not Goal.AMOUNT and self.peer is None):
            return ""
        if self.meets(self.stretch):
            return "stretch"
        return "reach" if self.meets(self.reach) else "NO"

    def cells(self) -> list[str]:
        """What the table shows: what, ours, peer, ratio, reach, stretch, met."""
        return [
            self.what,
            amount(self.ours, self.unit),
            self._peer_cell(),
            "" if self.ratio is None else times(self.ratio, self.goal),
            self._bound_cell(self.reach),
            self._bound_cell(self.stretch),
            self.met,
        ]

    def _peer_cell(self) -> str:
        if not self.peer_name:
            return ""
        value = "absent" if self.peer is None else amount(self.peer, self.unit)
        return f"{self.peer_name} {value}"

    def _bound_cell(self, bound: float | None) -> str:
        if bound is None:
            return ""
        if self.goal is Goal.AMOUNT:
            return amount(bound, self.unit)
        return times(bound, self.goal)


def amount(value: float, unit: str) -> str:
    """`value` with three digits, seconds in a readable unit."""
    if unit == "s":
        for factor, name in ((1, "s"), (1e3, "ms"), (1e6, "us")):
            if value * factor >= 1 or name == "us":
                return f"{digits(value * factor)} {name}"
    return f"{digits(value)} {unit}"


def times(ratio: float, goal: Goal) -> str:
    return f"{digits(ratio)} x" + (" faster" if goal is Goal.FASTER else "")


def digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def machine() -> str:
    """What the figures depend on, in one line."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "numba"))
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}, {packages}"
    )


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table, padded so that a terminal shows it well."""
    head = ["what", "ours", "peer", "ratio", "reach", "stretch", "met"]
    rows = [head, *(figure.cells() for figure in figures)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| " + " | ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)) + " |"
        for row in rows
    )
