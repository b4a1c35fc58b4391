"""Edits of whole labels: delete, merge, split, keep the largest part, relabel."""

from __future__ import annotations
