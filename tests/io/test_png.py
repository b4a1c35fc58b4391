"""One PNG: the stored numbers, whatever colours they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from napari_label_index.errors import LabelIndexError, UnsupportedLabelsError
from napari_label_index.io import read_label_image

pytestmark = pytest.mark.filterwarnings("ignore")


def palette_image(labels: np.ndarray) -> Image.Image:
    image = Image.fromarray(labels, "L")
    image = image.convert("L")
    result = Image.frombytes("P", image.size, image.tobytes())
    result.putpalette([(7 * number) % 256 for number in range(768)])
    return result


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_the_labels_of_a_palette_image_are_its_row_numbers(tmp_path, bits):
    labels = (np.arange(21 * 11).reshape(21, 11) % 2**bits).astype(np.uint8)
    palette_image(labels).save(tmp_path / "a.png", bits=bits, transparency=0)
    image = read_label_image(tmp_path / "a.png")
    np.testing.assert_array_equal(image.data, labels)
    assert image.axes == ("y", "x")


def test_a_black_and_white_image_has_labels_0_and_1(tmp_path):
    labels = np.arange(21 * 11).reshape(21, 11) % 3 == 0
    Image.fromarray(labels).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_label_image(tmp_path / "a.png").data, labels)


def test_sixteen_bits_are_kept(tmp_path):
    labels = np.arange(70 * 90, dtype=np.uint16).reshape(70, 90) * 10
    Image.fromarray(labels).save(tmp_path / "a.png")
    np.testing.assert_array_equal(read_label_image(tmp_path / "a.png").data, labels)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA"])
def test_colour_and_transparency_are_refused(tmp_path, mode):
    Image.new(mode, (5, 4)).save(tmp_path / "a.png")
    told = (
        "greyscale image with transparency" if mode == "LA" else "a colour image, not"
    )
    with pytest.raises(UnsupportedLabelsError, match=told):
        read_label_image(tmp_path / "a.png")


def test_a_flipped_bit_or_a_cut_never_changes_a_label(tmp_path):
    labels = (np.arange(21 * 11).reshape(21, 11) * 37 % 256).astype(np.uint8)
    path = tmp_path / "a.png"
    palette_image(labels).save(path)
    whole = path.read_bytes()
    rng = np.random.default_rng(5)
    for place in (*range(40), *range(40, len(whole), 7)):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << int(rng.integers(8))
        for content in (flipped, whole[:place]):
            path.write_bytes(content)
            try:
                found = read_label_image(path).data
            except LabelIndexError as error:
                told = str(error)
                assert str(path) in told
            else:
                np.testing.assert_array_equal(found, labels)
