"""Links where something is written: followed if the user made them, never else."""

from __future__ import annotations

import os
import secrets
import stat

import numpy as np
import pytest

from napari_label_index.distributed import build_index_dataset
from napari_label_index.errors import WriteFailedError
from napari_label_index.index import build_index
from napari_label_index.io import export_coords
from napari_label_index.io._stale import temp_prefix

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links need a right there")

OWN = np.arange(48, dtype=np.uint8).reshape(2, 4, 6) // 9


def to_a_link(got, outside):
    """A link that is there is the user's wish: its target is written, it stays."""
    (outside / "b.csv").write_text("old")
    (got / "a.csv").symlink_to(outside / "b.csv")
    export_coords(build_index(OWN), None, got / "a.csv", manifest=False)
    assert (got / "a.csv").is_symlink()
    assert (outside / "b.csv").read_text().startswith("label,")
    return {"got/a.csv", "outside/b.csv"}


def to_a_circle(got, outside):
    (got / "a.csv").symlink_to(got / "b.csv")
    (got / "b.csv").symlink_to(got / "a.csv")
    with pytest.raises(WriteFailedError):
        export_coords(build_index(OWN), None, got / "a.csv")
    return {"got/a.csv", "got/b.csv"}


def to_a_device(got, outside):
    (got / "a.csv").symlink_to("/dev/null")
    with pytest.raises(WriteFailedError, match="device"):
        export_coords(build_index(OWN), None, got / "a.csv")
    return {"got/a.csv"}


def over_a_guessed_name(got, outside):
    """Whoever guesses the temporary name cannot have anything written elsewhere."""
    (outside / "b").write_text("old")
    guessed = got / f"{temp_prefix()}00.partial"

    def guess(_n_bytes):
        guessed.symlink_to(outside / "b")
        return "00"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "token_hex", guess)
        with pytest.raises(WriteFailedError):
            export_coords(build_index(OWN), None, got / "a.csv", manifest=False)
    assert (outside / "b").read_text() == "old"
    return {f"got/{guessed.name}", "outside/b"}


def private_until_it_is_there(got, outside):
    (got / "a.csv").write_text("old")
    (got / "a.csv").chmod(0o600)
    export_coords(build_index(OWN), None, got / "a.csv", manifest=False)
    assert stat.S_IMODE((got / "a.csv").stat().st_mode) == 0o600
    return {"got/a.csv"}


def folder_of_a_build_is_a_link(got, outside):
    (outside / "thesis").write_text("three years")
    (got / "a.building").symlink_to(outside)
    with pytest.raises(WriteFailedError, match="somebody else"):
        build_index_dataset(OWN, got / "a")
    return {"got/a.building", "outside/thesis"}


def folder_of_an_export_has_links(got, outside):
    (outside / "b").write_text("thesis")
    (got / "a").mkdir()
    (got / "a/label_1.csv").symlink_to(outside / "b")
    with pytest.raises(WriteFailedError, match="holds other files"):
        export_coords(build_index(OWN), None, got / "a", per_label=".csv")
    return {"got/a/label_1.csv", "outside/b"}


WRITES = [
    to_a_link, to_a_circle, to_a_device, over_a_guessed_name,
    private_until_it_is_there, folder_of_a_build_is_a_link,
    folder_of_an_export_has_links,
]  # fmt: skip


@pytest.mark.parametrize("write", WRITES)
def test_nothing_elsewhere_is_written(tmp_path, write, campaign):
    got, outside = tmp_path / "got", tmp_path / "outside"
    with campaign("D5", "links where something is written") as count:
        count.case()
        got.mkdir()
        outside.mkdir()
        expected = write(got, outside)
        files = (p for p in tmp_path.rglob("*") if p.is_symlink() or not p.is_dir())
        found = {path.relative_to(tmp_path).as_posix() for path in files}
        assert found == expected
