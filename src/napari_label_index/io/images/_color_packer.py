"""Colours of voxels -> ids, exactly: red, green and blue become one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import numpy.typing as npt

from napari_label_index.errors import UnsupportedLabelsError
from napari_label_index.kernels import pack_colors

if TYPE_CHECKING:
    from napari_label_index._typing import IntVector, LabelArray

__all__ = ["Color", "ColorPacker", "hex_of", "unpack_colors"]

Color: TypeAlias = tuple[int, int, int]
"""Red, green and blue, 0 to 255, or 0 to 65535 in images of 16 bits a channel."""


@dataclass(frozen=True, slots=True)
class ColorPacker:
    """How the colours of one image become ids.

    An id is ``red << 16 | green << 8 | blue``, with 16 bits a channel
    ``red << 32 | green << 16 | blue``. The background is 0. Black would be 0 as well:
    where it is not the background, it is the first number that no other colour is.
    """

    source: str  # for messages
    shape: tuple[int, ...]  # of the volume, without channels
    dtype: np.dtype[Any]  # of a channel: uint8 or uint16
    background: Color | None

    def __post_init__(self) -> None:
        if self.dtype.kind != "u" or self.dtype.itemsize > 2:
            raise UnsupportedLabelsError(
                f"{self.source}: the channels of a colour image must be of 8 or 16 "
                f"bits, got {self.dtype}; save it anew as uint8"
            )
        if self.background is not None and max(self.background) >= 2**self.bits:
            raise UnsupportedLabelsError(
                f"{self.source}: its channels have {self.bits} bits, so the background "
                f"cannot be {self.background}"
            )

    @property
    def bits(self) -> int:
        """Bits of a channel."""
        return 8 * self.dtype.itemsize

    @property
    def label_dtype(self) -> np.dtype[Any]:
        """Type of the ids."""
        return np.dtype(np.uint32 if self.bits == 8 else np.uint64)

    def pack(self, pixels: npt.NDArray[Any], first: int, out: LabelArray) -> None:
        """Write the ids of some voxels that follow each other.

        Parameters
        ----------
        pixels : (..., 3) or (..., 4) array
            Their colours.
        first : int
            Flat position of the first of them in the volume, for messages.
        out : (...) array of `label_dtype`, in C order
            Filled with the ids.
        """
        channels = pixels.reshape(-1, pixels.shape[-1])
        if not channels.dtype.isnative:
            channels = channels.astype(self.dtype)
        flat = out.reshape(-1)
        background = 0 if self.background is None else _packed(self.background, self)
        pack_colors(
            *(channels[:, place] for place in range(3)),
            self.bits,
            np.uint64(background),
            self.background is not None,
            np.uint64(1 << 3 * self.bits),
            flat,
        )
        if channels.shape[1] == 4:
            self._clear_transparent(channels[:, 3], first, flat)

    def _clear_transparent(
        self, alpha: LabelArray, first: int, flat: LabelArray
    ) -> None:
        """Make what cannot be seen background; half seen, a colour is no id."""
        opaque = 2**self.bits - 1
        if (alpha == opaque).all():
            return
        is_partial = (alpha != 0) & (alpha != opaque)
        if is_partial.any():
            k = int(np.argmax(is_partial))
            place = tuple(int(i) for i in np.unravel_index(first + k, self.shape))
            raise UnsupportedLabelsError(
                f"{self.source}: its colours must be opaque (alpha {opaque}) or wholly "
                f"transparent (alpha 0, background), found alpha {alpha[k]} at "
                f"{place}; save it anew without transparency"
            )
        flat[alpha == 0] = 0


def _packed(color: Color, packer: ColorPacker) -> int:
    red, green, blue = color
    return red << 2 * packer.bits | green << packer.bits | blue


def unpack_colors(ids: IntVector, bits: int) -> npt.NDArray[np.unsignedinteger[Any]]:
    """Return the (n, 3) colours that were packed into some ids."""
    shifts = np.array([2 * bits, bits, 0], np.uint64)
    channels = ids.astype(np.uint64)[:, np.newaxis] >> shifts
    # Black's own id has one bit more, which no channel takes.
    return channels.astype(np.uint8 if bits == 8 else np.uint16)


def hex_of(color: npt.ArrayLike, bits: int) -> str:
    """Return a colour as ``#rrggbb``, with 16 bits a channel as ``#rrrrggggbbbb``."""
    return "#" + "".join(f"{int(c):0{bits // 4}x}" for c in np.asarray(color))
