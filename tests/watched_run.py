"""All that is done with files, in a process that hears what Python is asked to do.

Run as a script, ``watched_run.py folder``; prints the events of a second round, in
which nothing has to be imported or compiled any more.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

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


def main(folder):
    seeds = folder / "seeds"
    seeds.mkdir()
    damaged_files.write_seeds(seeds)
    for name in ("first", "second"):
        (folder / name).mkdir()
        if name == "second":
            sys.addaudithook(listen)
        n = work(seeds, folder / name)
    sys.stdout.write(json.dumps([n, events]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
