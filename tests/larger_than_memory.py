"""Runs the command line in a process that is given less memory than a volume takes.

Run as a script, ``larger_than_memory.py bytes_of_the_volume bytes_of_memory command
...``, with what `label-index` takes.
"""

from __future__ import annotations

import os
import resource
import sys

import numpy as np

from napari_label_index.cli import main

if __name__ == "__main__":
    volume, memory = map(int, sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # What threads set aside for themselves should not depend on the machine.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    try:
        np.empty(volume, np.uint8)
    except MemoryError:
        sys.exit(main(sys.argv[3:]))
    sys.exit("the whole volume would fit")
