"""How labels are shown: isolate, hide, dim, colours by a column."""

from __future__ import annotations
