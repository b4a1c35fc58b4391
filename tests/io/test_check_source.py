"""An index of a volume that has changed since is noticed."""

from __future__ import annotations

import os

import numpy as np
import pytest
import tifffile

from campaigns import rounds
from napari_label_index.errors import UnreadableImageError
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import (
    SourceCheck,
    SourceStamp,
    check_source,
    read_label_image,
    read_meta,
    save_index,
)


@pytest.fixture(scope="module")
def image():
    rng = np.random.default_rng(8)
    coarse = rng.choice([0, 0, 3, 5, 70_000, 80_000], (80, 6, 7))
    return np.repeat(np.repeat(coarse, 2, axis=1), 2, axis=2).astype(np.uint32)


@pytest.fixture
def saved(tmp_path, image):
    return save_index(build_index(image), tmp_path / "a.parquet")


# -- edits ---------------------------------------------------------------------


def one_voxel(image, rng):
    image = image.copy()
    place = tuple(rng.integers(size) for size in image.shape)
    image[place] = rng.choice(
        [value for value in (0, 3, 5, 9) if value != image[place]]
    )
    return image


def a_box(image, rng):
    image = image.copy()
    start = int(rng.integers(70))
    image[start : start + 10, 3:9, 3:9] = 123
    return image


def a_label_gone(image, rng):
    return np.where(image == rng.choice([3, 5, 70_000, 80_000]), 0, image)


def a_label_renamed(image, rng):
    return np.where(image == rng.choice([3, 5]), 4, image)


def two_labels_swapped(image, rng):
    return np.where(image == 3, 5, np.where(image == 5, 3, image))


def two_labels_merged(image, rng):
    return np.where(image == 3, 5, image)


EDITS = [
    one_voxel,
    a_box,
    a_label_gone,
    a_label_renamed,
    two_labels_swapped,
    two_labels_merged,
    lambda image, rng: image[1:],
    lambda image, rng: image[..., :-1],
    lambda image, rng: image.transpose(0, 2, 1),
    lambda image, rng: image[::-1],
    lambda image, rng: np.roll(image, int(rng.integers(1, 12)), axis=2),
    lambda image, rng: rng.permuted(image, axis=0),
    lambda image, rng: image.astype(np.int64),
    lambda image, rng: image.astype(np.uint16),
    lambda image, rng: np.zeros_like(image),
]


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_is_noticed_and_a_sample_says_that_it_is_one(
    saved, image, edit, campaign
):
    rng = np.random.default_rng(1)
    for _ in range(rounds(4)):
        edited = edit(image, rng)
        with campaign("C17", "index of a volume edited since", seed=1) as count:
            count.case()
            found = check_source(saved, edited)
            assert found.verdict == "changed", found
        quick = check_source(saved, edited, "stamp")
        assert quick.verdict in ("changed", "unknown")
        sample = check_source(saved, edited, "sample")
        if sample.verdict == "same":
            assert sample.looked_at == "sample"
            assert sample.told == "32 of 80 slices are the same; others were not read"
        else:
            assert sample.verdict == "changed"


def test_a_sample_notices_what_goes_through_many_slices(saved, image):
    found = check_source(saved, np.where(image == 3, 5, image), "sample")
    assert found == SourceCheck("changed", "sample", "slice 0 differs")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda image: image[1:], "shape (79, 12, 14), had (80, 12, 14)"),
        (lambda image: image.astype("i4"), "ids are int32, were uint32"),
        (lambda image: np.where(image == 5, 0, image), "label 5 is gone"),
        (lambda image: np.where(image == 5, 6, image), "label 5 is gone"),
        (lambda image: np.maximum(image, 3), "label 3 differs"),
        (lambda image: np.maximum(image, 1), "label 1 is new"),
        (lambda image: image[::-1], "differs"),
    ],
)
def test_what_differs_is_told(saved, image, edit, told):
    assert told in check_source(saved, edit(image)).told


