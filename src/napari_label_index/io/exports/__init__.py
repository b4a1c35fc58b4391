"""What is taken away: coordinates and tables, streamed."""

from __future__ import annotations
