"""Two Labels layers of one shape, compared label by label."""

from __future__ import annotations
