"""Every voxel of every label, from the command line.

    label-index build STACK -o cells.labelindex.npz
    label-index table cells.labelindex.npz -o cells.csv
    label-index coords cells.labelindex.npz -o voxels.csv --labels 1,2,40-60
    label-index select cells.labelindex.npz "num_pixels < 50 and not touches_border"
    label-index check cells.labelindex.npz -o checks.csv
    label-index compare cells.labelindex.npz reference.tif

STACK is a TIFF or PNG file, or a folder of single-slice TIFF or PNG files, taken in
natural order. All others than `build` take an index file (.npz) or a stack,
which is then indexed on the way.

build   saves the index of a stack.
table   writes one row per label: voxel count, bounding box, centroid, or the columns
        named with --columns. Without -o it goes to standard output.
coords  writes one row per voxel: label, then its coordinates. The file is CSV or NPZ,
        by its ending.
select  prints the labels that a query selects, one per line.
check   counts the labels in several parts, with holes, at the border, touching others,
        and the ids that are missing; with -o it writes these for every label.
compare tells for every label whether the other volume has it (match), has it in one
        with others (split), has it in pieces (merge), or has nothing there (missing).

A query is one line of text; `table` and `coords` take one with --where.

    12 15, 40-60                     ids and ranges
    num_pixels >= 50                 a column: < <= > >= = !=
    50 <= num_pixels < 200           two comparisons in one
    z between 300 and 400            an axis is the centroid along it, in voxels
    touches_border                   a column of yes and no
    touches 53890                    labels that share a face with that one
    and  or  not  ( )                put these together
    sort by -num_pixels              at the end; - is from large to small

Columns are called as `table` calls them; n_components, n_holes and others are computed
when a query asks for them. Short for some: voxels, parts, border. No text selects all.

Labels are given as 1,2,40-60: single ones must exist, a range takes those that do.
Write --labels=-5 when the first one is negative. World units are voxel * spacing +
origin, with the spacing and origin of the image unless they are given.

Files are written whole or not at all. Ctrl+C stops and leaves no file; a second one
stops at once. The exit status is 0 when all went well, 1 for an error that is told in
one sentence, 2 for a wrong call, 130 after Ctrl+C.
"""

from __future__ import annotations

import argparse
from importlib.metadata import version
from pathlib import Path

from napari_label_index.cli import _commands
from napari_label_index.cli._values import names, numbers, query, ranges


def make_parser() -> argparse.ArgumentParser:
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

    _add_exports(commands, common)
    _add_checks(commands, common)
    return parser


def _add_exports(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
) -> None:
    build = commands.add_parser("build", parents=[common], help="save an index")
    build.add_argument("stack", type=Path, metavar="STACK")
    build.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.npz")
    build.set_defaults(run=_commands.build)

    table = commands.add_parser("table", parents=[common], help="one row per label")
    table.add_argument("input", type=Path, metavar="INDEX_OR_STACK")
    table.add_argument("-o", "--output", type=Path, metavar="FILE.csv")
    table.add_argument("--where", type=query, metavar="QUERY")
    table.add_argument("--columns", type=names, metavar="n_holes,area")
    table.set_defaults(run=_commands.table)

    coords = commands.add_parser("coords", parents=[common], help="one row per voxel")
    coords.add_argument("input", type=Path, metavar="INDEX_OR_STACK")
    coords.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    chosen = coords.add_mutually_exclusive_group()
    chosen.add_argument("--labels", type=ranges, metavar="1,2,40-60")
    chosen.add_argument("--where", type=query, metavar="QUERY")
    coords.add_argument("--units", choices=("voxel", "world"))
    coords.add_argument("--spacing", type=numbers, metavar="Z,Y,X")
    coords.add_argument("--origin", type=numbers, metavar="Z,Y,X")
    coords.set_defaults(run=_commands.coords)


def _add_checks(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
) -> None:
    select = commands.add_parser("select", parents=[common], help="labels of a query")
    select.add_argument("input", type=Path, metavar="INDEX_OR_STACK")
    select.add_argument("where", type=query, metavar="QUERY")
    select.set_defaults(run=_commands.select)

    check = commands.add_parser("check", parents=[common], help="count the faults")
    check.add_argument("input", type=Path, metavar="INDEX_OR_STACK")
    check.add_argument("-o", "--output", type=Path, metavar="FILE.csv")
    check.set_defaults(run=_commands.check)

    compare = commands.add_parser(
        "compare", parents=[common], help="labels of two volumes"
    )
    compare.add_argument("input", type=Path, metavar="INDEX_OR_STACK")
    compare.add_argument("reference", type=Path, metavar="REFERENCE")
    compare.add_argument("-o", "--output", type=Path, metavar="FILE.csv")
    compare.set_defaults(run=_commands.compare)
