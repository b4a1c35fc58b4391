"""One file per label: a folder that is there whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import threading

import numpy as np
import pytest

import oracle
from export_sweep import IN_FOLDERS
from napari_label_index.errors import Cancelled, WriteFailedError
from napari_label_index.index import build_index
from napari_label_index.io import FORMATS, check_export, export, export_coords
from napari_label_index.io._stale import process_tag


def test_each_label_has_its_file(tmp_path, volume, index):
    chosen = index.labels[[4, 1, 30]].tolist()
    folder = export_coords(index, chosen, tmp_path / "all", per_label=".csv")
    names = {f"label_{label}.csv" for label in chosen}
    assert {entry.name for entry in folder.iterdir()} == names | {"manifest.json"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["all"]
    for label in chosen:
        with (folder / f"label_{label}.csv").open(newline="") as file:
            _, *rows = csv.reader(file)
        expected = [[label, *place] for place in oracle.coords(volume, label).tolist()]
        assert [[int(cell) for cell in row] for row in rows] == expected
    page = json.loads((folder / "manifest.json").read_text())
    assert list(page["files"]) == [f"label_{label}.csv" for label in chosen]


def test_names_are_made_of_the_id_alone(tmp_path):
    volume = np.array([[-(2**63), -1, 2**63 - 1]])
    folder = export_coords(build_index(volume), None, tmp_path / "a", per_label=".npz")
    names = sorted(entry.name for entry in folder.glob("label*"))
    assert names == [f"label_{label}.npz" for label in (-1, -(2**63), 2**63 - 1)]


@pytest.mark.parametrize("what", IN_FOLDERS)
def test_our_own_folder_is_replaced_and_no_other(tmp_path, index, what):
    ending = FORMATS[what].endings[0]
    folder = tmp_path / "all"

    def write(labels):
        return export(index, labels, folder, what, per_label=ending)

    folder.mkdir()
    write(None)
    write(index.labels[:2])
    assert len(list(folder.iterdir())) == 3
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(WriteFailedError, match="other files"):
        write(None)
    with pytest.raises(WriteFailedError, match="other files"):
        check_export(folder, (ending,), ending)
    assert len(list(folder.iterdir())) == 4
    assert os.listdir(tmp_path) == ["all"]


def test_a_file_of_that_name_or_no_parent_is_refused(tmp_path, index):
    (tmp_path / "a").write_text("mine")
    for name, told in (("a", "file of this name"), ("none/a", "make its folder first")):
        with pytest.raises(WriteFailedError, match=told):
            export_coords(index, None, tmp_path / name, per_label=".csv")
        with pytest.raises(WriteFailedError, match=told):
            check_export(tmp_path / name, (".csv",), ".csv")
    assert (tmp_path / "a").read_text() == "mine"


def test_a_cancel_leaves_the_old_folder_and_nothing_beside_it(tmp_path, index):
    folder = export_coords(index, None, tmp_path / "a", per_label=".csv")
    before = sorted(entry.name for entry in folder.iterdir())
    for n_asked in (0, 1, 7, 60):
        asked = iter([False] * n_asked)
        with pytest.raises(Cancelled):
            export_coords(
                index,
                index.labels[::2],
                folder,
                per_label=".csv",
                cancel=lambda asked=asked: next(asked, True),
            )
        assert sorted(entry.name for entry in folder.iterdir()) == before
        assert os.listdir(tmp_path) == ["a"]


def test_folders_of_dead_processes_are_tidied_up(tmp_path, index):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    tag = process_tag().replace(str(os.getpid()), str(dead.pid))
    alive = process_tag().replace(str(os.getpid()), str(os.getppid()))
    for name in (f"a.partial-{tag}", f"a.partial-{alive}", f"b.partial-{tag}"):
        (tmp_path / name).mkdir()
    export_coords(index, None, tmp_path / "a", per_label=".csv")
    names = {entry.name for entry in tmp_path.iterdir()}
    assert names == {"a", f"a.partial-{alive}", f"b.partial-{tag}"}


def test_a_process_killed_between_two_moves_lost_nothing(tmp_path, index):
    folder = export_coords(index, None, tmp_path / "a", per_label=".csv")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    tag = process_tag().replace(str(os.getpid()), str(dead.pid))
    before = sorted(entry.name for entry in folder.iterdir())
    folder.rename(tmp_path / f"a.replaced-{tag}")
    asked = iter([False] * 3)
    with pytest.raises(Cancelled):
        export_coords(
            index, None, folder, per_label=".csv", cancel=lambda: next(asked, True)
        )
    assert sorted(entry.name for entry in folder.iterdir()) == before
    assert os.listdir(tmp_path) == ["a"]


def test_a_cancel_does_not_wait_until_a_large_folder_is_removed(
    tmp_path, monkeypatch, index
):
    began, may_end = threading.Event(), threading.Event()
    remove = shutil.rmtree

    def slow(folder, ignore_errors=False):
        began.set()
        assert may_end.wait(30)
        remove(folder, ignore_errors)

    monkeypatch.setattr(shutil, "rmtree", slow)
    asked = iter([False] * 20)
    with pytest.raises(Cancelled):
        export_coords(
            index, None, tmp_path / "a", per_label=".csv",
            cancel=lambda: next(asked, True),
        )  # fmt: skip
    assert began.is_set()
    monkeypatch.setattr(shutil, "rmtree", remove)
    export_coords(index, None, tmp_path / "a", per_label=".csv")  # not in its way
    may_end.set()
    assert os.listdir(tmp_path) == ["a"]
