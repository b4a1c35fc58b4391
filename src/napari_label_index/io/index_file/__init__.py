"""An index in a file of its own."""

from __future__ import annotations
