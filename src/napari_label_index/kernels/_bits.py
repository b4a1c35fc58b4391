"""Bit tricks that numba has no function for."""

from __future__ import annotations

from numba import types
from numba.extending import intrinsic


@intrinsic
def count_trailing_zeros(typingctx, value):
    """Count the zero bits below the lowest set bit of a uint64; 64 for zero."""
    if value != types.uint64:
        return None

    def codegen(context, builder, signature, args):
        is_zero_poison = context.get_constant(types.boolean, False)
        return builder.cttz(args[0], is_zero_poison)

    return types.uint64(types.uint64), codegen
