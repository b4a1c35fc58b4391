"""Calls that would lose something, or that a shell makes easy to get wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_label_index import build_index, cli, read_label_image
from napari_label_index.cli._parser import make_parser
from napari_label_index.errors import WriteFailedError
from napari_label_index.io import export

LABELS = np.repeat(np.arange(24).reshape(2, 3, 4), 2, axis=2).astype(np.uint16)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tifffile.imwrite("a.tif", LABELS)
    np.savez("a.npz", LABELS)
    np.save("rgb.npy", np.stack([LABELS] * 3, axis=-1).astype(np.uint8))
    os.symlink("a.tif", "b.tif")
    Path("m.csv").write_text("label,color\n")
    os.mkdir("slices")
    for number, plane in enumerate(LABELS):
        tifffile.imwrite(f"slices/{number}.tif", plane)
    assert cli.main(["build", "a.tif", "-o", "i.parquet", "--quiet"]) == 0
    return tmp_path


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "command",
    [
        "coords i.parquet -o i.parquet",
        "coords i.parquet -o ../{name}/i.parquet",
        "labels a.tif -o a.tif",
        "labels a.tif -o b.tif",
        "labels i.parquet --against a.tif -o a.tif",
        "labels slices -o slices/all.tif",
        "build slices -o slices/deep/i.parquet",
        "coords a.tif --intensity a.npz -o a.npz",
        "coords a.npz::arr_0 -o a.npz",
        "colors rgb.npy -o rgb.npy",
        "colors rgb.npy -o c.npy --map m.csv --table m.csv",
        "check a.tif -o m.csv --against m.csv",
        "compare i.parquet m.csv -o m.csv",
    ],
)
def test_no_command_writes_onto_what_it_reads(folder, capsys, command):
    before = contents(folder)
    assert cli.main(command.format(name=folder.name).split()) == 2
    assert "choose another" in capsys.readouterr().err
    assert contents(folder) == before


def test_no_export_replaces_the_volume_that_it_is_of(folder):
    index = build_index(read_label_image("a.tif"))
    with pytest.raises(WriteFailedError, match="the volume itself"):
        export(index, None, folder / "a.tif", "label_image")
    np.testing.assert_array_equal(tifffile.imread("a.tif"), LABELS)
    assert export(index, None, folder / "c.tif", "label_image").exists()


@pytest.mark.parametrize("command", ["coords", "meshes"])
def test_a_voxel_has_a_size(folder, capsys, command):
    name = {"coords": "a.csv", "meshes": "a.stl"}[command]
    assert cli.main([command, "a.tif", "-o", name, "--spacing", "0,1,1"]) == 2
    assert "must not hold 0" in capsys.readouterr().err
    index = build_index(LABELS)
    flat = np.diag([1.0, 0, 1, 1])
    for how, told in (({"spacing": (0, 1, 1)}, "hold 0"), ({"affine": flat}, "singul")):
        with pytest.raises(ValueError, match=told):
            export(index, None, folder / name, command, **how)
    assert not (folder / name).exists()


def test_a_value_may_begin_with_a_minus(folder):
    options = ["--origin", "-3,0,0.5", "--spacing", "-1,1,.5", "--quiet"]
    assert cli.main(["coords", "a.tif", "-o", "a.csv", *options]) == 0
    found = np.loadtxt("a.csv", delimiter=",", skiprows=1)
    expected = np.argwhere(LABELS) * (-1, 1, 0.5) + (-3, 0, 0.5)
    order = np.argsort(LABELS[LABELS > 0], kind="stable")
    np.testing.assert_array_equal(found[:, 1:], expected[order])


def test_labels_may_begin_with_a_minus(folder, capsys):
    np.save("n.npy", LABELS.astype(np.int16) - 3)
    assert cli.main(["table", "n.npy", "--labels", "-3,-1", "--columns", "area"]) == 0
    rows = capsys.readouterr().out.splitlines()[1:]
    assert [row.partition(",")[0] for row in rows] == ["-3", "-1"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device")
@pytest.mark.parametrize(
    "command",
    ["table i.parquet", "select i.parquet 1-9", "check i.parquet"],
)
def test_output_that_cannot_be_written_is_told_in_one_sentence(folder, command):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "napari_label_index", *command.split()],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    (sentence,) = done.stderr.splitlines()
    assert "standard output" in sentence
    assert "No space left" in sentence


PRESSED_AT = """
import os, runpy, signal, sys
# What a shell runs in the background does not hear SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
class Press:
    def find_spec(self, name, *_):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Press())
runpy.run_module("napari_label_index", run_name="__main__")
"""


@pytest.mark.skipif(os.name != "posix", reason="no SIGINT to itself on Windows")
@pytest.mark.parametrize("name", ["cli", "kernels", "cli._parser"])
def test_ctrl_c_is_heard_while_the_program_starts(name):
    code = PRESSED_AT.format(name=f"napari_label_index.{name}")
    done = subprocess.run(
        [sys.executable, "-c", code, "select", "nothing.tif", "1"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 130
    assert done.stderr == "label-index: interrupted, nothing was written\n"


def test_every_option_has_a_line_of_help():
    (commands,) = [a for a in make_parser()._actions if a.dest == "command"]
    assert len(commands.choices) > 10
    for name, command in commands.choices.items():
        for action in command._actions:
            assert action.help, f"{name} {action.dest}"


def test_a_column_is_not_called_as_another_axis_is(folder, capsys):
    command = ["coords", "a.tif", "-o", "a.csv", "--quiet", "--order", "xyz"]
    assert cli.main([*command, "--axis-names", "z,y,x"]) == 2
    assert "the column of x cannot be called z" in capsys.readouterr().err
    assert cli.main([*command, "--axis-names", "x,Y,w"]) == 0
    assert Path("a.csv").read_text().startswith("label,x,Y,w\n")


@pytest.mark.parametrize("command", ["build", "check", "meshes"])
def test_the_help_of_a_command_says_where_it_is_explained(capsys, command):
    assert cli.main([command, "--help"]) == 0
    assert "label-index --help" in capsys.readouterr().out


@pytest.mark.parametrize("n_greys", [256, 4096, 2**16])
def test_an_intensity_image_given_for_labels_is_told(folder, capsys, n_greys):
    noise = np.random.default_rng(0).integers(0, n_greys, (6, 40, 50), np.uint16)
    tifffile.imwrite("noise.tif", noise)
    assert cli.main(["table", "noise.tif", "-o", "noise.csv"]) == 0
    assert "looks like an intensity image" in capsys.readouterr().err
    assert cli.main(["table", "a.tif", "-o", "cells.csv"]) == 0
    assert "intensity" not in capsys.readouterr().err
