"""A virtual screen for each process of a test run, so that windows do not meet.

Two windows on one screen take the keyboard from each other.
"""

from __future__ import annotations

import os
import shutil
import subprocess


def start():
    """Start a screen and use it; None where there is none to start, as on Windows."""
    if "DISPLAY" not in os.environ or shutil.which("Xvfb") is None:
        return None
    told, tells = os.pipe()
    size = ("-screen", "0", "1600x1200x24")
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(tells), *size, "-nolisten", "tcp"],
        pass_fds=[tells],
        stderr=subprocess.DEVNULL,
    )
    os.close(tells)
    with os.fdopen(told) as answer:
        os.environ["DISPLAY"] = f":{answer.readline().strip()}"
    return screen


def stop(screen):
    if screen is not None:
        screen.terminate()
        screen.wait()
