"""`verify_export`: read an export again and compare all of it with the volume."""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_label_index.index import LabelIndex, build_index
from napari_label_index.index._sorted_sets import distinct
from napari_label_index.io._words import counted
from napari_label_index.io.exports._manifest import (
    Manifest,
    manifest_path,
    read_manifest,
)
from napari_label_index.io.exports._time_selection import with_chosen_times
from napari_label_index.io.exports._verify_guess import guess
from napari_label_index.io.exports._verify_kinds import CONTENTS
from napari_label_index.io.exports._verify_report import (
    Differs,
    VerifyReport,
    reading_export,
)
from napari_label_index.io.exports._watch import Watch

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from napari_label_index._typing import Cancel, IntVector, OnProgress
    from napari_label_index.io.exports._verify_content import Content

__all__ = ["verify_export"]

_PART_BYTES = 1 << 22
_MAX_DIFFERENCES = 10
_PLACE = ("axes", "spacing", "origin")


def verify_export(
    path: str | os.PathLike[str],
    label_image_or_index: Any,
    *,
    on_progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> VerifyReport:
    """Read an export again, and compare everything in it with a volume.

    Every coordinate, run, cell of a table, voxel of an image and outline is compared,
    and the files' checksums with those of the manifest. Of meshes only checksums and
    counts are. Files are read in blocks, in bounded memory.

    Parameters
    ----------
    path : path-like
        A file or folder that an export wrote. Without its manifest its kind is taken
        from its ending and its columns, and no checksum is compared.
    label_image_or_index : array-like or LabelIndex
        The volume that it should come from. Its axes and voxel size are taken from the
        manifest, as a plain array has none.
    on_progress : callable, optional
        Called as ``on_progress(done, total)`` with bytes of the files.
    cancel : callable, optional
        Asked now and then; verifying stops once it returns True.

    Returns
    -------
    VerifyReport
        ``report.ok``, and for what differs one sentence each with its first place.

    Raises
    ------
    Cancelled
        When `cancel` said so.
    """
    path = Path(path)
    found = _Findings()
    with found.noting():
        if not path.exists():
            raise Differs(f"{path.name}: there is no such file or folder")
        manifest = _manifest_of(path)
        if manifest is not None:
            found.what = manifest.what
        files = _files_of(path, manifest)
        watch = Watch(sum(file.stat().st_size for file in files), on_progress, cancel)
        watch.check()
        index = _index_of(label_image_or_index)
        _check_volume(manifest, index)
        index = _placed(index, manifest)
        if manifest is not None:
            index = with_chosen_times(index, manifest.selection)
        content = _content_of(path, manifest, index, Watch(0, None, cancel))
        _check_files(files, manifest, content, found, watch)
        found.content = content
    return found.report(path)


@dataclass(slots=True)
class _Findings:
    """What is found on the way."""

    differences: list[str] = field(default_factory=list)
    checksums: str = "not given"
    n_files: int = 0
    n_labels: int = 0
    what: str = "unknown"
    n_left_out: int = 0  # labels of the volume, where no manifest says which
    content: Content | None = None

    @contextlib.contextmanager
    def noting(self) -> Iterator[None]:
        try:
            yield
        except Differs as difference:
            if len(self.differences) < _MAX_DIFFERENCES:
                self.differences.append(str(difference))

    def report(self, path: Path) -> VerifyReport:
        return VerifyReport(
            path,
            self.what,
            self.n_files,
            self.n_labels,
            self.content.n_voxels if self.content else 0,
            self.checksums,
            tuple(self.differences),
            tuple(self._remarks()),
        )

    def _remarks(self) -> Iterator[str]:
        if self.content:
            yield from self.content.remarks()
        if self.n_left_out:
            are = "is" if self.n_left_out == 1 else "are"
            labels = counted(self.n_left_out, "label")
            yield f"{labels} of the volume that {are} not in it"


def _index_of(label_image_or_index: Any) -> LabelIndex:
    if isinstance(label_image_or_index, LabelIndex):
        return label_image_or_index.by_label()
    return build_index(label_image_or_index)


def _manifest_of(path: Path) -> Manifest | None:
    try:
        return read_manifest(path)
    except ValueError as error:
        raise Differs(f"{path.name}: {error}") from error


def _files_of(path: Path, manifest: Manifest | None) -> list[Path]:
    """Return the files of an export; for a folder, in the order of its labels."""
    if not path.is_dir():
        if manifest is not None and list(manifest.files) != [path.name]:
            said = ", ".join(manifest.files)[:200]
            raise Differs(f"{path.name}: its manifest is of {said}, was it renamed?")
        return [path]
    if manifest is None:
        raise Differs(f"{path.name}: a folder without {manifest_path(path).name}")
    there = {entry.name for entry in path.iterdir()} - {manifest_path(path).name}
    for what, names in (
        ("is missing", manifest.files.keys() - there),
        ("is not of this export", there - manifest.files.keys()),
    ):
        if names:
            raise Differs(f"{path.name}: {min(names)} {what} ({len(names):,} such)")
    return [path / name for name in manifest.files]


def _check_volume(manifest: Manifest | None, index: LabelIndex) -> None:
    if manifest is not None:
        shape = tuple(manifest.volume["shape"])
        if shape != index.shape:
            raise Differs(
                f"it is of a volume of shape {shape}, this one has {index.shape}"
            )


def _placed(index: LabelIndex, manifest: Manifest | None) -> LabelIndex:
    """Return the index with the axis names and the voxel size of the export.

    A plain array has none, and with others the same volume has another area.
    """
    if manifest is None:
        return index
    said: dict[str, Any] = {name: tuple(manifest.volume[name]) for name in _PLACE}
    if all(getattr(index, name) == value for name, value in said.items()):
        return index
    if any(len(value) != index.ndim for value in said.values()):
        raise Differs("its manifest does not have one voxel size for each axis")
    return replace(index, **said)


def _content_of(
    path: Path, manifest: Manifest | None, index: LabelIndex, watch: Watch
) -> Content:
    with reading_export(path):
        if manifest is None:
            what, ending, layout = guess(path, index)
            selection: dict[str, Any] = {}
        else:
            what, layout = manifest.what, manifest.layout
            ending, selection = str(layout["file_ending"]), manifest.selection
        if what not in CONTENTS:
            raise Differs(f"{path.name}: a kind of export that is not known: {what}")
        return CONTENTS[what](index, ending, layout, selection, watch)


def _check_files(
    files: list[Path],
    manifest: Manifest | None,
    content: Content,
    found: _Findings,
    watch: Watch,
) -> None:
    found.what = next(kind for kind, c in CONTENTS.items() if type(content) is c)
    found.n_files = len(files)
    order: list[IntVector] = []
    n_other = 0
    for file in files:
        with found.noting(), reading_export(file):
            if manifest is not None and not _has_checksum(file, manifest, watch):
                n_other += 1
                with found.noting():
                    raise Differs(
                        f"{file.name}: its checksum is not that of the manifest"
                    )
            rows = content.check_file(file)
            _check_name(file, rows, content, manifest)
            order.append(rows)
        watch.advance(file.stat().st_size)
    if manifest is not None:
        found.checksums = "differ" if n_other else "match"
    if len(order) == len(files):
        rows = np.concatenate(order) if order else np.arange(0)
        found.n_labels = distinct(content.index.ids[rows]).size
        if manifest is not None:
            with found.noting():
                _check_selection(rows, content, manifest)
        else:
            found.n_left_out = len(content.index) - rows.size


def _has_checksum(file: Path, manifest: Manifest, watch: Watch) -> bool:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while part := opened.read(_PART_BYTES):
            digest.update(part)
            watch.check()
    return digest.hexdigest() == manifest.files[file.name].sha256


def _check_name(
    file: Path, rows: IntVector, content: Content, manifest: Manifest | None
) -> None:
    if manifest is not None and manifest.layout["per_label"]:
        labels = content.index.labels[rows].tolist()
        names = [f"label_{label}{content.ending}" for label in labels]
        if names != [file.name]:
            raise Differs(f"{file.name}: it holds the labels {labels[:5]}")


def _check_selection(rows: IntVector, content: Content, manifest: Manifest) -> None:
    """Compare which labels there are, and how many of everything."""
    ids, chosen = content.index.ids, manifest.selection["labels"]
    found = ids[rows]
    if chosen == "all":  # of which there may be millions: no lists
        is_as_chosen = np.array_equal(found, ids)
        gone = [] if is_as_chosen else np.setdiff1d(ids, found)[:1].tolist()
    else:
        labels = found[: len(chosen) if manifest.selection["is_cut"] else None].tolist()
        is_as_chosen = labels == chosen
        gone = sorted(set(chosen) - set(labels))
    if not is_as_chosen:
        what = f"label {gone[0]} is not there" if gone else "they are not as chosen"
        raise Differs(f"of the labels that should be in it, {what}")
    counts = {"labels": rows.size, "voxels": content.n_voxels, "rows": content.n_lines}
    for name, count in counts.items():
        meant = manifest.counts[name]
        if count != meant:
            raise Differs(f"it has {count:,} {name}, its manifest says {meant:,}")
