"""The plugin manifest: valid, importable, and reachable from the root."""

from __future__ import annotations

import os
import subprocess
import sys

from npe2 import PluginManifest

MANIFEST = "src/napari_label_index/napari.yaml"


def test_npe2_validate_accepts_the_installed_plugin_and_its_imports():
    result = subprocess.run(
        [sys.executable, "-m", "npe2", "validate", "napari-label-index", "--imports"],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_manifest_at_the_root_is_a_link_to_the_one_in_the_package(repository):
    link = repository / "napari.yaml"
    assert link.is_symlink()
    assert link.resolve() == (repository / MANIFEST).resolve()


def test_the_manifest_offers_one_widget_in_the_measure_menu_and_sample_data(repository):
    manifest = PluginManifest.from_file(repository / MANIFEST)
    [widget] = manifest.contributions.widgets
    menu = manifest.contributions.menus["napari/layers/measure"]
    assert widget.command in {item.command for item in menu}
    assert manifest.contributions.sample_data


def test_the_oldest_npe2_allowed_knows_the_schema(repository):
    # npe2 0.7.9 says "things may break" of any newer one, at each start of napari.
    manifest = PluginManifest.from_file(repository / MANIFEST)
    assert str(manifest.schema_version) == "0.2.1"
