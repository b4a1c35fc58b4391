"""One PNG file as a slice of labels: the numbers that are stored, not their colours.

The decoder that we use turns palettes into RGB and stretches 1, 2 and 4 bits to 0..255.
Label images are often palette files, and their labels are the palette's row numbers. So
the file is handed over with its image data alone, palettes as plain greyscale.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import imagecodecs
import numpy as np
import numpy.typing as npt

from napari_label_index.errors import (
    IncompleteVolumeError,
    UnreadableImageError,
    UnsupportedLabelsError,
)

if TYPE_CHECKING:
    from pathlib import Path

    from napari_label_index._typing import LabelArray

__all__ = [
    "HEADER_BYTES",
    "PNG_SIGNATURE",
    "PngHeader",
    "decode_png",
    "decode_png_colors",
    "read_png_header",
    "read_png_palette",
    "refuse_png_colors",
    "same_palettes",
]

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER_BYTES = 33

_GREY, _PALETTE, _GREY_ALPHA = 0, 3, 4
_CHANNELS = {2: 3, 6: 4}


@dataclass(frozen=True, slots=True)
class PngHeader:
    """What the header of a PNG says."""

    width: int
    height: int
    bit_depth: int
    colour_type: int
    rest: bytes  # compression, filter and interlace method

    @property
    def shape(self) -> tuple[int, int]:
        return (self.height, self.width)

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(np.uint16 if self.bit_depth == 16 else np.uint8)

    @property
    def n_channels(self) -> int:
        """3 with colours, 4 with transparency too, else 0."""
        return _CHANNELS.get(self.colour_type, 0)

    @property
    def has_grey_alpha(self) -> bool:
        return self.colour_type == _GREY_ALPHA

    @property
    def has_palette(self) -> bool:
        return self.colour_type == _PALETTE


def read_png_header(path: Path, data: bytes) -> PngHeader:
    """Return the header of a PNG, its checksum verified."""
    if data[:8] != PNG_SIGNATURE:
        raise UnreadableImageError(f"{path}: not a PNG file; save it anew as PNG")
    if len(data) < HEADER_BYTES or data[12:16] != b"IHDR":
        raise IncompleteVolumeError(f"{path}: cut short in its header; copy it again")
    # The decoder sees a header that we write, so this checksum is ours to check.
    if zlib.crc32(data[12:29]) != int.from_bytes(data[29:33], "big"):
        raise UnreadableImageError(f"{path}: its header is damaged; copy it again")
    return PngHeader(*struct.unpack(">IIBB3s", data[16:29]))


def refuse_png_colors(path: Path, header: PngHeader) -> None:
    """Raise `UnsupportedLabelsError` unless each voxel of a PNG is one number."""
    if header.has_grey_alpha:
        raise UnsupportedLabelsError(
            f"{path}: a greyscale image with transparency, not a label image; save it "
            "anew without transparency"
        )
    if header.colour_type not in (_GREY, _PALETTE):
        raise UnsupportedLabelsError(
            f"{path}: a colour image, not a label image; if each object has a colour "
            "of its own, read it with read_color_labels or label-index colors, else "
            "save it with one whole number per voxel (greyscale or palette)"
        )


def decode_png(path: Path, data: bytes, out: LabelArray) -> None:
    """Write the stored numbers of a PNG into `out`, of the header's shape and dtype."""
    header = read_png_header(path, data)
    refuse_png_colors(path, header)
    imagecodecs.png_decode(_bare(path, data, header, _GREY), out=out)
    if header.bit_depth < 8:
        # Undo the stretching: 1 bit became 255, 2 bits became 85 times the value.
        out //= 255 // (2**header.bit_depth - 1)


def decode_png_colors(path: Path, data: bytes) -> LabelArray:
    """Return the colours of a PNG as stored, (height, width, 3 or 4)."""
    header = read_png_header(path, data)
    content = _bare(path, data, header, header.colour_type)
    pixels: LabelArray = imagecodecs.png_decode(content)
    return pixels.reshape(*header.shape, header.n_channels)


def read_png_palette(path: Path, data: bytes) -> npt.NDArray[np.uint8]:
    """Return the (n, 3) colours that the numbers of a palette PNG stand for."""
    for kind, start, stop in _chunks(path, data):
        if kind == b"PLTE" and (stop - start - 12) % 3 == 0:
            return np.frombuffer(data[start + 8 : stop - 4], np.uint8).reshape(-1, 3)
    raise UnreadableImageError(f"{path}: its palette is missing; save it anew as PNG")


def same_palettes(one: LabelArray, other: LabelArray) -> bool:
    """Return whether row numbers mean the same colours; a longer one may go on."""
    n = min(len(one), len(other))
    return bool((one[:n] == other[:n]).all())


def _bare(path: Path, data: bytes, header: PngHeader, colour_type: int) -> bytes:
    """Return a PNG without gamma, transparency and the like, said to be of a type."""
    ihdr = b"IHDR" + struct.pack(
        ">IIBB", header.width, header.height, header.bit_depth, colour_type
    )
    ihdr += header.rest
    parts: list[bytes | memoryview] = [PNG_SIGNATURE, struct.pack(">I", 13), ihdr]
    parts.append(struct.pack(">I", zlib.crc32(ihdr)))
    view = memoryview(data)
    for kind, start, stop in _chunks(path, data):
        if kind in (b"IDAT", b"IEND"):
            parts.append(view[start:stop])
    return b"".join(parts)


def _chunks(path: Path, data: bytes) -> list[tuple[bytes, int, int]]:
    """Return (kind, start, stop) of every chunk up to the last one, IEND."""
    chunks = []
    start = len(PNG_SIGNATURE)
    while start + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, start)
        kind = data[start + 4 : start + 8]
        stop = start + 12 + length
        if stop > len(data):
            break
        chunks.append((kind, start, stop))
        if kind == b"IEND":
            return chunks
        start = stop
    raise IncompleteVolumeError(
        f"{path}: cut short: its last part is missing after {len(data)} bytes; "
        "copy it again"
    )
