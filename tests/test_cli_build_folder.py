"""`label-index build` into a folder, and the other commands on it."""

from __future__ import annotations

import numpy as np
import pytest
import zarr

from napari_label_index import cli, open_index
from napari_label_index._samples import ellipsoids
from napari_label_index.distributed import _runners

VOLUME = ellipsoids((20, 30, 40), (2, 3, 4))


@pytest.fixture
def volume(tmp_path):
    """The path of a zarr array with 24 objects."""
    path = tmp_path / "cells.zarr"
    zarr.create_array(path, shape=VOLUME.shape, chunks=(8, 8, 8), dtype=VOLUME.dtype)[
        ...
    ] = VOLUME
    return path


@pytest.fixture
def folder(volume, tmp_path):
    target = tmp_path / "cells.labelindex"
    assert cli.main(["build", str(volume), "-o", str(target), "--quiet"]) == 0
    return target


def test_build_says_what_is_in_the_folder(volume, tmp_path, capsys):
    target = tmp_path / "cells"
    assert cli.main(["build", str(volume), "-o", str(target)]) == 0
    assert "24 labels" in capsys.readouterr().err
    index = open_index(target)
    np.testing.assert_array_equal(index.to_label_image(), VOLUME)
    assert index.source == "cells.zarr"
    assert not (tmp_path / "cells.building").exists()


def test_axes_are_those_that_are_named(volume, tmp_path):
    target = tmp_path / "cells"
    assert cli.main(["build", str(volume), "-o", str(target), "--axes", "t,y,x"]) == 0
    assert open_index(target).axes == ("t", "y", "x")


def test_other_commands_take_the_folder(folder, tmp_path, capsys):
    assert cli.main(["select", str(folder), "num_pixels > 0 and n_components = 1"]) == 0
    assert len(capsys.readouterr().out.split()) == 24
    for command in (
        ["table", str(folder), "-o", str(tmp_path / "t.csv")],
        ["coords", str(folder), "-o", str(tmp_path / "c.csv"), "--labels", "3,5-7"],
        ["check", str(folder)],
        ["restore", str(folder), "-o", str(tmp_path / "back.npy")],
        ["verify", str(tmp_path / "c.csv"), "--against", str(folder)],
        ["compare", str(folder), str(folder)],
    ):
        assert cli.main([*command, "--quiet"]) == 0, command
    np.testing.assert_array_equal(np.load(tmp_path / "back.npy"), VOLUME)
    rows = np.loadtxt(tmp_path / "c.csv", delimiter=",", skiprows=1, dtype=int)
    assert set(rows[:, 0]) == {3, 5, 6, 7}
    assert (VOLUME[tuple(rows[:, 1:].T)] == rows[:, 0]).all()


def test_against_finds_out_that_the_volume_has_changed(folder, volume, capsys):
    command = ["select", str(folder), "", "--against", str(volume)]
    assert cli.main(command) == 0
    zarr.open_array(volume, mode="r+")[3, 3, 3] = 77
    assert cli.main(command) == 1
    assert "is not what was indexed" in capsys.readouterr().err


def test_workers_and_addresses_are_for_folders(volume, tmp_path, capsys):
    file = str(tmp_path / "cells.parquet")
    for command in (
        ["build", str(volume), "-o", file, "--workers", "2"],
        ["build", "memory://nothing.zarr", "-o", file],
    ):
        assert cli.main(command) == 2
        assert "index in a folder" in capsys.readouterr().err


def test_a_wrong_number_of_workers_is_refused(volume, tmp_path, capsys):
    command = ["build", str(volume), "-o", str(tmp_path / "a"), "--workers", "0"]
    assert cli.main(command) == 2
    assert "no number of workers" in capsys.readouterr().err


def test_a_scheduler_that_does_not_answer_is_told(volume, tmp_path, capsys):
    address = "tcp://127.0.0.1:9"
    command = ["build", str(volume), "-o", str(tmp_path / "a"), "--scheduler", address]
    assert cli.main(command) == 2
    assert f"no scheduler answers at {address}" in capsys.readouterr().err


def test_a_scheduler_without_workers_is_told(volume, tmp_path, monkeypatch, capsys):
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(_runners, "_NONE_SECONDS", 0.5)
    with distributed.LocalCluster(n_workers=0, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        target = str(tmp_path / "a")
        command = ["build", str(volume), "-o", target, "--scheduler", address]
        assert cli.main(command) == 1
    told = capsys.readouterr().err
    assert f"{address} has no workers yet" in told
    assert "no worker has joined" in told


def test_two_processes_build_the_same_index(folder, volume, tmp_path):
    target = tmp_path / "again.labelindex"
    command = ["build", str(volume), "-o", str(target), "--workers", "2", "--quiet"]
    assert cli.main(command) == 0
    for file in (path for path in folder.rglob("*") if path.is_file()):
        assert file.read_bytes() == (target / file.relative_to(folder)).read_bytes()


def test_a_folder_of_other_files_is_never_replaced(volume, tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    assert cli.main(["build", str(volume), "-o", str(tmp_path / "mine")]) == 1
    assert "holds other files" in capsys.readouterr().err
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_the_volume_itself_is_never_replaced(volume, capsys):
    assert cli.main(["build", str(volume), "-o", str(volume)]) == 2
    assert "would be overwritten" in capsys.readouterr().err
    np.testing.assert_array_equal(zarr.open_array(volume, mode="r")[...], VOLUME)
