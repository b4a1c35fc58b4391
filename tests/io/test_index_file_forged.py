"""Index files of other versions, and forged ones, whose checksums are all right."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from index_files import assert_same_runs, forged
from napari_label_index.errors import CorruptIndexError, OverBudgetError
from napari_label_index.index import build_index
from napari_label_index.io import open_index
from napari_label_index.io.index_file import _index_meta, _read_runs

GOLDEN = Path(__file__).parents[1] / "data" / "index_v1.labelindex.parquet"


def golden_volume():
    """The volume of the golden file, by a formula that will not change."""
    z, y, x = np.indices((3, 5, 9))
    return ((z * 7 + y * 3 + x // 2) % 5 * 1_000_003).astype(np.uint32)


def test_the_golden_file_of_version_1_opens(campaign):
    index = open_index(GOLDEN)
    np.testing.assert_array_equal(index.to_label_image(), golden_volume())
    assert index.axes == ("z", "y", "x")
    assert index.spacing == (2.0, 0.5, 0.25)
    assert index.origin == (0.0, 1.0, -1.0)
    assert (index.unit, index.source, index.background) == ("um", "golden.tif", 0)
    assert index.dtype == np.uint32
    with campaign("C22", "golden index file of version 1 opens") as count:
        count.case()
        assert_same_runs(open_index(GOLDEN), build_index(golden_volume()))


def test_a_newer_version_is_refused_by_its_number(tmp_path, campaign):
    path = forged(GOLDEN, tmp_path / "a.parquet", lambda page: page.update(version=2))
    with campaign("C22", "a newer index file is refused by its version") as count:
        count.case()
        with pytest.raises(CorruptIndexError, match=r"version 2, and .* up to 1;"):
            open_index(path)


# -- forged: every checksum is right -------------------------------------------


def change(**changes):
    return lambda page: page.update(changes)


@pytest.mark.parametrize(
    ("change_page", "told"),
    [
        (change(version="1"), "version is '1'"),
        (change(format="other"), "not of an index file"),
        (change(shape=[10**5, 10**5, 10**5]), "its columns are"),
        (change(shape=[3, 9]), "do not have one entry per axis"),
        (change(shape=[3, 5, -9]), "shape is"),
        (change(shape=[3, 5, True]), "must be a list of int"),
        (change(shape=[2**40, 2**40, 2**40]), "shape is"),
        (change(shape=[2, 5, 9]), "inside the volume"),
        (change(shape=[3, 5, 8]), "inside the volume"),
        (change(dtype="O"), "dtype is object"),
        (change(dtype="<i4"), "its columns are"),
        (change(dtype=4), "dtype is no str"),
        (change(background=1_000_003), "must not be a label"),
        (change(spacing=[1.0, 1.0, float("nan")]), "not finite"),
        (change(unit=3), "unit is no str"),
        (change(source="../../cells.tif"), "must be a name"),
        (change(n_labels=3), "it must have 3 labels, has 4"),
        (change(n_labels=-1), "cannot have"),
        (change(groups=[]), "cannot have 0 runs"),
        (change(groups=[[1, 2]]), "no list of numbers"),
        (change(stamp=[1]), "stamp of the source"),
        (change(stamp={"n_files": 1}), "stamp of the source"),
        (lambda page: page["groups"][0].__setitem__(2, 10), "differ in their row"),
        (lambda page: page["groups"][0].__setitem__(2, 10**15), "cannot have"),
        (lambda page: page["groups"][0].__setitem__(3, 5), "side by side"),
        (lambda page: page["groups"][0].__setitem__(4, 5), "behind its last"),
        (lambda page: page["groups"][0].__setitem__(5, 5), "are damaged"),
        (lambda page: page.pop("unit"), "KeyError: 'unit'"),
    ],
)
def test_a_forged_page_is_refused(tmp_path, change_page, told):
    path = forged(GOLDEN, tmp_path / "a.parquet", change_page)
    with pytest.raises(CorruptIndexError, match=told):
        open_index(path)


def test_a_page_too_deep_or_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_index_meta, "_MAX_BYTES", 200_000)
    for page, told in (("[" * 100_000, "Recursion"), (" " * 200_001, "at most")):
        monkeypatch.setattr("json.dumps", lambda _, page=page: page)
        path = forged(GOLDEN, tmp_path / "a.parquet")
        with pytest.raises(CorruptIndexError, match=told):
            open_index(path)


def with_column(name, make):
    def change_table(table):
        place = table.schema.get_field_index(name)
        values = make(table[name].to_numpy()).astype(table[name].to_numpy().dtype)
        field = table.schema.field(name)
        return table.set_column(place, field, pa.array(values, field.type))

    return change_table


@pytest.mark.parametrize(
    ("change_table", "told"),
    [
        (with_column("z", lambda z: z + 250), "inside the volume"),
        (with_column("x", lambda x: x + 9), "inside the volume"),
        (with_column("length", lambda n: n + 9), "end of its row"),
        (with_column("length", lambda n: n * 0), "must have a voxel"),
        (with_column("label", lambda n: n[::-1]), "sorted and unique"),
        (with_column("label", lambda n: n * 0), "labels"),
        (with_column("y", lambda y: y[::-1]), "in order and apart|inside"),
        (lambda table: table.drop_columns(["x"]), "its columns are"),
    ],
)
def test_forged_runs_are_refused_before_a_kernel_sees_them(
    tmp_path, change_table, told
):
    path = forged(GOLDEN, tmp_path / "a.parquet", change_table=change_table)
    with pytest.raises(CorruptIndexError, match=told):
        open_index(path)


def test_a_page_that_claims_10_to_the_15_runs_is_refused(tmp_path):
    def claim(page):
        page["shape"] = [3, 2**30, 2**30]
        page["groups"][0][2] = 10**15

    path = forged(GOLDEN, tmp_path / "a.parquet", claim)
    with pytest.raises(CorruptIndexError, match="a row group of 1000000000000000 runs"):
        open_index(path)


def test_runs_that_do_not_fit_are_refused_before_memory_is_asked_for(monkeypatch):
    monkeypatch.setattr(_read_runs, "available_memory", lambda: 100)
    with pytest.raises(OverBudgetError, match="GiB may be used; close other"):
        open_index(GOLDEN)
    assert open_index(GOLDEN, [1_000_003]).n_runs > 0, "a few labels do fit"


def varint(number: int) -> bytes:
    """A number as Thrift's compact protocol writes it."""
    content = bytearray()
    while number > 127:
        content.append(number & 127 | 128)
        number >>= 7
    return bytes([*content, number])


def test_a_footer_that_claims_10_to_the_15_rows_is_refused(tmp_path):
    """The thrift number of rows, changed in place, with the seal made to fit."""
    whole = GOLDEN.read_bytes()
    (length,) = struct.unpack("<I", whole[-8:-4])
    footer = whole[-8 - length : -8]
    n_rows = open_index(GOLDEN).n_runs
    old = b"\x16" + varint(2 * n_rows)  # field 3 of FileMetaData, an i64
    assert footer.count(old) >= 1
    forged_footer = footer.replace(old, b"\x16" + varint(2 * 10**15))
    end = forged_footer + struct.pack("<I4s", len(forged_footer), b"PAR1")
    body = whole[: -8 - length - 20]
    size = len(body) + 20 + len(end)
    seal = struct.pack("<8sQI", b"LABELIDX", size, zlib.crc32(end))
    (tmp_path / "a.parquet").write_bytes(body + seal + end)
    assert pq.read_metadata(io.BytesIO(body + seal + end)).num_rows == 10**15
    with pytest.raises(CorruptIndexError, match="differ in their row groups"):
        open_index(tmp_path / "a.parquet")
