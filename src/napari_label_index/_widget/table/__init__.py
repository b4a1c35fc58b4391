"""The table of labels: numpy columns behind a Qt model."""

from __future__ import annotations
