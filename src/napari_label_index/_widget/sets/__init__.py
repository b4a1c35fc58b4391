"""Named sets in the dock."""

from __future__ import annotations
