"""Options of the commands that write labels to files, and of `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from napari_label_index.cli import _exports, _verify
from napari_label_index.cli._help import AGAINST_HELP, INPUT_HELP, INTENSITY_HELP
from napari_label_index.cli._values import (
    names,
    numbers,
    place,
    query,
    ranges,
    sizes,
)
from napari_label_index.io import FORMATS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from napari_label_index.cli._console import Console

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
    Run = Callable[[argparse.Namespace, Console], None]


def add_exports(
    commands: Commands, common: argparse.ArgumentParser, plain: argparse.ArgumentParser
) -> None:
    """Add `table`, `coords`, `runs`, `mask`, `labels`, `rois`, `meshes`, `verify`."""
    _add_table(commands, common)
    _add_coords(commands, common)
    runs = _add(commands, common, "runs", "runs", "one row per run", _exports.runs)
    _add_places(runs)
    _add_folder(runs, "runs")
    _add_images(commands, common)
    _add(commands, common, "rois", "rois", "outlines for ImageJ", _exports.rois)

    meshes = _add(
        commands, common, "meshes", "meshes", "closed surfaces", _exports.meshes
    )
    _add_world(meshes)
    _add_folder(meshes, "meshes")

    verify = commands.add_parser("verify", parents=[plain], help="check an export")
    verify.add_argument(
        "file", type=Path, metavar="FILE_OR_FOLDER", help="what was exported"
    )
    verify.add_argument(
        "--against", type=place, required=True, metavar="INDEX_OR_STACK",
        help="the volume that it must agree with",
    )  # fmt: skip
    verify.set_defaults(run=_verify.verify)


def _add_table(commands: Commands, common: argparse.ArgumentParser) -> None:
    table = _add(
        commands, common, "table", "table", "one row per label", _exports.table
    )
    table.add_argument("--intensity", type=place, metavar="IMAGE", help=INTENSITY_HELP)
    table.add_argument(
        "--columns", type=names, metavar="n_holes,area",
        help="which columns, after the label; a wrong one lists all",
    )  # fmt: skip


def _add_coords(commands: Commands, common: argparse.ArgumentParser) -> None:
    coords = _add(
        commands, common, "coords", "coords", "one row per voxel", _exports.coords
    )
    coords.add_argument(
        "--units", choices=("voxel", "world"),
        help="numbers of voxels, or voxel * spacing + origin",
    )  # fmt: skip
    coords.add_argument(
        "--intensity", type=place, metavar="IMAGE",
        help="image of the same shape, for a column with its value at each voxel",
    )  # fmt: skip
    _add_places(coords)
    _add_world(coords)
    _add_folder(coords, "coords")


def _add_images(commands: Commands, common: argparse.ArgumentParser) -> None:
    flavours = next(o for o in FORMATS["mask"].options if o.name == "flavour").choices
    mask = _add(commands, common, "mask", "mask", "one mask", _exports.image)
    mask.add_argument("--whole", action="store_true", help="not the smallest box")
    labels = _add(
        commands, common, "labels", "label_image", "a label image", _exports.image
    )
    labels.add_argument("--crop", action="store_true", help="the smallest box")
    labels.add_argument("--smallest", action="store_true", help="the smallest type")
    for command in (mask, labels):
        command.add_argument(
            "--flavour", choices=flavours, default="auto",
            help="kind of TIFF; auto takes the one that fits the volume",
        )  # fmt: skip


def _add(
    commands: Commands,
    common: argparse.ArgumentParser,
    name: str,
    what: str,
    told: str,
    run: Run,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, parents=[common], help=told)
    command.add_argument("input", type=place, metavar="INDEX_OR_STACK", help=INPUT_HELP)
    command.add_argument("--against", type=place, metavar="STACK", help=AGAINST_HELP)
    command.add_argument(
        "-o", "--output", type=Path, required=name != "table", metavar="FILE",
        help="what is written; its ending says in which format",
    )  # fmt: skip
    chosen = command.add_mutually_exclusive_group()
    chosen.add_argument(
        "--labels", type=ranges, metavar="1,2,40-60", help="only these; else all"
    )
    chosen.add_argument(
        "--where", type=query, metavar="QUERY",
        help="only those that a query selects, such as 'num_pixels < 50'",
    )  # fmt: skip
    command.set_defaults(run=run, what=what)
    return command


def _add_places(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--order", metavar="xyz", help="axes in the order of the columns; else zyx"
    )
    command.add_argument(
        "--axis-names", type=names, metavar="X,Y,Z",
        help="what to call the columns, in the order that they are written in",
    )  # fmt: skip
    command.add_argument(
        "--plain-text", action="store_true", help="names as they are, in a CSV"
    )


def _add_world(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--spacing", type=sizes, metavar="Z,Y,X",
        help="size of a voxel, for world units; else that of the image",
    )  # fmt: skip
    command.add_argument(
        "--origin", type=numbers, metavar="Z,Y,X",
        help="where the first voxel is, for world units; else as in the image",
    )  # fmt: skip


def _add_folder(command: argparse.ArgumentParser, what: str) -> None:
    endings = FORMATS[what].endings
    command.add_argument(
        "--per-label", choices=endings, help="FILE is a folder, a file per label"
    )
