"""Small widgets that know nothing of labels."""

from __future__ import annotations
