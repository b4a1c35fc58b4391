"""Write the table of columns in docs/reference/queries.md from the registry.

python scripts/columns.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from napari_label_index import build_index

PAGE = Path(__file__).resolve().parents[1] / "docs/reference/queries.md"
MARK = "<!-- written by scripts/columns.py; do not edit below -->"


def table() -> str:
    """Return every column of a volume of three axes, with what it says."""
    columns = build_index(np.ones((1, 1, 1), np.uint8)).columns.values()
    rows = [f"| `{column.key}` | {column.meaning} |" for column in columns]
    return "\n".join(["| Column | Says |", "|---|---|", *rows]) + "\n"


def main() -> int:
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(f"{head}{MARK}\n\n{table()}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
