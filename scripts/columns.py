"""Write the table of columns in docs/reference/queries.md from the registry.

python scripts/columns.py
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from napari_label_index import LabelImage, build_index

PAGE = Path(__file__).resolve().parents[1] / "docs/reference/queries.md"
MARK = "<!-- written by scripts/columns.py; do not edit below -->"


def table() -> str:
    """Return every column of a volume of three axes, then those that time adds."""
    columns = build_index(np.ones((1, 1, 1), np.uint8)).columns
    film = build_index(LabelImage(np.ones((1, 1, 1), np.uint8), axes=("t", "y", "x")))
    for index in (film, film.by_time()):
        columns = {**columns, **_added(index.columns, columns)}
    rows = [f"| `{column.key}` | {column.meaning} |" for column in columns.values()]
    return "\n".join(["| Column | Says |", "|---|---|", *rows]) + "\n"


def _added(columns: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    return {key: column for key, column in columns.items() if key not in known}


def main() -> int:
    head = PAGE.read_text(encoding="utf-8").partition(MARK)[0]
    PAGE.write_text(f"{head}{MARK}\n\n{table()}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
