"""Exports without Qt; what is written is read back and compared with the volume."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import FORMATS
from napari_label_index.session import (
    Exported,
    Exporter,
    ExportFailed,
    Exporting,
    ExportRequest,
    Idle,
    NotVerified,
    Verified,
    Verifying,
    VerifyRequest,
)
from session.immediate import HeldSubmit, submit_now

VOLUME = np.array([[[1, 1, 0], [2, 0, 3]], [[0, 3, 3], [2, 2, 0]]])


@pytest.fixture
def index():
    return build_index(LabelImage(VOLUME, source="cells"))


def lines_of(path):
    header, *lines = path.read_text().splitlines()
    return header, [tuple(map(float, line.split(","))) for line in lines]


def test_selected_labels_are_written(index, tmp_path):
    exporter = Exporter(submit_now)
    request = ExportRequest(index, np.array([1, 3]), tmp_path / "cells.csv")
    exporter.export(request)
    assert isinstance(exporter.state, Exported), exporter.state
    header, lines = lines_of(tmp_path / "cells.csv")
    assert header == "label,z,y,x"
    expected = {(k, *map(int, p)) for k in (1, 3) for p in np.argwhere(k == VOLUME)}
    assert set(lines) == expected
    assert len(lines) == request.n_voxels == len(expected)
    assert exporter.state.n_bytes == (tmp_path / "cells.csv").stat().st_size


def test_world_coordinates_go_through_the_whole_matrix(index, tmp_path):
    affine = np.eye(4)
    affine[:3, :3] = np.diag([2.0, 0.5, 0.25])[[1, 0, 2]]
    affine[:3, 3] = 10, 20, 30
    Exporter(submit_now).export(
        ExportRequest(
            index, np.array([2]), tmp_path / "cells.csv", options={"affine": affine}
        )
    )
    _, lines = lines_of(tmp_path / "cells.csv")
    voxels = np.argwhere(VOLUME == 2)
    expected = voxels @ affine[:3, :3].T + affine[:3, 3]
    np.testing.assert_allclose([line[1:] for line in lines], expected)


def test_none_means_all_labels(index, tmp_path):
    request = ExportRequest(index, None, tmp_path / "cells.csv")
    Exporter(submit_now).export(request)
    assert request.n_labels == 3
    assert len(lines_of(tmp_path / "cells.csv")[1]) == np.count_nonzero(VOLUME)


def test_a_folder_that_is_not_there_is_told_as_a_sentence(index, tmp_path):
    exporter = Exporter(submit_now)
    exporter.export(ExportRequest(index, None, tmp_path / "no" / "cells.csv"))
    assert isinstance(exporter.state, ExportFailed)
    assert exporter.state.message


def test_cancel_waits_for_the_answer_and_leaves_no_file(index, tmp_path):
    held = HeldSubmit()
    exporter = Exporter(held)
    exporter.export(ExportRequest(index, None, tmp_path / "cells.csv"))
    exporter.cancel()
    assert isinstance(exporter.state, Exporting)
    held.jobs[0].finish()
    assert isinstance(exporter.state, Idle)
    assert "cancelled" in exporter.state.notice
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("what", FORMATS)
def test_every_kind_is_written_told_and_verified(index, tmp_path, what):
    exporter = Exporter(submit_now)
    path = tmp_path / f"cells{FORMATS[what].endings[0]}"
    exporter.export(ExportRequest(index, np.array([3, 1]), path, what))
    exported = exporter.state
    assert isinstance(exported, Exported), exported
    assert exported.path == path
    assert exported.n_bytes == path.stat().st_size
    assert exported.n_files == 1
    assert exported.manifest.exists()
    assert exported.request.estimate() > 0
    for volume in (index, LabelImage(VOLUME)):
        exporter.verify(VerifyRequest(exported, volume, "the layer"))
        assert isinstance(exporter.state, Verified), exporter.state
        assert exporter.state.report.ok
        assert exporter.exported is exported


def test_a_folder_is_told_with_all_of_its_files(index, tmp_path):
    exporter = Exporter(submit_now)
    options = {"per_label": ".npz"}
    exporter.export(ExportRequest(index, None, tmp_path / "each", options=options))
    exported = exporter.state
    assert exported.n_files == 3
    files = [path for path in (tmp_path / "each").iterdir() if path.suffix == ".npz"]
    assert exported.n_bytes == sum(path.stat().st_size for path in files)
    assert exported.manifest.parent == tmp_path / "each"


def test_a_planted_fault_is_found(index, tmp_path):
    exporter = Exporter(submit_now)
    exporter.export(ExportRequest(index, None, tmp_path / "cells.csv"))
    exported = exporter.state
    other = VOLUME.copy()
    other[0, 0, 0] = 3
    exporter.verify(VerifyRequest(exported, LabelImage(other), "the layer"))
    assert not exporter.state.report.ok


def test_verifying_can_be_stopped_and_begun_again(index, tmp_path):
    held = HeldSubmit()
    exporter = Exporter(held)
    exporter.export(ExportRequest(index, None, tmp_path / "cells.csv"))
    held.jobs[0].finish()
    request = VerifyRequest(exporter.state, LabelImage(VOLUME), "the layer")
    exporter.verify(request)
    assert isinstance(exporter.state, Verifying)
    assert exporter.is_busy
    exporter.cancel()
    held.jobs[1].finish()
    assert isinstance(exporter.state, NotVerified)
    assert exporter.state.reason == ""
    exporter.verify(request)
    held.jobs[2].finish()
    assert exporter.state.report.ok


def test_another_export_stops_the_one_under_way(index, tmp_path):
    held = HeldSubmit()
    exporter = Exporter(held)
    exporter.export(ExportRequest(index, None, tmp_path / "one.csv"))
    exporter.export(ExportRequest(index, None, tmp_path / "two.csv"))
    for job in held.jobs:
        job.finish()
    assert exporter.state.path == tmp_path / "two.csv"
    assert not (tmp_path / "one.csv").exists()


def test_what_is_sure_to_fill_the_disk_is_refused(index, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    exporter = Exporter(submit_now)
    exporter.export(ExportRequest(index, None, tmp_path / "cells.csv"))
    assert isinstance(exporter.state, ExportFailed)
    assert "Choose fewer labels" in exporter.state.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", FORMATS["coords"].endings)
@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32"])
def test_the_estimate_counts_intensities(tmp_path, ending, dtype):
    volume = np.kron(np.arange(1, 9).reshape(2, 2, 2), np.ones((12, 16, 16), int))
    index = build_index(volume)
    most = 60_000 if dtype == "uint16" else 255
    image = (np.random.default_rng(0).random(volume.shape) * most).astype(dtype)
    path = tmp_path / f"a{ending}"
    request = ExportRequest(index, None, path, options={"intensity": image})
    plain = ExportRequest(index, None, path).estimate()
    Exporter(submit_now).export(request)
    assert plain < request.estimate()
    assert 0.5 < request.estimate() / path.stat().st_size < 2.1


def test_python_asks_the_query_where_that_gives_the_labels(index):
    labels = index.select("num_pixels > 2")
    request = ExportRequest(index, labels, Path("a.csv"), query="num_pixels > 2")
    assert "index.select('num_pixels > 2')" in request.to_python()
    for query in ("status = accepted", "num_pixels > 3", ""):
        other = replace(request, query=query)
        assert "index.select" not in other.to_python()
        assert "labels = [" in other.to_python()


def test_a_closed_exporter_says_no_more(index, tmp_path):
    held = HeldSubmit()
    exporter = Exporter(held)
    exporter.export(ExportRequest(index, None, tmp_path / "cells.csv"))
    told = []
    exporter.state_changed.connect(told.append)
    exporter.close()
    held.jobs[0].finish()
    assert told == []
    assert held.jobs[0].is_cancelled
