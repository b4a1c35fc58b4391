"""One volume gives one folder, byte for byte, however it is read and by whom."""

from __future__ import annotations

import numpy as np
import pytest

from campaigns import rounds
from datasets import blocky, content_of, flush_nothing, in_chunks, in_dask, shrink
from napari_label_index.distributed import _runners, build_index_dataset
from napari_label_index.errors import Cancelled
from napari_label_index.io import read_label_image

SHAPE = (7, 11, 18)
CHUNKS = [SHAPE, (1, 11, 18), (4, 5, 7), (7, 3, 18), (3, 4, 6)]


def volume_of(seed):
    """Blocks of labels, and one with so many runs that it comes in windows."""
    image = blocky(SHAPE, 40, seed, scale=2)
    image[:, ::2, ::4] = 1
    return image


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    shrink(monkeypatch, 3)
    flush_nothing(monkeypatch)


def test_chunks_blocks_and_threads_do_not_show(tmp_path, monkeypatch, campaign):
    rng = np.random.default_rng(4)
    with campaign("C21", "datasets: other chunks, blocks, threads", 4) as count:
        for number in range(rounds(1, 12)):
            image = volume_of(number)
            expected = content_of(build_index_dataset(image, tmp_path / "a"))
            assert sum(name.startswith("runs/") for name in expected) > 3
            for chunks in CHUNKS:
                ends = [
                    {*range(step, size, step), size}
                    for step, size in zip(chunks, SHAPE, strict=True)
                ]
                for array in (in_chunks(image, chunks), in_dask(image, ends), image):
                    count.case()
                    n_threads = int(rng.integers(1, 9))
                    monkeypatch.setattr(
                        _runners, "n_usable_cores", lambda n=n_threads: n
                    )
                    block_voxels = int(rng.integers(image.size // 12, image.size))
                    path = build_index_dataset(
                        array, tmp_path / "a", block_voxels=block_voxels
                    )
                    assert content_of(path) == expected


def test_a_build_that_was_interrupted_at_any_step_ends_in_the_same_bytes(
    tmp_path, campaign
):
    image = volume_of(1)
    in_chunks(image, (3, 4, 18), tmp_path / "v.zarr")
    told = []
    build_index_dataset(
        tmp_path / "v.zarr", tmp_path / "a", block_voxels=300,
        on_progress=lambda done, _: told.append(done),
    )  # fmt: skip
    expected = content_of(tmp_path / "a")
    assert len(told) > 12
    with campaign("C14", "datasets: cancelled at a step, then built") as count:
        for step in range(1, len(told), 4 if rounds(1) == 1 else 1):
            count.case()
            interrupt(tmp_path, step)
            build_index_dataset(tmp_path / "v.zarr", tmp_path / "b", block_voxels=300)
            assert content_of(tmp_path / "b") == expected
            (tmp_path / "b").rename(tmp_path / f"done-{step}")


def interrupt(folder, step):
    """Cancel a build after some steps: no index is there, and one may go on."""
    done = []
    with pytest.raises(Cancelled):
        build_index_dataset(
            folder / "v.zarr", folder / "b", block_voxels=300,
            on_progress=lambda *_: done.append(1), cancel=lambda: len(done) >= step,
        )  # fmt: skip
    assert not (folder / "b").exists()
    assert (folder / "b.building").is_dir()


def test_another_name_of_the_source_is_the_only_difference(tmp_path):
    image = volume_of(2)
    in_chunks(image, (3, 4, 18), tmp_path / "v.zarr")
    lazy = read_label_image(tmp_path / "v.zarr", lazy=True)
    one = content_of(build_index_dataset(lazy, tmp_path / "a", block_voxels=300))
    other = content_of(build_index_dataset(tmp_path / "v.zarr", tmp_path / "b"))
    differ = {name.split("/")[0] for name in one if one[name] != other[name]}
    assert differ == {"manifest.json", "runs"}  # which have the stamp of the source
    again = build_index_dataset(tmp_path / "v.zarr", tmp_path / "c", block_voxels=900)
    assert content_of(again) == other
