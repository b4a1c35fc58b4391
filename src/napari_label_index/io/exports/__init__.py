"""What is taken away, streamed and whole or not at all, and its verification."""

from __future__ import annotations
