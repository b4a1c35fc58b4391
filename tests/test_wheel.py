"""What a user installs: built from the source archive, and looked into."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(repository, tmp_path_factory) -> Path:
    """A wheel built from the source archive that was built from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    result = subprocess.run(
        [*build, str(repository)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    [path] = folder.glob("*.whl")
    return path


def test_the_wheel_holds_the_whole_package_and_nothing_else(repository, wheel):
    source = repository / "src"
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "napari_label_index").rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    names = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    assert names == wanted
    assert {"napari_label_index/napari.yaml", "napari_label_index/py.typed"} <= names


def test_the_wheel_brings_licence_command_and_plugin_entry(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [entries] = [n for n in names if n.endswith("/entry_points.txt")]
        text = archive.read(entries).decode()
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert "label-index = napari_label_index.__main__:main" in text
    assert "[napari.manifest]" in text
    assert "napari-label-index = napari_label_index:napari.yaml" in text


def test_the_unpacked_wheel_indexes_a_volume(wheel, tmp_path):
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "import napari_label_index as nli, numpy as np; print(nli.__file__); "
        "print(len(nli.build_index(np.arange(6).reshape(2, 3))))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    where, n_labels = result.stdout.split()
    assert Path(where).is_relative_to(tmp_path)
    assert int(n_labels) == 5
