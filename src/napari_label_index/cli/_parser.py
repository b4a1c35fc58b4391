"""Every voxel of every label, from the command line.

    label-index build STACK -o cells.labelindex.parquet
    label-index build VOLUME.zarr -o cells.labelindex --workers 8
    label-index colors STACK -o cells.labelindex.parquet --split --table colors.csv
    label-index table cells.labelindex.parquet -o cells.csv
    label-index coords cells.labelindex.parquet -o voxels.csv --labels 1,2,40-60
    label-index verify voxels.csv --against cells.labelindex.parquet
    label-index select cells.labelindex.parquet "num_pixels < 50 and not touches_border"
    label-index check cells.labelindex.parquet -o checks.csv
    label-index compare cells.labelindex.parquet reference.tif
    label-index restore cells.labelindex.parquet -o cells.tif
    label-index upload cells.labelindex s3://bucket/cells.labelindex

STACK is a TIFF or PNG file, or a folder of single-slice TIFF or PNG files, taken in
natural order; a zarr or OME-Zarr folder, an .npy or .npz file; with the extra `formats`
a NIfTI, NRRD or HDF5 file. Where a file holds several images, one is named, as in
cells.npz::labels or scan.h5::/labels. All others than `build`, `colors`, `restore` and
`upload` take an index (a .parquet, or a folder that `build` made) or a stack, which is
then indexed on the way. Any of these may be an address: s3://bucket/cells.labelindex or
s3://bucket/cells.zarr with the package s3fs, https:// with the extra `remote`.

build   saves the index of a stack: a lossless copy of its labels, as a Parquet file
        that pandas, polars and DuckDB read too, with a row for each run of voxels.
        Where INDEX ends in .labelindex, or in nothing, it is a folder of such files: a
        zarr is then read block by block and never held in memory, by threads, by N
        processes, or by the workers of a Dask cluster, which must see all files under
        the same names. A build that was stopped goes on when it is called again.
colors  makes labels of an image in which each object has a colour, and saves their
        index, or the label image as TIFF or .npy. An id is red << 16 | green << 8 |
        blue, or what the CSV of --map says (label,color or label,red,green,blue).
        --background is #000000 unless another colour or `none` is given. With --split
        each connected part of a colour has its own id. --table keeps which colour
        became which id.
table   writes one row per label: voxel count, bounding box, centroid, or the columns
        named with --columns. Without -o it goes to standard output. With --intensity
        IMAGE, of the same shape, come intensity_mean, _min, _max and _sum, which
        --columns and --where may name too; `select` takes --intensity as well.
coords  writes one row per voxel: label, then its coordinates. The file is CSV, CSV.gz,
        Parquet or NPZ, by its ending; --per-label makes a folder of one per label.
runs    writes one row per run of voxels along the last axis: label, start, length.
mask    writes a TIFF with 255 where the chosen labels are, cut to their box.
labels  writes a TIFF of the chosen labels alone; ids are never changed.
rois    writes exact outlines as an ImageJ ROI set (.zip), one per label and slice.
meshes  writes closed surfaces in world units, as STL or PLY.
verify  reads an export again and compares every voxel, and its checksum, with the
        volume; it says the first place that differs, and the exit status is then 1.
select  prints the labels that a query selects, one per line.
check   counts the labels in several parts, with holes, at the border, touching others,
        and the ids that are missing; with -o it writes these for every label.
compare tells for every label whether the other volume has it (match), has it in one
        with others (split), has it in pieces (merge), or has nothing there (missing).
restore writes the stack that an index file was built from, as TIFF or .npy; labels of
        bool or float come back as integers.
upload  copies an index folder to an address, its manifest last. Opened there, only what
        is asked for is read.

A query is one line of text; all that write labels take one with --where.

    12 15, 40-60                     ids and ranges
    num_pixels >= 50                 a column: < <= > >= = !=
    50 <= num_pixels < 200           two comparisons in one
    z between 300 and 400            an axis is the centroid along it, in voxels
    touches_border                   a column of yes and no
    touches 53890                    labels that share a face with that one
    in "my set"                      labels of a set, with --sets
    note contains "check"            words in a note, with --review; status is accepted
    and  or  not  ( )                put these together
    sort by -num_pixels              at the end; - is from large to small

Columns are called as `table` calls them; n_components, n_holes and others are computed
when a query asks for them. Short for some: voxels, parts, border. No text selects all.

An index file is known to be of a stack by sizes and times, or else voxel by voxel, with
--against STACK: it is refused if the stack has changed since.

Labels are given as 1,2,40-60: single ones must exist, a range takes those that do.
Of an index file, only what holds these labels is read.
World units are voxel * spacing + origin, with the spacing and origin of the image
unless they are given.

Sets of labels that have a name are kept by the inspector in a file beside the stack,
such as cells.tif.labelsets.json; --sets takes it. --review takes the marks and notes,
kept in cells.tif.labelreview.json.

Axes are named as the file says, or with --axes t,z,y,x. Along an axis called t voxels
are no neighbours: an object that moves is not in several parts. What is known of a
label over time are the columns t_first, t_last, n_times and n_missing_times. With
--by-time each label at each time is taken for itself, where ids are used again:
`table` and `check` have a row for each, with the column t, `select` prints the time
after the label, and --where 't = 3' or '5 and t between 2 and 4' chooses.

Beside each export lies a manifest, NAME.manifest.json, for `verify`. In a CSV, names
that a spreadsheet would run as a formula get a ' before them, unless --plain-text.

Files are written whole or not at all. Ctrl+C stops and leaves no file; a second one
stops at once. The exit status is 0 when all went well, 1 for an error that is told in
one sentence, 2 for a wrong call, 130 after Ctrl+C.
"""

