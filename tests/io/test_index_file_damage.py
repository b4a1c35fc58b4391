"""Damaged and foreign index files: refused by name, all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from campaigns import rounds
from index_files import is_refused
from napari_label_index.errors import CorruptIndexError
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import open_index, save_index
from napari_label_index.io.index_file import _index_file


@pytest.fixture
def tiny(monkeypatch):
    """An index whose file is small, of two row groups."""
    monkeypatch.setattr(_index_file, "GROUP_RUNS", 2)
    row = np.array([1, 1, 0, 2, 2, 1, 2], "u1")
    return build_index(LabelImage(row, axes=("x",), spacing=(0.5,)))


@pytest.fixture
def saved(tmp_path, tiny):
    return save_index(tiny, tmp_path / "a.parquet")


# -- damage --------------------------------------------------------------------


def flipped(path: Path, whole: bytes, bits: Iterable[tuple[int, ...]]):
    """Flip the bits of each tuple in turn, in a copy of the file at `path`."""
    path.write_bytes(whole)
    with path.open("r+b", buffering=0) as file:
        for together in bits:
            content = bytearray(whole)
            for bit in together:
                content[bit // 8] ^= 1 << bit % 8
            for bit in together:
                file.seek(bit // 8)
                file.write(content[bit // 8 : bit // 8 + 1])
            yield together
            for bit in together:
                file.seek(bit // 8)
                file.write(whole[bit // 8 : bit // 8 + 1])


def test_every_flipped_bit_is_refused(tmp_path, saved, tiny, campaign):
    whole = saved.read_bytes()
    assert len(whole) < 1600
    path = tmp_path / "b.parquet"
    assert not is_refused(saved, tiny)
    with campaign("C7", "index file: each single bit flipped") as count:
        for bit in flipped(path, whole, ((bit,) for bit in range(8 * len(whole)))):
            count.case()
            assert is_refused(path, tiny), bit


def test_flipped_bits_in_pairs_are_refused(tmp_path, saved, tiny, campaign):
    whole = saved.read_bytes()
    rng = np.random.default_rng(5)
    n_bits = 8 * len(whole)
    pairs = (rng.choice(n_bits, 2, replace=False) for _ in range(rounds(800)))
    path = tmp_path / "b.parquet"
    with campaign("C7", "index file: two random bits flipped", seed=5) as count:
        for bits in flipped(path, whole, (tuple(pair.tolist()) for pair in pairs)):
            count.case()
            assert is_refused(path, tiny), bits


def test_a_larger_file_is_refused_at_any_flipped_bit(tmp_path, index, campaign):
    saved = save_index(index, tmp_path / "a.parquet")
    whole = saved.read_bytes()
    bits = np.random.default_rng(2).integers(0, 8 * len(whole), rounds(300))
    path = tmp_path / "b.parquet"
    with campaign("C7", "larger index file: a random bit flipped", seed=2) as count:
        for bit in flipped(path, whole, ((bit,) for bit in bits.tolist())):
            count.case()
            assert is_refused(path, index), bit


def test_a_file_cut_at_any_byte_is_refused(tmp_path, saved, tiny, campaign):
    n_bytes = saved.stat().st_size
    with campaign("C8", "index file: cut at each byte, or zeros from there") as count:
        for end in reversed(range(n_bytes)):
            count.case(2)
            os.truncate(saved, end)
            assert is_refused(saved, tiny), end
            os.truncate(saved, n_bytes)  # with zeros, as after a power cut
            assert is_refused(saved, tiny), end


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole + b"junk",
        lambda whole: whole + b"\0",
        lambda whole: whole + whole,
        lambda whole: whole + whole[-700:],
        lambda whole: b"junk" + whole,
        lambda whole: b"",
        lambda whole: b"PAR1",
        lambda whole: b"PAR1" * 20,
        lambda whole: whole[: len(whole) // 2] * 2,
        lambda whole: b"GIF89a" + whole[6:],
    ],
)
def test_junk_is_refused(saved, tiny, spoil, campaign):
    saved.write_bytes(spoil(saved.read_bytes()))
    with campaign("C8", "index file: junk, other content, parts twice") as count:
        count.case()
        assert is_refused(saved, tiny)


def test_two_halves_of_different_saves_are_refused(tmp_path, saved, tiny, campaign):
    """Of one volume before and after an edit: files of about one length."""
    edited = tiny.to_label_image()
    edited[0] = 2
    other = build_index(LabelImage(edited, axes=("x",), spacing=(0.5,)))
    one = saved.read_bytes()
    two = save_index(other, tmp_path / "other.parquet").read_bytes()
    path = tmp_path / "b.parquet"
    with campaign("C8", "index file: halves of two different saves") as count:
        for place in range(1, min(len(one), len(two)), 3):
            mixed = one[:place] + two[place:]
            if mixed not in (one, two):
                count.case()
                path.write_bytes(mixed)
                assert is_refused(path, tiny), place


# -- other files ---------------------------------------------------------------


def test_a_folder_and_a_missing_file_are_refused_by_name(tmp_path):
    for path in (tmp_path, tmp_path / "none.parquet"):
        with pytest.raises(CorruptIndexError) as caught:
            open_index(path)
        assert str(path) in str(caught.value)


def test_parquet_of_other_programs_is_refused(tmp_path, index):
    table = pa.table({"label": [1, 2], "z": [0, 0], "y": [0, 1], "x": [0, 0]})
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(CorruptIndexError, match="no seal before its footer"):
        open_index(tmp_path / "a.parquet")


def test_a_copy_by_another_program_is_refused(tmp_path, saved):
    table = pq.read_table(saved)
    pq.write_table(table, tmp_path / "b.parquet")
    with pytest.raises(CorruptIndexError, match="no seal"):
        open_index(tmp_path / "b.parquet")
