"""Imports point downwards: the contracts hold, and a broken one is noticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = "src/napari_label_index"
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def lint_imports(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINT_IMPORTS), "--no-cache"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_import_contracts_hold(repository):
    result = lint_imports(repository)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "statement", "contract"),
    [
        ("kernels/_up.py", "import napari_label_index.io", "imports point downwards"),
        ("io/_window.py", "import qtpy", "only _widget knows Qt and napari"),
        ("index/_jit.py", "import numba", "only kernels knows numba"),
    ],
)
def test_a_broken_contract_is_noticed(
    repository, tmp_path, module, statement, contract
):
    shutil.copytree(repository / PACKAGE, tmp_path / PACKAGE)
    shutil.copy(repository / "pyproject.toml", tmp_path)
    (tmp_path / PACKAGE / module).write_text(f"{statement}\n")
    result = lint_imports(tmp_path)
    assert result.returncode != 0
    assert f"{contract} BROKEN" in " ".join(result.stdout.split())
