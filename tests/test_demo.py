"""The demo, and the measurements of the window, run in a real napari window."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

needs_a_display = pytest.mark.skipif(
    sys.platform == "linux" and not os.environ.get("DISPLAY"),
    reason="no display; `make test` makes a virtual one",
)


def run(script, *arguments):
    result = subprocess.run(
        [sys.executable, str(script), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@needs_a_display
def test_the_demo_goes_from_slices_to_checked_coordinates(repository, tmp_path):
    script = repository / "scripts/demo.py"
    printed = run(script, "--close", "--output", str(tmp_path))
    assert "all as in the volume" in printed
    assert (tmp_path / "coords.csv").read_text().startswith("label,z,y,x\n")
    assert len(list(tmp_path.glob("*.png"))) == 5


@needs_a_display
def test_every_figure_of_the_window_can_be_measured(repository, tmp_path):
    script = repository / "benchmarks/gui.py"
    printed = run(script, "--quick", "--cache", str(tmp_path))
    assert printed.count("click to highlight") == 4
