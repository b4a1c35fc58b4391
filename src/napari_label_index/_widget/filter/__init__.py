"""Which labels are shown: query line, chips, histogram."""

from __future__ import annotations
