"""What the README shows is what happens."""

from __future__ import annotations

import re

import pytest

from documents import blocks, commands, write_inputs
from napari_label_index.cli import main


@pytest.fixture
def readme(repository):
    return (repository / "README.md").read_text(encoding="utf-8")


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
    write_inputs(tmp_path)
    lines = commands(readme)
    assert len(lines) == 5
    for arguments in lines:
        assert main(arguments) == 0, arguments
    assert (tmp_path / "cells.csv").read_text().count("\n") == 1 + 48
    assert (tmp_path / "coords.csv").read_text().count("\n") > 48


def test_the_readme_is_short(readme):
    assert len(readme.splitlines()) <= 130  # the rest is in docs/


def test_every_file_and_make_target_that_the_documents_name_exists(repository):
    makefile = (repository / "Makefile").read_text(encoding="utf-8")
    for name in ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"):
        text = (repository / name).read_text(encoding="utf-8")
        for target in re.findall(r"\bmake ([a-z-]+)", "\n".join(blocks(text, "sh"))):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), (name, target)
        for link in re.findall(r"\]\(([^)]+)\)", text):
            if "://" not in link:
                assert (repository / link.partition("#")[0]).exists(), (name, link)