@pytest.mark.parametrize(
    "same",
    [
        lambda image: image,
        lambda image: image.astype(">u4"),
        np.asfortranarray,
        lambda image: LabelImage(image, spacing=(2, 1, 1)),
    ],
)
def test_the_same_voxels_are_the_same_in_every_layout(saved, image, same):
    for thoroughness in ("content", "sample"):
        found = check_source(saved, same(image), thoroughness)
        assert (found.verdict, found.looked_at) == ("same", thoroughness)
    assert check_source(saved, same(image), "stamp").verdict == "unknown"


def test_floats_and_other_backgrounds_are_compared_as_they_were_indexed(tmp_path):
    image = np.array([[1, 1, 0], [0, 2, 2]], np.float32)
    path = save_index(build_index(image, background=1), tmp_path / "a.parquet")
    assert check_source(path, image).verdict == "same"
    assert check_source(path, image, "sample").looked_at == "content", "all two rows"
    image[0, 0] = 0
    assert check_source(path, image).verdict == "changed"
    assert check_source(path, image, "sample").verdict == "changed"


# -- files ---------------------------------------------------------------------


@pytest.fixture
def stack(tmp_path, image):
    folder = tmp_path / "stack"
    folder.mkdir()
    for number, plane in enumerate(image[:4]):
        tifffile.imwrite(folder / f"s{number}.tif", plane)
    return folder


def save_with(stack, image):
    return save_index(build_index(image[:4]), stack.parent / "a.parquet", source=stack)


def test_a_stack_that_nobody_wrote_to_is_known_without_reading_it(stack, image):
    path = save_with(stack, image)
    found = check_source(path, stack, "stamp")
    assert (found.verdict, found.looked_at) == ("same", "stamp")
    assert "none was read" in found.told
    assert check_source(path, stack).told == "every voxel is the same"


@pytest.mark.parametrize(
    "touch",
    [
        lambda stack: os.utime(stack / "s2.tif", ns=(0, 1)),
        lambda stack: (stack / "s2.tif").rename(stack / "s7.tif"),
        lambda stack: (stack / "s2.tif").unlink(),
        lambda stack: (stack / "s9.tif").write_bytes(b""),
        lambda stack: os.truncate(stack / "s2.tif", 9),
    ],
)
def test_a_stack_that_somebody_wrote_to_is_not_said_to_be_the_same(stack, image, touch):
    path = save_with(stack, image)
    touch(stack)
    assert check_source(path, stack, "stamp").verdict == "unknown"


def test_an_image_in_a_file_of_several_has_the_stamp_of_the_file(tmp_path, image):
    np.savez(tmp_path / "c.npz", labels=image)
    one = f"{tmp_path / 'c.npz'}::labels"
    index = build_index(read_label_image(one))
    path = save_index(index, tmp_path / "a.parquet", source=one)
    assert check_source(path, one, "stamp").verdict == "same"
    assert check_source(path, one).verdict == "same"
    assert read_meta(path).source == "c.npz"


def test_without_a_stamp_nothing_is_known(stack, saved):
    found = check_source(saved, stack, "stamp")
    assert (found.verdict, found.looked_at) == ("unknown", "stamp")


def test_a_stamp_may_be_taken_before_the_stack_is_read(stack, image):
    stamp = SourceStamp.of(stack)
    tifffile.imwrite(stack / "s0.tif", image[0] + 1)
    path = stack.parent / "a.parquet"
    save_index(build_index(image[:4]), path, source=stamp)
    assert check_source(path, stack, "stamp").verdict == "unknown"
    assert check_source(path, stack).verdict == "changed"


def test_a_stack_that_is_not_there_is_an_error(stack, image):
    path = save_with(stack, image)
    for thoroughness in ("stamp", "content"):
        with pytest.raises(UnreadableImageError):
            check_source(path, stack / "none", thoroughness)
