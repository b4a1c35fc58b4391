"""One line of text that selects labels."""

from __future__ import annotations
