"""Help of options that several commands have."""

from __future__ import annotations

STACK_HELP = "a file or folder of images; a.npz::name for one of several"
INPUT_HELP = "an index (.parquet, folder, address) or a stack, indexed first"
AGAINST_HELP = "stack that an index must still tell of, or it is refused"
INTENSITY_HELP = "image of the same shape, for columns such as intensity_mean"
