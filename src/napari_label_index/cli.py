"""Every voxel of every label, from the command line.

    label-index build STACK -o cells.labelindex.npz
    label-index table cells.labelindex.npz -o cells.csv
    label-index coords cells.labelindex.npz -o voxels.csv --labels 1,2,40-60

STACK is a TIFF or PNG file, or a folder of single-slice TIFF or PNG files, taken in
natural order. `table` and `coords` take an index file (.npz) or a stack, which is then
indexed on the way.

build   saves the index of a stack.
table   writes one row per label: voxel count, bounding box, centroid. Without -o it
        goes to standard output.
coords  writes one row per voxel: label, then its coordinates. The file is CSV or NPZ,
        by its ending.

Labels are given as 1,2,40-60: single ones must exist, a range takes those that do.
Write --labels=-5 when the first one is negative. World units are voxel * spacing +
origin, with the spacing and origin of the image unless they are given.

Files are written whole or not at all. Ctrl+C stops and leaves no file; a second one
stops at once. The exit status is 0 when all went well, 1 for an error that is told in
one sentence, 2 for a wrong call, 130 after Ctrl+C.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import sys
from bisect import bisect_left, bisect_right
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from tqdm import tqdm

from napari_label_index.errors import Cancelled, LabelIndexError, UnknownLabelError
from napari_label_index.index import LabelIndex, build_index
from napari_label_index.io import (
    check_output,
    export_coords,
    export_table,
    open_index,
    read_label_image,
    save_index,
    write_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from napari_label_index._typing import OnProgress

__all__ = ["main"]

OK, FAILED, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130

_LABELS = re.compile(r"(-?\d+)(?:-(-?\d+))?")


class _WrongCallError(Exception):
    """Options that do not fit the file that they are meant for."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as stop:  # argparse has said why
        return stop.code if isinstance(stop.code, int) else WRONG_CALL
    try:
        with _CtrlC() as ctrl_c:
            options.run(options, _Console(options.quiet, ctrl_c))
    except _WrongCallError as error:
        return _told(f"{error}; see label-index {options.command} --help", WRONG_CALL)
    except (Cancelled, KeyboardInterrupt):
        return _told("interrupted, nothing was written", INTERRUPTED)
    except LabelIndexError as error:
        return _told(str(error), FAILED)
    except MemoryError:
        return _told(
            "not enough memory; close other programs or crop the stack", FAILED
        )
    except BrokenPipeError:
        # The reader of our output, such as `head`, has had enough. What is still in
        # the buffer must go somewhere when Python flushes it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return OK


def _told(sentence: str, status: int) -> int:
    print(f"label-index: {sentence}", file=sys.stderr)
    return status


def _build(options: argparse.Namespace, console: _Console) -> None:
    check_output(options.output, (".npz",))
    index = console.index_of(options.stack)
    save_index(index, options.output)
    console.say(f"{options.output}: {_summary(index)}")


