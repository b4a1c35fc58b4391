"""Exports without Qt; what is written is read back and compared with the volume."""

from __future__ import annotations

import numpy as np
import pytest

from napari_label_index.index import LabelImage, build_index
from napari_label_index.session import (
    Exported,
    Exporter,
    ExportFailed,
    Exporting,
    ExportRequest,
    Idle,
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
        ExportRequest(index, np.array([2]), tmp_path / "cells.csv", affine)
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
