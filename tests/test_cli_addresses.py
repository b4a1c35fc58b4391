"""The command line on addresses: an index, a volume, and an upload."""

from __future__ import annotations

import fsspec
import numpy as np
import pytest
import zarr

from napari_label_index import cli, open_index
from napari_label_index._samples import ellipsoids

VOLUME = ellipsoids((20, 30, 40), (2, 3, 4))
ADDRESS, STACK = "memory://bucket/cells.labelindex", "memory://bucket/cells.zarr"


@pytest.fixture
def store():
    """A volume in the store of fsspec that is in memory."""
    system = fsspec.filesystem("memory")
    store = zarr.storage.FsspecStore.from_url(STACK)
    array = zarr.create_array(
        store, shape=VOLUME.shape, chunks=(8, 8, 8), dtype=VOLUME.dtype
    )
    array[...] = VOLUME
    yield system
    system.rm("/bucket", recursive=True)


@pytest.fixture
def folder(store, tmp_path):
    """Its index, in a folder and at an address."""
    target = tmp_path / "cells.labelindex"
    assert cli.main(["build", STACK, "-o", str(target), "--quiet"]) == 0
    assert cli.main(["upload", str(target), ADDRESS, "--quiet"]) == 0
    return target


def test_upload_says_what_is_there(folder, capsys):
    assert cli.main(["upload", str(folder), ADDRESS]) == 0
    assert capsys.readouterr().err == f"{ADDRESS}: 24 labels\n"
    np.testing.assert_array_equal(open_index(ADDRESS).to_label_image(), VOLUME)


def test_every_command_takes_an_address(folder, tmp_path, capsys):
    def output(where):
        for command in (
            ["select", where, "num_pixels > 0 and n_components = 1"],
            ["table", where, "--labels", "3"],
            ["check", where],
            ["compare", where, STACK],
        ):
            assert cli.main([*command, "--quiet"]) == 0, command
        return capsys.readouterr().out

    assert output(ADDRESS) == output(str(folder))
    back, coords = str(tmp_path / "back.npy"), str(tmp_path / "c.csv")
    for command in (
        ["coords", ADDRESS, "-o", coords, "--labels", "3,5-7"],
        ["verify", coords, "--against", ADDRESS],
        ["verify", coords, "--against", STACK],
        ["restore", ADDRESS, "-o", back],
        ["coords", STACK, "-o", str(tmp_path / "d.csv"), "--labels", "3,5-7"],
    ):
        assert cli.main([*command, "--quiet"]) == 0, command
    np.testing.assert_array_equal(np.load(back), VOLUME)
    assert (tmp_path / "c.csv").read_bytes() == (tmp_path / "d.csv").read_bytes()


def test_against_finds_out_that_the_volume_has_changed(folder, capsys):
    command = ["select", ADDRESS, "", "--against", STACK]
    assert cli.main(command) == 0
    assert "sizes and times" in capsys.readouterr().err
    zarr.open_array(zarr.storage.FsspecStore.from_url(STACK), mode="r+")[3, 3, 3] = 77
    assert cli.main(command) == 1
    assert "is not what was indexed" in capsys.readouterr().err


def test_what_is_not_there_is_told_in_a_sentence(store, folder, capsys):
    for place in ("memory://bucket/none.labelindex", "memory://bucket/none.zarr"):
        assert cli.main(["select", place, ""]) == 1
        assert place in capsys.readouterr().err


def test_wrong_calls_say_what_to_do(store, folder, capsys):
    assert cli.main(["build", STACK, "-o", "s3://bucket/cells.labelindex"]) == 2
    assert "label-index upload" in capsys.readouterr().err
    assert cli.main(["upload", str(folder), str(folder.with_name("b"))]) == 2
    assert "no address" in capsys.readouterr().err
    assert cli.main(["restore", STACK, "-o", "back.npy"]) == 2
    assert "takes an index" in capsys.readouterr().err
