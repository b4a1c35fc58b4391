"""An index that is larger than memory: a folder of partitions."""

from __future__ import annotations
