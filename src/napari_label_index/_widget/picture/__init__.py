"""The canvas: highlight, clicks, and pictures drawn from runs."""

from __future__ import annotations
