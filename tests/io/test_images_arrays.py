"""NumPy files: mapped or read, never a pickle, never more than declared."""

from __future__ import annotations

import io
import struct
import sys
import zipfile

import numpy as np
import pytest

from napari_label_index.errors import (
    IncompleteVolumeError,
    OverBudgetError,
    UnreadableImageError,
    UnsupportedLabelsError,
)
from napari_label_index.index import build_index
from napari_label_index.io import read_label_image

DTYPES = ["?", "u1", "i1", "<u2", ">i4", "<u8", ">i8", "<f4", ">f8"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", ["C", "F"])
def test_every_type_and_order_comes_back(tmp_path, volume, dtype, order):
    labels = np.asarray(volume % 100, dtype, order=order)
    np.save(tmp_path / "a.npy", labels)
    np.savez_compressed(tmp_path / "a.npz", labels)
    for name in ("a.npy", "a.npz"):
        image = read_label_image(tmp_path / name)
        np.testing.assert_array_equal(image.data, labels)
        np.testing.assert_array_equal(
            build_index(image).to_label_image(), labels.astype(int)
        )


def test_an_npy_file_is_mapped_and_read_only(tmp_path, volume):
    np.save(tmp_path / "a.npy", volume)
    data = read_label_image(tmp_path / "a.npy", max_bytes=1).data
    assert isinstance(data, np.memmap)
    assert not data.flags.writeable


@pytest.mark.parametrize("shape", [(0, 5, 5), (3, 0)])
def test_an_empty_array_is_an_empty_volume(tmp_path, shape):
    np.save(tmp_path / "a.npy", np.zeros(shape, np.uint16))
    np.savez(tmp_path / "a.npz", np.zeros(shape, np.uint16))
    for name in ("a.npy", "a.npz"):
        assert read_label_image(tmp_path / name).shape == shape


def test_one_array_of_several_is_named(tmp_path, volume):
    np.savez(tmp_path / "a.npz", raw=volume * 0, labels=volume)
    image = read_label_image(f"{tmp_path}/a.npz::labels")
    np.testing.assert_array_equal(image.data, volume)
    assert image.source.endswith("a.npz::labels")
    for path in ("a.npz", "a.npz::none"):
        with pytest.raises(UnreadableImageError, match=r"a\.npz::raw; it has raw, lab"):
            read_label_image(f"{tmp_path}/{path}")


def test_a_file_whose_name_has_the_mark_is_itself(tmp_path, volume):
    np.save(tmp_path / "a::b.npy", volume)
    np.testing.assert_array_equal(read_label_image(tmp_path / "a::b.npy"), volume)


class Ran:
    """What would run if it were unpickled."""

    def __reduce__(self):
        return (print, ("it ran",))


found_events: list[str] = []


def _listen(event, _arguments):
    if event == "pickle.find_class":
        found_events.append(event)


sys.addaudithook(_listen)


def test_pickles_are_refused_without_being_looked_at(tmp_path, volume):
    np.save(tmp_path / "a.npy", np.array([Ran(), 1], object), allow_pickle=True)
    np.savez(tmp_path / "b.npz", origins=np.array([Ran()], object), labels=volume)
    found_events.clear()
    for path in ("a.npy", "b.npz::origins"):
        with pytest.raises(UnsupportedLabelsError, match="pickled Python objects"):
            read_label_image(f"{tmp_path}/{path}")
    np.testing.assert_array_equal(
        read_label_image(f"{tmp_path}/b.npz::labels").data, volume
    )
    assert found_events == []


@pytest.mark.parametrize("values", [["a"], [1j], [(1, 2.0)]], ids=str)
def test_what_is_no_number_is_refused(tmp_path, values):
    dtype = "i4,f4" if isinstance(values[0], tuple) else None
    np.save(tmp_path / "a.npy", np.array(values, dtype))
    with pytest.raises(UnsupportedLabelsError, match="must hold integers"):
        read_label_image(tmp_path / "a.npy")


def test_a_cut_file_is_refused(tmp_path, volume):
    np.save(tmp_path / "a.npy", volume)
    whole = (tmp_path / "a.npy").read_bytes()
    for cut in (*range(1, 140, 7), len(whole) - 1):
        (tmp_path / "a.npy").write_bytes(whole[:cut])
        with pytest.raises(UnreadableImageError, match=r"a\.npy"):
            read_label_image(tmp_path / "a.npy")


def npy_header(shape, dtype="<u4"):
    file = io.BytesIO()
    head = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, head)
    return file.getvalue()


def test_a_damaged_header_is_told_in_words(tmp_path):
    whole = npy_header((4,)) + bytes(16)
    (tmp_path / "a.npy").write_bytes(whole.replace(b"}", b" "))
    with pytest.raises(UnreadableImageError, match="header is damaged; copy") as caught:
        read_label_image(tmp_path / "a.npy")
    assert "TokenError" not in str(caught.value)


def test_a_bomb_is_refused_before_anything_is_allocated(tmp_path):
    (tmp_path / "a.npy").write_bytes(npy_header((10**5, 10**5, 10**5)))
    with pytest.raises(IncompleteVolumeError, match="cut short"):
        read_label_image(tmp_path / "a.npy")
    with zipfile.ZipFile(tmp_path / "b.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("labels.npy", npy_header((1 << 20, 1 << 20)) + bytes(1 << 20))
    with pytest.raises(IncompleteVolumeError, match="need 4398046511232 bytes"):
        read_label_image(tmp_path / "b.npz", max_bytes=1 << 60)
    np.savez_compressed(tmp_path / "c.npz", np.zeros((64, 1024, 1024), np.uint8))
    with pytest.raises(OverBudgetError, match="64 x 1024 x 1024 voxels of uint8"):
        read_label_image(tmp_path / "c.npz", max_bytes=(64 << 20) - 1)


def test_an_npz_that_gives_more_or_less_than_it_declares_is_refused(tmp_path):
    for n in (15, 17):
        with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
            archive.writestr("labels.npy", npy_header((4,)) + bytes(n))
        with pytest.raises(IncompleteVolumeError, match="need 144 bytes"):
            read_label_image(tmp_path / "a.npz")


def test_a_header_that_declares_gigabytes_of_itself_is_refused(tmp_path):
    header = b"\x93NUMPY\x02\x00" + struct.pack("<I", 0xFFFFFFF0) + b"{" * 4096
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", header + bytes(10**7))
    with pytest.raises(UnreadableImageError, match=r"a\.npz"):
        read_label_image(tmp_path / "a.npz")


def test_a_flipped_bit_of_an_npz_is_seen(tmp_path, volume):
    np.savez(tmp_path / "a.npz", volume)
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[len(content) // 2] ^= 4
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(UnreadableImageError, match="BadZipFile"):
        read_label_image(tmp_path / "a.npz")


def test_a_zip_of_other_things_is_told_to_be_one(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(UnreadableImageError, match="a zip file without arrays"):
        read_label_image(tmp_path / "a.npz")
