"""Memory that runs out: an error of ours that says what to do, nothing left over."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import limited_memory
from campaigns import rounds
from export_sweep import FILES
from failing_allocations import FailingAllocations
from napari_label_index.errors import OverBudgetError
from napari_label_index.index import build_index
from napari_label_index.io import export, open_index, restore_label_image, save_index

VOLUME = np.repeat(np.random.default_rng(12).integers(0, 600, (6, 20, 16)), 3, axis=2)
INDEX = build_index(VOLUME)


def work_in(folder):
    """Each piece of work that may need much memory, by name."""
    saved = folder / "old.parquet"
    work = {
        "build": lambda: build_index(VOLUME),
        "save": lambda: save_index(INDEX, saved),
        "open": lambda: open_index(saved),
        "restore": lambda: restore_label_image(INDEX, folder / "new.npy"),
    }
    for what, ending, _ in FILES:
        path = folder / f"new-{what}{ending}"
        some = INDEX.labels[:3].tolist() if what in ("meshes", "rois") else None
        work[what] = partial(export, INDEX, some, path, what)
    return work


@pytest.mark.parametrize("name", work_in(Path()))
def test_whichever_large_array_cannot_be_had_nothing_is_half_done(
    tmp_path, name, campaign
):
    saved = save_index(INDEX, tmp_path / "old.parquet")
    before = saved.read_bytes()
    work = work_in(tmp_path)[name]
    n_arrays = failed(work, 0).n
    assert n_arrays
    chosen = set(np.linspace(1, n_arrays, rounds(8, n_arrays), dtype=int).tolist())
    with campaign("C12", "the k-th large array cannot be had") as count:
        for for_ever in (False, True):
            for k in sorted(chosen):
                count.case()
                assert failed(work, k, for_ever).has_failed
                left = [path.name for path in tmp_path.iterdir()]
                assert not [x for x in left if x.startswith(".")], left
                assert saved.read_bytes() == before
        small = build_index(VOLUME[:2, :3])
        np.testing.assert_array_equal(small.to_label_image(), VOLUME[:2, :3])


def failed(work, k, for_ever=False):
    """Do the work without its k-th large array; return what was asked for."""
    errors = []
    with pytest.MonkeyPatch.context() as patch:
        arrays = FailingAllocations(patch, k, for_ever)
        try:
            work()
        except OverBudgetError as error:
            errors.append(error)
    for error in errors:  # it may have done with less
        assert "close other programs" in str(error)
        assert error.have is None or error.have > 0
    return arrays


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_with_whatever_room_the_work_is_right_or_refused(tmp_path, campaign):
    n_steps = rounds(4, 40)
    with campaign("C12", "room for more and more (RLIMIT_AS)") as count:
        count.case(n_steps * len(limited_memory.WORK))
        result = subprocess.run(
            [sys.executable, limited_memory.__file__, tmp_path, str(n_steps)],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        outcomes = [line.split() for line in result.stdout.splitlines()]
        assert len(outcomes) == count.n
        assert {how for _, _, how in outcomes} == {"right", "refused"}
        last = str(n_steps - 1)
        assert {how for _, step, how in outcomes if step == last} == {"right"}


def test_a_volume_that_cannot_fit_is_refused_with_need_and_have(monkeypatch):
    from napari_label_index.index import _build_memory

    noise = np.random.default_rng(1).integers(1, 9, (40, 1000, 1000), np.uint8)
    monkeypatch.setattr(_build_memory, "available_memory", lambda: 100 << 20)
    with pytest.raises(OverBudgetError, match="leave it on the disk") as caught:
        build_index(noise)
    assert 400e6 < caught.value.need < 800e6
    assert caught.value.have == 100 << 20
    # Half of it is empty, so that a look at some blocks does not tell surely.
    noise[8:] = 0
    with pytest.raises(OverBudgetError, match=r"100 MiB may be used"):
        build_index(noise)
    noise[2:] = 0
    assert build_index(noise).n_runs > 1_500_000
