"""Read damaged files in this process, and tell of each how it went.

Run as ``python damaged_files.py FOLDER SEED FIRST LAST``: for every case a line with
its number is written before it is tried, and one with the outcome after it, so that the
case is known in which a decoder kills or hangs this process.
"""

from __future__ import annotations

import gzip
import io
import json
import resource
import sys
import time
import traceback
from pathlib import Path

import h5py
import nibabel
import nrrd
import numpy as np
import tifffile
import zarr
from PIL import Image

from napari_label_index.errors import LabelIndexError
from napari_label_index.io import read_color_labels, read_label_image

MOST_BYTES = 1 << 28
LABELS = np.arange(6 * 24 * 21, dtype=np.uint16).reshape(6, 24, 21) // 5
RGB = np.stack([LABELS % 7, LABELS // 7 % 256, LABELS % 251], -1).astype(np.uint8)


def write_seeds(folder: Path) -> list[str]:
    """Write one small file of each format; return their names."""
    tifffile.imwrite(folder / "plain.tif", LABELS, metadata=None)
    tifffile.imwrite(folder / "ome.ome.tif", LABELS, ome=True, compression="zlib")
    tifffile.imwrite(
        folder / "big.tif", LABELS, byteorder=">", bigtiff=True, tile=(16, 16)
    )
    tifffile.imwrite(folder / "ij.tif", LABELS, imagej=True, metadata={"axes": "ZYX"})
    tifffile.imwrite(folder / "rgb.tif", RGB, photometric="rgb", compression="lzw")
    Image.fromarray(LABELS[0]).save(folder / "grey.png")
    Image.fromarray(RGB[0]).save(folder / "rgb.png")
    Image.fromarray(RGB[0]).quantize(64).save(folder / "palette.png")
    np.save(folder / "a.npy", LABELS)
    np.savez_compressed(folder / "a.npz", labels=LABELS)
    nifti = nibabel.Nifti1Image(LABELS.T, np.eye(4))
    nibabel.save(nifti, folder / "a.nii")
    (folder / "a.nii.gz").write_bytes(gzip.compress((folder / "a.nii").read_bytes()))
    nrrd.write(str(folder / "a.nrrd"), LABELS)
    nrrd.write(str(folder / "raw.nrrd"), LABELS, {"encoding": "raw"})
    for version in (2, 3):
        array = zarr.create_array(
            folder / f"v{version}.zarr", shape=LABELS.shape, dtype=LABELS.dtype,
            chunks=(3, 12, 21), zarr_format=version,
        )  # fmt: skip
        array[...] = LABELS
    with h5py.File(folder / "a.h5", "w") as file:
        file.create_dataset("labels", data=LABELS, chunks=(2, 8, 8), compression="gzip")
    return sorted(path.name for path in folder.iterdir())


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """Return the content with one to three changes."""
    data = bytearray(content)
    for _ in range(int(rng.integers(1, 4))):
        size = len(data)
        # Half of the changes are where headers are.
        most = min(size, 400) if rng.random() < 0.5 else size
        place = int(rng.integers(0, max(1, most)))
        length = int(rng.integers(1, 9))
        kind = rng.choice(["flip", "cut", "copy", "insert", "extreme", "drop", "text"])
        if kind == "flip" and size:
            data[place] ^= 1 << int(rng.integers(8))
        elif kind == "cut":
            del data[place:]
        elif kind == "copy":
            source = int(rng.integers(0, max(1, size)))
            data[place : place + length] = data[source : source + length]
        elif kind == "insert":
            data[place:place] = rng.bytes(length)
        elif kind == "extreme":
            fill = rng.choice([b"\xff" * 8, b"\0" * 8, b"\x7f" + b"\xff" * 7])
            data[place : place + length] = bytes(fill)[:length]
        elif kind == "drop":
            del data[place : place + length]
        elif kind == "text":
            data[place : place + 1] = rng.choice([b"9" * 8, b"-1", b"{", b'"', b"["])
    return bytes(data)


def damage(path: Path, seed: Path, rng: np.random.Generator) -> None:
    """Write a damaged copy of a seed; of a folder, one file of it is damaged."""
    if seed.is_file():
        path.write_bytes(damaged(seed.read_bytes(), rng))
        return
    files = sorted(file for file in seed.rglob("*") if file.is_file())
    chosen = files[int(rng.integers(len(files)))]
    for file in files:
        copy = path / file.relative_to(seed)
        copy.parent.mkdir(parents=True, exist_ok=True)
        content = file.read_bytes()
        copy.write_bytes(damaged(content, rng) if file == chosen else content)


def outcome(path: Path) -> str:
    """Read a file, and say how it went."""
    try:
        if path.name.startswith(("rgb", "palette")):
            np.asarray(read_color_labels(path, max_bytes=MOST_BYTES).label_image).sum()
        else:
            np.asarray(read_label_image(path, max_bytes=MOST_BYTES).data).sum()
    except LabelIndexError as error:
        if path.name.split(".")[0] not in str(error):
            return f"does not name the file: {error}"
        return "refused"
    except BaseException:  # noqa: BLE001 - this is what the test looks for
        return "not ours: " + traceback.format_exc()[-1500:]
    return "read"


def tell(line: list[object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def main(folder: Path, seed: int, first: int, last: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    seeds = sorted(path for path in (folder / "seeds").iterdir())
    for case in range(first, last):
        tell([case])
        rng = np.random.default_rng((seed, case))
        source = seeds[case % len(seeds)]
        path = folder / "cases" / str(case) / source.name
        path.parent.mkdir(parents=True)
        damage(path, source, rng)
        begin = time.perf_counter()
        told = outcome(path)
        seconds = time.perf_counter() - begin
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        tell([case, source.name, told, seconds, peak])


if __name__ == "__main__":
    sys.stderr = io.StringIO()  # libraries warn about what they are given
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
