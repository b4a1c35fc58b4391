"""A file or a name from a stranger is data: nothing is run, asked for or misplaced."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys

import numpy as np
import pandas
import pytest

import watched_run
from campaigns import rounds
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import export_coords, export_table
from napari_label_index.io.exports._csv import neutral

FORMULA_STARTS = "=+-@\t\r\n\0\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}"
SIGNS = tuple(sign for sign in FORMULA_STARTS if sign.isprintable())
SCRAPS = [" ", *FORMULA_STARTS, "cmd|' /C calc'!A0", "SUM(A1)", ",", '"', ";", "'", "a"]


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """How many formats were read and written, and all events that were heard."""
    found = subprocess.run(
        [sys.executable, watched_run.__file__, tmp_path_factory.mktemp("watched")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def test_no_pickle_code_or_socket_is_touched(watched, campaign):
    with campaign(
        "D1", "formats in and out: no pickle, code, process, socket"
    ) as count:
        n_formats, _, events = watched
        count.case(n_formats)
        assert n_formats >= 12
        assert events == []


def test_no_address_in_a_file_is_asked(watched, campaign):
    with campaign("D8", "formats, and addresses in files: no connection") as count:
        n_formats, n_addresses, events = watched
        count.case(n_formats + n_addresses)
        assert n_addresses >= 8
        assert [event for event in events if event.startswith("socket.")] == []


def test_no_text_of_a_stranger_is_a_formula(tmp_path, campaign):
    rng = np.random.default_rng(3)
    volume = np.array([[1, 2], [0, 2]])
    with campaign("D3", "text in CSV: no formula, and restored", 3) as count:
        for _ in range(rounds(60, 500)):
            count.case()
            name = "".join(SCRAPS[i] for i in rng.integers(0, len(SCRAPS), 4))
            index = build_index(LabelImage(volume, axes=(name, "x"), source=name))
            text = export_coords(index, None, tmp_path / "a.csv", manifest=False)
            content = text.read_bytes().decode()
            for separator in ",;\t":  # as spreadsheets of the world are set
                lines = csv.reader(
                    io.StringIO(content, newline=""), delimiter=separator
                )
                cells = [cell for line in lines for cell in line if cell]
                assert not [x for x in cells if x.strip(' "\t').startswith(SIGNS)]
            header = next(csv.reader(io.StringIO(content, newline="")))
            assert header[1] == neutral(name)
            assert header[1].replace("'", "") == name.replace("'", "")
            if not {"\0", "\r"} & set(name):  # at which pandas ends a cell or a line
                assert pandas.read_csv(text).shape == (3, 3)
    negative = build_index(np.array([[-1, -5]]))
    lines = export_table(negative, tmp_path / "t.csv").read_text().splitlines()
    assert [line[:3] for line in lines[1:]] == ["-5,", "-1,"]


def deep_json(folder):
    (folder / "a.zarr").mkdir()
    (folder / "a.zarr" / "zarr.json").write_text('{"a":' * 10**6)
    return folder / "a.zarr"


def vast_zarr(folder):
    (folder / "b.zarr").mkdir()
    page = {
        "zarr_format": 3, "node_type": "array", "shape": [10**5] * 3,
        "data_type": "int32", "fill_value": 0, "attributes": {},
        "chunk_grid": {"name": "regular", "configuration": {"chunk_shape": [50] * 3}},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "codecs": [{"name": "bytes", "configuration": {"endian": "little"}}],
    }  # fmt: skip
    (folder / "b.zarr" / "zarr.json").write_text(json.dumps(page))
    return folder / "b.zarr"


def zeros_npz(folder):
    np.savez_compressed(folder / "zeros.npz", labels=np.zeros(300_000_000, np.uint8))
    return folder / "zeros.npz"


def circle_of_links(folder):
    os.symlink(folder / "x.tif", folder / "y.tif")
    os.symlink(folder / "y.tif", folder / "x.tif")
    return folder / "x.tif"


def device(folder):
    os.symlink("/dev/zero", folder / "zero.tif")
    return folder / "zero.tif"


BOMBS = [deep_json, vast_zarr, zeros_npz, circle_of_links, device]
CHILD = """
import resource, sys, time
from napari_label_index.errors import LabelIndexError
from napari_label_index.io import read_label_image
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begin = time.perf_counter()
try:
    read_label_image(sys.argv[1], max_bytes=200 << 20)
except LabelIndexError as error:
    print("refused", error, file=sys.stderr)
else:
    sys.exit("read")
seconds = time.perf_counter() - begin
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, seconds)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="links and devices of Linux")
@pytest.mark.parametrize("make", BOMBS)
def test_a_bomb_is_refused_at_once_and_for_little_memory(tmp_path, make, campaign):
    with campaign("D6", "bombs: refused in 5 s and 300 MB") as count:
        count.case()
        path = make(tmp_path)
        child = subprocess.run(
            [sys.executable, "-c", CHILD, path],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert child.returncode == 0, child.stderr
        kilobytes, seconds = child.stdout.split()
        assert int(kilobytes) < 300_000
        assert float(seconds) < 5  # with the imports of its format
