"""The command line: what it writes, says, and returns."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.metadata import version

import numpy as np
import pytest
import tifffile

from coarse_volume import coarse_volume
from napari_label_index import cli
from napari_label_index.io import open_index


@pytest.fixture(scope="module")
def volume():
    return coarse_volume()


@pytest.fixture
def stack(tmp_path, volume):
    path = tmp_path / "cells.tif"
    tifffile.imwrite(
        path,
        volume,
        imagej=True,
        resolution=(2, 2),
        metadata={"axes": "ZYX", "spacing": 3.0, "unit": "um"},
    )
    return path


@pytest.fixture
def saved(tmp_path, stack):
    path = tmp_path / "cells.labelindex.parquet"
    assert cli.main(["build", str(stack), "-o", str(path), "--quiet"]) == 0
    return path


def voxels_of(path):
    return np.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)


def expected(volume, labels, scale=(1, 1, 1), shift=(0, 0, 0)):
    parts = [np.argwhere(volume == label) * scale + shift for label in labels]
    column = np.repeat(labels, [len(part) for part in parts])
    return np.column_stack([column, np.concatenate(parts)])


def test_build_saves_the_index_and_says_so(tmp_path, stack, volume, capsys):
    path = tmp_path / "out.labelindex.parquet"
    assert cli.main(["build", str(stack), "-o", str(path)]) == 0
    np.testing.assert_array_equal(open_index(path).to_label_image(), volume)
    out, err = capsys.readouterr()
    assert out == ""
    n_voxels = np.count_nonzero(volume)
    assert err == f"{path}: 5 labels, {n_voxels:,} voxels\n"


def test_build_takes_a_folder_of_slices(tmp_path, volume):
    (tmp_path / "slices").mkdir()
    for number, plane in enumerate(volume):
        tifffile.imwrite(tmp_path / "slices" / f"s{number}.tif", plane)
    path = tmp_path / "out.parquet"
    assert cli.main(["build", str(tmp_path / "slices"), "-o", str(path)]) == 0
    np.testing.assert_array_equal(open_index(path).to_label_image(), volume)


def test_quiet_says_nothing(saved, capsys):
    assert capsys.readouterr() == ("", "")


def test_table_goes_to_standard_output_or_to_a_file(tmp_path, saved, stack, capsys):
    assert cli.main(["table", str(saved)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("label,num_pixels,bbox-0,")
    assert len(out.splitlines()) == 6
    assert err == ""
    path = tmp_path / "table.csv"
    assert cli.main(["table", str(stack), "-o", str(path), "--quiet"]) == 0
    assert path.read_text() == out


@pytest.mark.parametrize(
    ("labels", "meant"),
    [
        (None, [1, 2, 40, 45, 61]),
        ("1,45", [1, 45]),
        ("40-60", [40, 45]),
        ("61,1,40-60,-9999999999999999999999-1", [61, 1, 40, 45]),
    ],
)
def test_coords_writes_the_voxels_of_the_labels_that_are_meant(
    tmp_path, saved, volume, labels, meant
):
    path = tmp_path / "voxels.csv"
    chosen = [] if labels is None else [f"--labels={labels}"]
    assert cli.main(["coords", str(saved), "-o", str(path), *chosen]) == 0
    np.testing.assert_array_equal(voxels_of(path), expected(volume, meant))


@pytest.mark.parametrize(
    ("how", "scale", "shift"),
    [
        (["--units", "world"], (3, 0.5, 0.5), (0, 0, 0)),
        (["--spacing", "2,1,1"], (2, 1, 1), (0, 0, 0)),
        (["--units", "world", "--origin=-1,0,5"], (3, 0.5, 0.5), (-1, 0, 5)),
        (["--units", "voxel"], (1, 1, 1), (0, 0, 0)),
    ],
)
def test_coords_in_world_units(tmp_path, saved, volume, how, scale, shift):
    path = tmp_path / "voxels.csv"
    assert cli.main(["coords", str(saved), "-o", str(path), *how]) == 0
    meant = expected(volume, [1, 2, 40, 45, 61], scale, shift)
    np.testing.assert_array_equal(voxels_of(path), meant)


def test_coords_as_npz_straight_from_a_stack(tmp_path, stack, volume):
    path = tmp_path / "voxels.npz"
    assert cli.main(["coords", str(stack), "-o", str(path)]) == 0
    with np.load(path, allow_pickle=False) as arrays:
        meant = expected(volume, [1, 2, 40, 45, 61])
        np.testing.assert_array_equal(arrays["coords"], meant[:, 1:])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["build", "none.tif", "-o", "a.parquet"], "there is no such file"),
        (["build", "{stack}", "-o", "a.npz"], "must end in .parquet"),
        (["build", "{stack}", "-o", "none/a.parquet"], "make its folder first"),
        (["table", "{stack}", "-o", "a.npz"], "must end in .csv"),
        (["table", "{junk}"], "no whole index file"),
        (["coords", "{stack}", "-o", "a.csv", "--labels", "7"], "no voxel has label 7"),
        (
            ["coords", "{stack}", "-o", "a.csv", "--labels", "7-9"],
            "no label from 7 to 9",
        ),
    ],
)
def test_an_error_is_one_sentence_and_status_1(
    tmp_path, monkeypatch, stack, capsys, arguments, told
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "junk.parquet").write_bytes(b"junk")
    names = {"stack": stack, "junk": tmp_path / "junk.parquet"}
    before = sorted(tmp_path.iterdir())
    assert cli.main([part.format(**names) for part in arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("label-index: ")
    assert told in err
    assert err.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["unknown"],
        ["build", "x.tif"],
        ["coords", "{saved}", "-o", "a.csv", "--labels", "one"],
        ["coords", "{saved}", "-o", "a.csv", "--labels", "1,,2"],
        ["coords", "{saved}", "-o", "a.csv", "--spacing", "1,2"],
        ["coords", "{saved}", "-o", "a.csv", "--spacing", "1,2,inf"],
        ["coords", "{saved}", "-o", "a.csv", "--units", "voxel", "--origin", "1,2,3"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_status_2(tmp_path, monkeypatch, saved, capsys, arguments):
    monkeypatch.chdir(tmp_path)
    assert cli.main([part.format(saved=saved) for part in arguments]) == 2
    assert "label-index" in capsys.readouterr().err
    assert not (tmp_path / "a.csv").exists()


def test_version_and_help_are_status_0(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"label-index {version('napari-label-index')}\n"
    assert cli.main(["--help"]) == 0
    assert "The exit status is 0" in capsys.readouterr().out


def interrupting(n_before, number):
    """A stand-in for the progress bar, where a signal comes, as of Ctrl+C."""

    class Bar:
        total = None
        n = 0

        def __init__(self, *_, **__): ...
        def __enter__(self):
            return self

        def __exit__(self, *_): ...

        def update(self, step):
            nonlocal n_before
            self.n += step
            n_before -= 1
            if n_before < 0:
                os.kill(os.getpid(), number)

    return Bar


@pytest.mark.skipif(os.name != "posix", reason="no SIGINT to itself on Windows")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("n_before", range(4))
def test_ctrl_c_and_kill_are_status_130_and_leave_no_file(
    tmp_path, monkeypatch, saved, stack, capsys, n_before, number
):
    before = sorted(tmp_path.iterdir())
    handler = signal.getsignal(number)
    for source, steps in ((stack, n_before), (saved, 0)):
        monkeypatch.setattr(cli._console, "tqdm", interrupting(steps, number))
        path = str(tmp_path / "voxels.csv")
        assert cli.main(["coords", str(source), "-o", path]) == 130
        assert "interrupted" in capsys.readouterr().err
        assert sorted(tmp_path.iterdir()) == before
    assert signal.getsignal(number) is handler


def test_as_a_program_with_its_output_closed_early(saved):
    command = [sys.executable, "-m", "napari_label_index", "table", str(saved)]
    whole = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert len(whole.stdout.splitlines()) == 6
    assert whole.stderr == b""
    reader, writer = os.pipe()
    os.close(reader)
    closed = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writer)
    assert (closed.returncode, closed.stderr) == (0, b"")


@pytest.mark.skipif(os.name != "posix", reason="no SIGTERM to itself on Windows")
def test_a_batch_system_may_send_its_signal_more_than_once():
    with cli._console.CtrlC() as ctrl_c:
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGTERM)
    assert ctrl_c.pressed
