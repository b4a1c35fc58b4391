"""`verify_export` finds whatever is not as in the volume, and says where first."""

from __future__ import annotations

import json
import logging
import shutil
import zipfile

import numpy as np
import pandas
import pytest
import roifile
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_label_index.errors import Cancelled
from napari_label_index.index import LabelImage, build_index
from napari_label_index.io import FORMATS, export, open_index, save_index, verify_export

KINDS = [(what, ending) for what, form in FORMATS.items() for ending in form.endings]
IDS = [f"{what}{ending}" for what, ending in KINDS]
COMPARED = [kind for kind in KINDS if kind[0] != "meshes"]


@pytest.fixture(params=KINDS, ids=IDS)
def exported(request, tmp_path, index):
    what, ending = request.param
    return export(index, None, tmp_path / f"a{ending}", what)


def without_manifest(path):
    path.with_name(f"{path.name}.manifest.json").unlink()
    return path


def test_an_export_as_it_was_written_is_the_same(exported, volume, index):
    for truth in (volume, index):
        report = verify_export(exported, truth)
        assert report.ok
        assert report.checksums == "match"
        assert report.n_labels == len(index)
        assert report.n_voxels == index.n_voxels
        same = "the same as in the volume"
        verdict = "checksums and counts match" if report.what == "meshes" else same
        assert f"{exported}: {verdict} (" in str(report)


def test_most_kinds_are_told_without_their_manifest(exported, volume, request):
    report = verify_export(without_manifest(exported), volume)
    assert report.checksums == "not given"
    kind = request.node.callspec.params["exported"][0]
    assert report.ok == (kind not in ("mask", "meshes")), str(report)


@pytest.mark.parametrize("ending", [".stl", ".ply"])
def test_no_surface_passes_without_its_manifest(tmp_path, volume, ending):
    path = tmp_path / f"a{ending}"
    ply = b"ply\nelement vertex 0\nelement face 0\nend_header\n"
    path.write_bytes(bytes(84) if ending == ".stl" else ply)
    report = verify_export(path, volume)
    assert "with its manifest beside it" in report.differences[0]


def test_labels_that_are_left_out_without_a_manifest_are_counted(
    tmp_path, index, volume
):
    path = without_manifest(export(index, index.labels[1:], tmp_path / "a.csv"))
    report = verify_export(path, volume)
    assert report.ok
    assert report.remarks == ("1 label of the volume that is not in it",)


def test_all_labels_of_an_index_of_some_are_no_promise_of_all(tmp_path, index, volume):
    saved = save_index(index, tmp_path / "a.parquet")
    some = open_index(saved, index.labels[:2])
    assert verify_export(export(some, None, tmp_path / "a.csv"), volume).ok


def test_a_report_tells_no_counts_that_were_not_counted(tmp_path, index, volume):
    path = export(index, [1000], tmp_path / "a.csv")
    assert " voxels of 1 label;" in str(verify_export(path, volume))
    path.write_bytes(path.read_bytes()[:-9])
    for truth in (volume, volume[1:]):  # stopped in the file, and before it
        first, *_ = str(verify_export(path, truth)).splitlines()
        assert "(coords; checksums" in first


@pytest.mark.parametrize(("what", "ending"), COMPARED)
@pytest.mark.parametrize("at", ["first", "last"])
def test_one_voxel_of_another_label_is_found(tmp_path, volume, index, what, ending, at):
    path = export(index, None, tmp_path / f"a{ending}", what)
    other = volume.copy()
    places = np.argwhere((volume != 0) & (volume != 1000))
    place = tuple(places[0 if at == "first" else -1])
    other[place] = 0 if what == "mask" else 1000
    report = verify_export(path, LabelImage(other, spacing=index.spacing))
    assert not report.ok
    assert "NOT as in the volume" in str(report)


@pytest.mark.parametrize(("what", "ending"), COMPARED)
@settings(max_examples=8)
@given(data=st.data())
def test_no_flipped_bit_passes_for_the_file(tmp_path_factory, what, ending, data):
    volume = np.arange(1, 25).reshape(2, 3, 4)
    folder = tmp_path_factory.mktemp("flip")
    path = export(build_index(volume), None, folder / f"a{ending}", what)
    content = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, 8 * len(content) - 1))
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    report = verify_export(path, volume)
    assert report.checksums == "differ"
    assert "checksum" in report.differences[0]


@pytest.mark.parametrize(
    ("line", "cell", "value", "told"),
    [
        (7, "z", 5, "line 8: label"),
        (0, "label", 7, "line 1: the volume has no label 7"),
        (-1, "x", 0, "label 59000 has"),
    ],
)
@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_the_first_wrong_line_is_named(
    tmp_path, index, volume, ending, line, cell, value, told
):
    path = export(index, None, tmp_path / f"a{ending}")
    table = (pandas.read_csv if ending == ".csv" else pandas.read_parquet)(path)
    table.loc[table.index[line], cell] = value
    if ending == ".csv":
        table.to_csv(path, index=False)
    else:
        table.to_parquet(path, index=False)
    report = verify_export(path, volume)
    assert "checksum" in report.differences[0]
    assert told in report.differences[1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: lines[:-1], "the file ends after"),
        (lambda lines: lines[:1] + lines[2:], "label 1000 has"),
        (lambda lines: [*lines, lines[1]], "comes a second time"),
        (lambda lines: [*lines, "7,x,y,z\n"], "cannot be read"),
        (lambda lines: [*lines[:4], "\n", *lines[4:]], ""),
        (lambda lines: lines[:1], "should be in it, label 1000 is not there"),
        (lambda lines: [], "the columns are"),
        (lambda lines: ["label,x,y,z\n", *lines[1:]], "the columns are"),
    ],
)
def test_lines_that_are_missing_or_too_many_are_told(
    tmp_path, index, volume, change, told
):
    path = export(index, None, tmp_path / "a.csv")
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(change(lines)))
    report = verify_export(path, volume)
    assert report.checksums == "differ"
    assert told in "\n".join(report.differences)


