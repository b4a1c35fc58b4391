"""`main`: run one command, and tell how it went."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from napari_label_index.cli._console import Console, CtrlC, Unfinished, WrongCallError
from napari_label_index.cli._overwriting import refuse_overwriting
from napari_label_index.cli._parser import make_parser
from napari_label_index.cli._values import pointed, with_negative_values
from napari_label_index.errors import Cancelled, LabelIndexError, QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, FAILED, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    try:
        status = _run(sys.argv[1:] if argv is None else argv)
        # Now, while it can still be told, and not when Python ends.
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output, such as `head`, has had enough.
        _drop_output()
        return OK
    except OSError as error:
        if error.filename is not None:
            return _told(f"{error.filename}: {error.strerror}", FAILED)
        _drop_output()
        return _told(f"standard output could not be written: {error.strerror}", FAILED)
    return status


def _run(argv: Sequence[str]) -> int:
    try:
        options = make_parser().parse_args(with_negative_values(argv))
    except SystemExit as stop:  # argparse has said why
        return stop.code if isinstance(stop.code, int) else WRONG_CALL
    try:
        refuse_overwriting(options)
        with CtrlC() as ctrl_c:
            console = Console(options.quiet, ctrl_c, options.axes, options.by_time)
            status = options.run(options, console)
    except WrongCallError as error:
        return _told(f"{error}; see label-index {options.command} --help", WRONG_CALL)
    except Unfinished as error:
        return _told(str(error), INTERRUPTED)
    except (Cancelled, KeyboardInterrupt):
        return _told("interrupted, nothing was written", INTERRUPTED)
    except QueryError as error:
        return _told(pointed(options.where.text, error), FAILED)
    except LabelIndexError as error:
        return _told(str(error), FAILED)
    except MemoryError:
        return _told(
            "not enough memory; close other programs or crop the stack", FAILED
        )
    return OK if status is None else int(status)


def _drop_output() -> None:
    """Give what is still in the buffer somewhere to go when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _told(sentence: str, status: int) -> int:
    print(f"label-index: {sentence}", file=sys.stderr)
    return status
