"""`main`: run one command, and tell how it went."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from napari_label_index.cli._console import Console, CtrlC, WrongCallError
from napari_label_index.cli._parser import make_parser
from napari_label_index.cli._values import pointed
from napari_label_index.errors import Cancelled, LabelIndexError, QueryError

if TYPE_CHECKING:
    from collections.abc import Sequence

OK, FAILED, WRONG_CALL, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    try:
        options = make_parser().parse_args(argv)
    except SystemExit as stop:  # argparse has said why
        return stop.code if isinstance(stop.code, int) else WRONG_CALL
    try:
        with CtrlC() as ctrl_c:
            status = options.run(options, Console(options.quiet, ctrl_c, options.axes))
    except WrongCallError as error:
        return _told(f"{error}; see label-index {options.command} --help", WRONG_CALL)
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
    except BrokenPipeError:
        # The reader of our output, such as `head`, has had enough. What is still in
        # the buffer must go somewhere when Python flushes it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return OK if status is None else int(status)


def _told(sentence: str, status: int) -> int:
    print(f"label-index: {sentence}", file=sys.stderr)
    return status
