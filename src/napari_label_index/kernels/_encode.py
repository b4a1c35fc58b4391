"""Labels -> small codes, by a hash table whose size follows the labels seen.

Codes number the labels in order of first appearance, so that nothing is ever sized
by the largest id. Open addressing with linear probing; Fibonacci hashing (Knuth, The
Art of Computer Programming 3, section 6.4) spreads dense and sparse ids alike.
"""

from __future__ import annotations

import numpy as np

from napari_label_index.kernels._jit import kernel

EMPTY_SLOT = np.uint32(0xFFFFFFFF)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_ONE = np.uint64(1)


@kernel
def encode_labels(labels, n, first, keys, slots, shift, known, n_known, codes, counts):
    """Replace ``labels[first:n]`` by codes and count how often each code occurs.

    Stops early where `known` is full, so that the caller can grow it and go on.

    Parameters
    ----------
    labels : (n,) or more, unsigned
    keys : (2**k,) labels of the table, of the dtype of `labels`
    slots : (2**k,) uint32 code of each key, `EMPTY_SLOT` where there is none
    shift : 64 - k
    known : (capacity,) labels by code; the first `n_known` are set
    codes : (n,) or more uint32, filled
    counts : (capacity,) int64, added to

    Returns
    -------
    done, n_known : how far it came, and how many labels are known now
    """
    last_slot = np.uint64(keys.size) - _ONE
    capacity = np.uint64(known.size)
    n_codes = np.uint64(n_known)
    for k in range(np.uint64(first), np.uint64(n)):
        label = labels[k]
        slot = (np.uint64(label) * _GOLDEN) >> np.uint64(shift)
        while slots[slot] != EMPTY_SLOT and keys[slot] != label:
            slot = (slot + _ONE) & last_slot
        code = slots[slot]
        if code == EMPTY_SLOT:
            if n_codes == capacity:
                return k, n_codes
            code = np.uint32(n_codes)
            keys[slot] = label
            slots[slot] = code
            known[n_codes] = label
            n_codes += _ONE
        codes[k] = code
        counts[code] += _ONE
    return np.uint64(n), n_codes


@kernel
def rebuild_slots(known, n_known, keys, slots, shift):
    """Enter the first `n_known` labels of `known` into an empty, larger table.

    The arguments are those of `encode_labels`.
    """
    last_slot = np.uint64(keys.size) - _ONE
    for code in range(np.uint64(n_known)):
        slot = (np.uint64(known[code]) * _GOLDEN) >> np.uint64(shift)
        while slots[slot] != EMPTY_SLOT:
            slot = (slot + _ONE) & last_slot
        keys[slot] = known[code]
        slots[slot] = np.uint32(code)
