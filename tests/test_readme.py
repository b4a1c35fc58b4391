"""What the README shows is what happens."""

from __future__ import annotations

import re
import shlex

import numpy as np
import pytest
import tifffile

from napari_label_index.cli import main


@pytest.fixture
def readme(repository):
    return (repository / "README.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def test_the_python_example_runs_and_its_asserts_hold(readme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    examples = blocks(readme, "python")
    assert sum(bool(line.strip()) for line in examples[0].splitlines()) <= 15
    exec(compile("\n".join(examples), "README.md", "exec"), {})
    lines = (tmp_path / "coords.csv").read_text().splitlines()
    assert lines[0] == "label,z,y,x"
    assert len(lines) == 1 + 120 + 120  # both objects have 120 voxels


def test_the_terminal_example_runs(readme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "stack"
    folder.mkdir()
    for z in range(3):
        tifffile.imwrite(folder / f"slice_{z}.tif", np.full((4, 5), z, np.uint16))
    (tmp_path / "rgb").mkdir()
    for z in range(3):
        plane = np.full((4, 5, 3), 80 * z, np.uint8)
        tifffile.imwrite(tmp_path / "rgb" / f"{z}.tif", plane, photometric="rgb")
    commands = [
        shlex.split(line, comments=True)
        for block in blocks(readme, "sh")
        for line in block.splitlines()
        if line.startswith("label-index ")
    ]
    assert len(commands) == 8
    for _, *arguments in commands:
        assert main(arguments) == 0, arguments
    assert (tmp_path / "cells.csv").read_text().count("\n") == 1 + 2
    assert (tmp_path / "coords.csv").read_text().count("\n") == 1 + 2 * 20


def test_every_file_and_make_target_that_the_documents_name_exists(repository):
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"):
        text = (repository / name).read_text(encoding="utf-8")
        for target in re.findall(r"\bmake ([a-z-]+)", "\n".join(blocks(text, "sh"))):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), (name, target)
        for link in re.findall(r"\]\(([^)]+)\)", text):
            if "://" not in link:
                assert (repository / link).exists(), (name, link)
