"""ImageJ ROIs, filled again by scikit-image, are the labels."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import roifile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from napari_label_index.errors import UnsupportedFormatError
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import verify_export
from napari_label_index.io.exports import _planes
from napari_label_index.io.exports._outlines import fill, trace
from napari_label_index.io.exports._roi_file import export_rois

PLANES = hnp.arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))


def filled(outlines, shape):
    """Pixels whose middle an odd number of outlines goes around."""
    draw = pytest.importorskip("skimage.draw")
    count = np.zeros(shape, int)
    for outline in outlines:
        # Pixel (y, x) covers x to x + 1; for scikit-image its middle is at x.
        count += draw.polygon2mask(shape, np.asarray(outline)[:, ::-1] - 0.5)
    return count % 2 == 1


@given(PLANES)
def test_outlines_go_around_the_mask_and_can_be_filled_again(mask):
    outlines = trace(mask)
    np.testing.assert_array_equal(filled(outlines, mask.shape), mask)
    np.testing.assert_array_equal(fill(outlines, *mask.shape), mask)


@given(PLANES)
def test_outlines_have_corners_alone_and_meet_none_of_their_own_edges(mask):
    for outline in trace(mask):
        steps = np.diff(np.vstack([outline, outline[:1]]), axis=0)
        assert ((steps == 0).sum(axis=1) == 1).all(), "along one axis"
        assert (np.diff((steps[:, 0] == 0).astype(int)) != 0).all(), "turns each time"


@pytest.mark.parametrize("axes", ["yx", "zyx", "tyx", "tzyx"])
@settings(max_examples=25)
@given(data=st.data())
def test_a_set_is_the_label_image_again(axes, data):
    sides = st.integers(1, 6)
    shape = data.draw(st.tuples(*[sides] * len(axes)))
    ids = st.sampled_from([0, 1, 2, 300])
    volume = data.draw(hnp.arrays(np.uint16, shape, elements=ids, fill=st.nothing()))
    index = build_index(LabelImage(volume, axes=tuple(axes)))
    with tempfile.TemporaryDirectory() as folder:
        path = export_rois(index, None, Path(folder, "a.zip"))
        found = np.zeros_like(volume)
        rois = roifile.roiread(path) if volume.any() else []
        for roi in rois if isinstance(rois, list) else [rois]:
            place = {
                2: (),
                3: (roi.position - 1,),
                4: (roi.t_position - 1, roi.z_position - 1),
            }[len(axes)]
            mask = filled(roi.coordinates(multi=True), shape[-2:])
            assert not found[place][mask].any()
            found[place][mask] = int(roi.name)
        np.testing.assert_array_equal(found, volume)
        report = verify_export(path, volume)
        assert report.ok, str(report)


def test_a_large_label_is_traced_slab_by_slab(tmp_path, monkeypatch, volume, index):
    whole = export_rois(index, None, tmp_path / "a.zip").read_bytes()
    monkeypatch.setattr(_planes, "_SLAB_VOXELS", 1)
    assert export_rois(index, None, tmp_path / "b.zip").read_bytes() == whole


def test_one_part_is_a_traced_roi_and_a_ring_a_composite(tmp_path):
    volume = np.ones((3, 5), np.uint8)
    volume[1, 1] = 2
    path = export_rois(build_index(volume), None, tmp_path / "a.zip")
    with zipfile.ZipFile(path) as archive:
        assert archive.namelist() == ["1.roi", "2.roi"]
    ring, dot = roifile.roiread(path)
    assert ring.composite
    assert ring.roitype == roifile.ROI_TYPE.RECT
    assert dot.roitype == roifile.ROI_TYPE.TRACED
    assert dot.coordinates().tolist() == [[1, 1], [2, 1], [2, 2], [1, 2]]


def test_what_imagej_cannot_hold_is_refused(tmp_path):
    for shape in ((5,), (1, 40_000), (1, 1, 1, 2, 2)):
        with pytest.raises(UnsupportedFormatError, match="ImageJ has ROIs"):
            export_rois(build_index(np.ones(shape, np.uint8)), None, tmp_path / "a.zip")
    assert list(tmp_path.iterdir()) == []
