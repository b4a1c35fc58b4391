"""Measure the library beside its peers and print one table.

    python benchmarks/run.py                  everything (20 minutes, 16 GB of memory)
    python benchmarks/run.py --quick          small volumes: does it run?
    python benchmarks/run.py --only build csv

The volumes are generated on first use and kept in a folder of the system's
temporary directory, or in the one that --cache names (12 GB).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import figures
import report
from volumes import Volumes


def without_goal(figure: report.Figure) -> report.Figure:
    """`figure` with nothing to reach: the goals are for the large volumes."""
    return replace(figure, reach=None, stretch=None)


def main(argv: Sequence[str] | None = None) -> int:
    names = [figure.__name__ for figure in figures.ALL]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small volumes")
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--cache", type=Path, help="folder for the volumes")
    options = parser.parse_args(argv)

    volumes = Volumes(options.cache, quick=options.quick)
    measured = []
    for measure in figures.ALL:
        if measure.__name__ in options.only:
            for figure in measure(volumes):
                print(f"measured {figure.what} {figure.peer_name}", file=sys.stderr)
                measured.append(without_goal(figure) if options.quick else figure)
    print(report.table(measured))
    print(f"\n{report.machine()}")
    if options.quick:
        print("Small volumes: these figures say that it runs, nothing about speed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
