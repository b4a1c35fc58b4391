"""`import napari_label_index` must stay cheap for scripts and clusters."""

from __future__ import annotations

import subprocess
import sys

# Not scipy: numba imports its outermost module by itself.
TOO_HEAVY = {
    *("PyQt5", "PyQt6", "PySide2", "PySide6", "qtpy", "superqt"),
    *("napari", "vispy", "magicgui", "npe2"),
    *("pandas", "skimage", "matplotlib", "dask"),
}


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has after `statement`."""
    code = f"import sys; {statement}; print(*sys.modules, sep='\\n')"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return {line.partition(".")[0] for line in result.stdout.split()}


def test_importing_the_library_loads_neither_qt_nor_napari_nor_pandas():
    assert modules_after("import napari_label_index") & TOO_HEAVY == set()


def test_importing_the_command_line_loads_neither_qt_nor_napari_nor_pandas():
    assert modules_after("import napari_label_index.cli") & TOO_HEAVY == set()


def test_the_check_notices_a_heavy_import():
    assert "qtpy" in modules_after("import napari_label_index, qtpy") & TOO_HEAVY
