"""Verdicts and notes in the dock."""

from __future__ import annotations