def test_labels_left_out_are_noticed(tmp_path, index, volume):
    chosen = index.labels[:9].tolist()
    path = export(index, chosen[:8], tmp_path / "a.csv")
    page = path.with_name("a.csv.manifest.json")
    manifest = json.loads(page.read_text())
    for labels in (chosen, "all"):
        manifest["selection"]["labels"] = labels
        page.write_text(json.dumps(manifest))
        report = verify_export(path, volume)
        assert "label 9000 is not there" in report.differences[0]
    manifest["selection"]["labels"] = chosen[:8]
    manifest["counts"]["voxels"] += 1
    page.write_text(json.dumps(manifest))
    assert "its manifest says" in verify_export(path, volume).differences[0]


def test_an_image_of_other_ids_and_rois_moved_by_a_pixel_are_told(
    tmp_path, index, volume
):
    path = without_manifest(export(index, None, tmp_path / "a.tif", "label_image"))
    changed = volume.copy()
    changed[3, 4, 5] = 1000 if volume[3, 4, 5] != 1000 else 2000
    tifffile.imwrite(path, changed)
    (told,) = verify_export(path, volume).differences
    assert "voxel (3, 4, 5): it has" in told
    path = without_manifest(export(index, None, tmp_path / "a.zip", "rois"))
    rois = roifile.roiread(path)
    simple = next(roi for roi in rois if roi.n_coordinates)
    simple.left += 1
    path.unlink()
    roifile.roiwrite(path, rois, name=[f"{k}.roi" for k in range(len(rois))])
    (told,) = verify_export(path, volume).differences
    assert "outline" in told


def test_a_tiff_that_is_cut_short_is_told_and_not_logged(
    tmp_path, index, volume, capsys
):
    path = export(index, None, tmp_path / "a.tif", "label_image")
    whole = path.read_bytes()
    logger = logging.getLogger("tifffile")
    for n in (len(whole) // 3, len(whole) - 200):
        path.write_bytes(whole[:n])
        with pytest.MonkeyPatch.context() as patch:  # no handler, as in a terminal
            patch.setattr(logger, "propagate", False)
            assert not verify_export(path, volume).ok
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("content", [b"", b"\0" * 300, b"PK\x05\x06" + b"\0" * 18])
def test_files_of_others_are_told_not_raised(tmp_path, volume, content):
    for _, ending in KINDS:
        if content.startswith(b"PK") and ending == ".zip":
            continue  # a set of no ROIs
        path = tmp_path / f"a{ending}"
        path.write_bytes(content)
        report = verify_export(path, volume)
        assert not report.ok, ending
    assert "no such file" in verify_export(tmp_path / "no.csv", volume).differences[0]
    assert not verify_export(tmp_path, volume).ok


@pytest.mark.parametrize(
    "page",
    ["", "[]", "{}", "[" * 100_000, '{"format": "napari-label-index export"}'],
    ids=["empty", "list", "object", "deep", "bare"],
)
def test_a_damaged_manifest_is_told(tmp_path, index, volume, page):
    path = export(index, None, tmp_path / "a.csv")
    path.with_name("a.csv.manifest.json").write_text(page)
    (told,) = verify_export(path, volume).differences
    assert "manifest" in told


def test_a_zip_that_would_fill_the_memory_is_not_unpacked(tmp_path, index, volume):
    path = without_manifest(export(index, None, tmp_path / "a.zip", "rois"))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.roi", bytes(2**28 + 1))
    (told,) = verify_export(path, volume).differences
    assert "1.roi: it is too large" in told


def test_a_manifest_of_a_newer_version_or_another_volume_is_told(
    tmp_path, index, volume
):
    path = export(index, None, tmp_path / "a.csv")
    place = path.with_name("a.csv.manifest.json")
    page = json.loads(place.read_text())
    place.write_text(json.dumps(page | {"version": 99}))
    assert "version 99" in verify_export(path, volume).differences[0]
    place.write_text(json.dumps(page))
    assert "of a volume of shape" in verify_export(path, volume[1:]).differences[0]


def test_a_folder_must_hold_its_files_and_no_others(tmp_path, index, volume):
    folder = export(index, None, tmp_path / "all", per_label=".csv")
    assert verify_export(folder, volume).n_files == len(index)
    extra = folder / "label_7.csv"
    extra.write_text("label,z,y,x\n")
    assert "label_7.csv is not of this" in verify_export(folder, volume).differences[0]
    extra.unlink()
    one, two = folder / "label_1000.csv", folder / "label_2000.csv"
    shutil.copy(two, one)
    told = verify_export(folder, volume).differences
    assert "label_1000.csv: its checksum" in told[0]
    assert "label_1000.csv: it holds the labels [2000]" in told[1]
    one.unlink()
    assert "label_1000.csv is missing" in verify_export(folder, volume).differences[0]


def test_verifying_is_told_and_stopped(exported, volume):
    seen = []
    verify_export(exported, volume, on_progress=lambda *step: seen.append(step))
    assert seen[-1] == (exported.stat().st_size,) * 2
    with pytest.raises(Cancelled):
        verify_export(exported, volume, cancel=lambda: True)


def test_a_voxel_size_that_an_array_does_not_have_is_taken_from_the_manifest(
    tmp_path, volume, index
):
    path = tmp_path / "t.csv"
    export(index, None, path, "table", columns=["label", "area", "n_holes"])
    assert verify_export(path, volume).ok
    export(index, None, path, spacing=(3, 2, 1), order="xyz")
    assert verify_export(path, volume).ok
