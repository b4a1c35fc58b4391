"""All that is done with files, in a process that hears what Python is asked to do.

Run as a script, ``watched_run.py folder``; prints how many formats were read, how many
files that name an address, and the events of a second round, in which nothing has to be
imported or compiled any more.
"""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path

import tifffile

import damaged_files
from napari_label_index.errors import LabelIndexError
from napari_label_index.index import build_index
from napari_label_index.io import (
    FORMATS,
    export,
    open_index,
    read_label_image,
    restore_label_image,
    save_index,
    verify_export,
)

WATCHED = ("pickle.", "marshal.", "socket.", "urllib.", "http.", "ftplib.", "code.")
WATCHED += ("exec", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork")
# "compile" is not among them: NumPy parses the header of an .npy file as a literal,
# which runs nothing; to run it would be "exec".
events: list[str] = []


def listen(event, _arguments):
    if event.startswith(WATCHED):
        events.append(event)


def work(seeds, folder):
    """Read every format, then write and read all that we write."""
    n = 0
    for path in sorted(seeds.iterdir()):
        try:
            index = build_index(read_label_image(path).data)
        except LabelIndexError:  # of colours, and of several arrays
            continue
        saved = save_index(index, folder / f"{path.name}.parquet")
        opened = open_index(saved)
        restore_label_image(opened, folder / f"{path.name}.npy")
        n += 1
    for what, form in FORMATS.items():
        some, path = opened.labels[:3].tolist(), folder / f"{what}{form.endings[0]}"
        export(opened, some, path, what)
        assert verify_export(path, opened).ok
    opened.select("num_pixels > 3 and not touches_border sort by -num_pixels")
    return n


ADDRESS = "http://127.0.0.1:9/b"


def read_addresses(seeds, folder):
    """Read files whose metadata, or whose name, is an address; return how many."""
    tried = []
    for name in ("a.nrrd", "raw.nrrd"):
        text = (seeds / name).read_bytes()
        tried.append(folder / f"address-{name}")
        line = f"data file: {ADDRESS}".encode()
        tried[-1].write_bytes(text.replace(b"encoding", line + b"\nencoding", 1))
    for version, metadata in (("0.4", ".zattrs"), ("0.5", "zarr.json")):
        tried.append(folder / f"{version}.zarr")
        tried[-1].mkdir()
        scale = {"version": version, "datasets": [{"path": ADDRESS}], "axes": []}
        page = {"zarr_format": 3, "node_type": "group"} | {
            "attributes": {"ome": {"version": version, "multiscales": [scale]}}
        }
        if version == "0.4":
            (tried[-1] / ".zgroup").write_text('{"zarr_format": 2}')
            page = {"multiscales": [scale]}
        (tried[-1] / metadata).write_text(json.dumps(page))
    tif = (seeds / "ome.ome.tif").read_bytes()
    tried.append(folder / "address.ome.tif")
    tried[-1].write_bytes(tif)
    named = f'<UUID FileName="{ADDRESS}.ome.tif">urn:uuid:1</UUID>'
    xml = tifffile.tiffcomment(tried[-1])
    begin = xml.index("/>", xml.index("<TiffData"))
    changed = f"{xml[:begin]}>{named}</TiffData>{xml[begin + 2 :]}"
    tifffile.tiffcomment(tried[-1], changed.encode())
    members = [f"{seeds / name}::{ADDRESS}" for name in ("a.npz", "a.h5", "v3.zarr")]
    for path in [*tried, *members]:
        with contextlib.suppress(LabelIndexError):  # or what is here is read
            read_label_image(path)
    return len(tried) + len(members)


def main(folder):
    seeds = folder / "seeds"
    seeds.mkdir()
    damaged_files.write_seeds(seeds)
    for name in ("first", "second"):
        (folder / name).mkdir()
        if name == "second":
            sys.addaudithook(listen)
        n = work(seeds, folder / name)
        n_addresses = read_addresses(seeds, folder / name)
    sys.stdout.write(json.dumps([n, n_addresses, events]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
