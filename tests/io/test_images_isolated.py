"""A decoder that dies or hangs is an error of the caller's, not its end."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import numpy as np
import pytest
import tifffile

from campaigns import rounds
from napari_label_index.errors import (
    Cancelled,
    IncompleteVolumeError,
    OverBudgetError,
    UnreadableImageError,
)
from napari_label_index.io import read_label_image
from napari_label_index.io.images import _isolated


def test_an_image_comes_back_with_all_that_is_known_of_it(tmp_path, volume):
    tifffile.imwrite(
        tmp_path / "a.tif", volume, imagej=True, resolution=(2, 4),
        metadata={"axes": "ZYX", "spacing": 3.0, "unit": "um"},
    )  # fmt: skip
    image = read_label_image(tmp_path / "a.tif", isolate=60)
    expected = read_label_image(tmp_path / "a.tif")
    np.testing.assert_array_equal(image.data, expected.data)
    assert repr(image) == repr(expected)
    assert image.data.flags.writeable


def test_errors_of_the_child_are_those_of_the_reader(tmp_path, volume):
    tifffile.imwrite(tmp_path / "a.tif", volume, metadata=None)
    with pytest.raises(OverBudgetError, match="6 x 24 x 21"):
        read_label_image(tmp_path / "a.tif", isolate=60, max_bytes=5)
    (tmp_path / "a.tif").write_bytes(b"")
    with pytest.raises(IncompleteVolumeError, match="the file is empty"):
        read_label_image(tmp_path / "a.tif", isolate=60)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGSEGV", "SIGKILL"])
@pytest.mark.parametrize("begun", ["", 'sys.stdout.write("{"); sys.stdout.flush(); '])
def test_a_decoder_that_dies_is_an_error(tmp_path, monkeypatch, name, begun):
    number = int(getattr(signal, name))
    code = f"import os, sys; {begun}os.kill(os.getpid(), {number})"
    monkeypatch.setattr(_isolated, "_CHILD", code)
    with pytest.raises(UnreadableImageError, match=rf"a\.tif: .* died \({name}\)"):
        read_label_image(tmp_path / "a.tif", isolate=60)


def test_a_decoder_that_hangs_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(_isolated, "_CHILD", "import time; time.sleep(100)")
    children = []
    start_child = subprocess.Popen

    def remember(*arguments, **how):
        children.append(start_child(*arguments, **how))
        return children[-1]

    monkeypatch.setattr(_isolated.subprocess, "Popen", remember)
    begin = time.monotonic()
    with pytest.raises(UnreadableImageError, match=r"stopped after 0\.3 s"):
        read_label_image(tmp_path / "a.tif", isolate=0.3)
    assert time.monotonic() - begin < 1.3
    with pytest.raises(Cancelled):
        read_label_image(tmp_path / "a.tif", isolate=60, cancel=lambda: True)
    assert len(children) == 2
    assert all(child.poll() is not None for child in children)


DYING = """
import ctypes, os, signal, time
WAYS = {{
    "SIGSEGV": lambda *_: ctypes.string_at(0),
    "SIGABRT": lambda *_: os.abort(),
    "SIGKILL": lambda *_: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda *_: os._exit(0),
    "hang": lambda *_: time.sleep(1000),
    "spin": lambda *_: sum(iter(int, 1)),
}}
signal.signal(signal.SIGALRM, WAYS[{way!r}])
signal.setitimer(signal.ITIMER_REAL, {seconds})
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(
    "way", ["SIGSEGV", "SIGABRT", "SIGKILL", "exit", "hang", "spin"]
)
def test_a_decoder_may_die_or_stand_still_at_any_moment(
    tmp_path, monkeypatch, volume, way, campaign
):
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, volume, metadata=None)
    read_label_image(path, isolate=60)  # the libraries come from the disk once
    begin = time.monotonic()
    read_label_image(path, isolate=60)
    usual, n_read, n_refused = time.monotonic() - begin, 0, 0
    limit = 1.5 * usual if way in ("hang", "spin") else 60
    rng, read = np.random.default_rng(7), _isolated._CHILD
    with campaign("D7", f"isolated reader: {way} at a random moment", 7) as count:
        # One moment is early: on a busy machine all others may be after the end.
        for moment in (0.05, *rng.uniform(0.01, 1.2, rounds(3, 50) - 1)):
            count.case()
            dying = DYING.format(way=way, seconds=moment * usual)
            monkeypatch.setattr(_isolated, "_CHILD", dying + read)
            begin = time.monotonic()
            try:
                image = read_label_image(path, isolate=limit)
            except UnreadableImageError as error:
                n_refused += str(path) in str(error)
            else:
                n_read += 1
                np.testing.assert_array_equal(image.data, volume)
            assert time.monotonic() - begin < limit + 1
        assert n_read + n_refused == count.n
    assert n_refused, "test invalid: the reader was always faster"
