"""The review of a volume: marks in a file that grows line by line."""

from __future__ import annotations