from __future__ import annotations

import argparse
from importlib.metadata import version
from pathlib import Path

from napari_label_index.cli import _build, _commands, _restore, _upload
from napari_label_index.cli._axes import axes
from napari_label_index.cli._colors import add_colors
from napari_label_index.cli._export_parser import add_exports
from napari_label_index.cli._help import (
    AGAINST_HELP,
    INPUT_HELP,
    INTENSITY_HELP,
    STACK_HELP,
)
from napari_label_index.cli._values import address, on_disk, place, positive, query


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
    common.set_defaults(axes=None, by_time=False, sets=None, review=None)
    named = argparse.ArgumentParser(add_help=False, parents=[common])
    named.add_argument(
        "--axes", type=axes, metavar="t,z,y,x", help="names of the axes; t is time"
    )
    timed = argparse.ArgumentParser(add_help=False, parents=[named])
    timed.add_argument(
        "--by-time", action="store_true", help="rows are labels at a time, not labels"
    )
    asking = argparse.ArgumentParser(add_help=False, parents=[timed])
    asking.add_argument("--sets", type=Path, metavar="FILE", help="sets, for `in`")
    asking.add_argument(
        "--review", type=Path, metavar="FILE", help="marks, for `status` and `note`"
    )

    _add_index_files(commands, common, named)
    _add_upload(commands, common)
    add_colors(commands, common)
    add_exports(commands, asking, named)
    _add_select(commands, asking)
    _add_checks(commands, named, timed)
    for command in commands.choices.values():
        command.epilog = "label-index --help says what each command does, and more."
    return parser


def _add_index_files(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
    named: argparse.ArgumentParser,
) -> None:
    build = commands.add_parser("build", parents=[named], help="save an index")
    build.add_argument("stack", type=place, metavar="STACK", help=STACK_HELP)
    build.add_argument(
        "-o",
        "--output",
        type=on_disk,
        required=True,
        metavar="INDEX",
        help="NAME.parquet, or a folder for a volume larger than memory",
    )
    cluster = build.add_mutually_exclusive_group()
    cluster.add_argument(
        "--workers", type=positive, metavar="N", help="build a folder in N processes"
    )
    cluster.add_argument(
        "--scheduler", metavar="ADDRESS", help="build a folder on a Dask cluster"
    )
    build.set_defaults(run=_build.build)

    restore = commands.add_parser("restore", parents=[common], help="the stack back")
    restore.add_argument(
        "index", type=place, metavar="INDEX", help="what `build` saved"
    )
    restore.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="FILE",
        help="a .tif or .npy",
    )
    restore.set_defaults(run=_restore.restore)


def _add_upload(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
) -> None:
    upload = commands.add_parser(
        "upload", parents=[common], help="copy an index folder to an address"
    )
    upload.add_argument("folder", type=Path, metavar="FOLDER", help="an index folder")
    upload.add_argument(
        "address",
        type=address,
        metavar="ADDRESS",
        help="as s3://bucket/cells.labelindex",
    )
    upload.set_defaults(run=_upload.upload)


def _add_select(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
) -> None:
    select = commands.add_parser("select", parents=[common], help="labels of a query")
    select.add_argument("input", type=place, metavar="INDEX_OR_STACK", help=INPUT_HELP)
    select.add_argument("--against", type=place, metavar="STACK", help=AGAINST_HELP)
    select.add_argument("--intensity", type=place, metavar="IMAGE", help=INTENSITY_HELP)
    select.add_argument(
        "where", type=query, metavar="QUERY", help="such as 'num_pixels < 50'"
    )
    select.set_defaults(run=_commands.select)


def _add_checks(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
    timed: argparse.ArgumentParser,
) -> None:
    check = commands.add_parser("check", parents=[timed], help="count the faults")
    check.add_argument("input", type=place, metavar="INDEX_OR_STACK", help=INPUT_HELP)
    check.add_argument("--against", type=place, metavar="STACK", help=AGAINST_HELP)
    check.add_argument(
        "-o", "--output", type=Path, metavar="FILE.csv", help="a row per label"
    )
    check.set_defaults(run=_commands.check)

    compare = commands.add_parser(
        "compare", parents=[common], help="labels of two volumes"
    )
    compare.add_argument("input", type=place, metavar="INDEX_OR_STACK", help=INPUT_HELP)
    compare.add_argument(
        "reference", type=place, metavar="REFERENCE", help="another volume"
    )
    compare.add_argument(
        "-o", "--output", type=Path, metavar="FILE.csv", help="a row per label"
    )
    compare.set_defaults(run=_commands.compare)