def _table(options: argparse.Namespace, console: _Console) -> None:
    if options.output is not None:
        check_output(options.output, (".csv",))
    index = console.index_of(options.input)
    if options.output is None:
        write_table(index, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    export_table(index, options.output)
    console.say(f"{options.output}: {_summary(index)}")


def _coords(options: argparse.Namespace, console: _Console) -> None:
    check_output(options.output, (".csv", ".npz"))
    is_placed = options.spacing is not None or options.origin is not None
    if options.units == "voxel" and is_placed:
        raise _WrongCallError("--spacing and --origin are for --units world")
    index = console.index_of(options.input)
    spacing, origin = options.spacing, options.origin
    for name, values in (("--spacing", spacing), ("--origin", origin)):
        if values is not None and len(values) != index.ndim:
            raise _WrongCallError(
                f"{name} needs one number for each of the axes "
                f"{','.join(index.axes)}, got {len(values)}"
            )
    if options.units == "world" and not is_placed:
        spacing, origin = index.spacing, index.origin
    labels = None if options.labels is None else _labels_in(index, options.labels)
    with console.progress("Writing", "voxel") as on_progress:
        export_coords(
            index,
            labels,
            options.output,
            spacing=spacing,
            origin=origin,
            on_progress=on_progress,
            cancel=console.cancel,
        )
    n_labels = len(index) if labels is None else len(set(labels))
    console.say(f"{options.output}: voxels of {n_labels:,} labels")


def _summary(index: LabelIndex) -> str:
    return f"{len(index):,} labels, {index.n_voxels:,} voxels"


def _labels_in(index: LabelIndex, ranges: list[tuple[int, int]]) -> list[int]:
    """Return the labels of the index that are meant; ranges may have gaps."""
    found: list[int] = []
    for first, last in ranges:
        if first == last:
            index.row_of(first)  # says so if there is none
            found.append(first)
            continue
        rows = slice(bisect_left(index.labels, first), bisect_right(index.labels, last))
        if not index.labels[rows].size:
            raise UnknownLabelError(f"no label from {first} to {last} has any voxel")
        found.extend(index.labels[rows].tolist())
    return found


class _Console:
    """Progress and sentences on standard error; standard output is for results."""

    def __init__(self, quiet: bool, ctrl_c: _CtrlC) -> None:
        self._quiet = quiet
        self._ctrl_c = ctrl_c

    def cancel(self) -> bool:
        return self._ctrl_c.pressed

    def say(self, sentence: str) -> None:
        if not self._quiet:
            print(sentence, file=sys.stderr)

    @contextlib.contextmanager
    def progress(self, what: str, unit: str) -> Iterator[OnProgress]:
        # None: shown on a terminal only, so that logs hold no half-drawn bars.
        disable = True if self._quiet else None
        with tqdm(
            desc=what, unit=unit, unit_scale=True, disable=disable, leave=False
        ) as bar:

            def on_progress(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            yield on_progress

    def index_of(self, path: Path) -> LabelIndex:
        """Open an index file, or read and index a stack."""
        if path.suffix.lower() == ".npz":
            return open_index(path)
        with self.progress("Reading", "part") as on_progress:
            image = read_label_image(path, on_progress=on_progress, cancel=self.cancel)
        with self.progress("Indexing", "voxel") as on_progress:
            return build_index(image, on_progress=on_progress, cancel=self.cancel)


class _CtrlC:
    """The first Ctrl+C asks the work to stop, a second one stops it at once."""

    def __init__(self) -> None:
        self.pressed = False

    def __enter__(self) -> _CtrlC:
        # Elsewhere than in the main thread Python allows no handlers.
        with contextlib.suppress(ValueError):
            self._before = signal.signal(signal.SIGINT, self._on_press)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(ValueError, AttributeError):
            signal.signal(signal.SIGINT, self._before)

    def _on_press(self, _signal: int, _frame: FrameType | None) -> None:
        self.pressed = True
        signal.signal(signal.SIGINT, self._before)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "label-index",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    release = version("napari-label-index")
    parser.add_argument("--version", action="version", version=f"%(prog)s {release}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--quiet", action="store_true", help="say nothing but errors")

    build = commands.add_parser("build", parents=[common], help="save an index")
    build.add_argument("stack", type=Path, metavar="STACK")
    build.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.npz")
    build.set_defaults(run=_build)

    table = commands.add_parser("table", parents=[common], help="one row per label")
    table.add_argument("input", type=Path, metavar="INDEX_OR_STACK")
    table.add_argument("-o", "--output", type=Path, metavar="FILE.csv")
    table.set_defaults(run=_table)

    coords = commands.add_parser("coords", parents=[common], help="one row per voxel")
    coords.add_argument("input", type=Path, metavar="INDEX_OR_STACK")
    coords.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    coords.add_argument("--labels", type=_ranges, metavar="1,2,40-60")
    coords.add_argument("--units", choices=("voxel", "world"))
    coords.add_argument("--spacing", type=_numbers, metavar="Z,Y,X")
    coords.add_argument("--origin", type=_numbers, metavar="Z,Y,X")
    coords.set_defaults(run=_coords)
    return parser


def _ranges(text: str) -> list[tuple[int, int]]:
    """Return (first, last) for each part of 1,2,40-60."""
    ranges = []
    for part in text.split(","):
        match = _LABELS.fullmatch(part.strip())
        if match is None:
            raise argparse.ArgumentTypeError(f"{part!r} is no label and no range")
        first = int(match[1])
        ranges.append((first, first if match[2] is None else int(match[2])))
    return ranges


def _numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of 2,0.5,0.5."""
    try:
        numbers = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of numbers") from None
    if not all(abs(number) < float("inf") for number in numbers):
        raise argparse.ArgumentTypeError(f"{text!r} must hold finite numbers")
    return numbers
