"""``python -m napari_label_index`` is the command ``label-index``."""

from __future__ import annotations

from napari_label_index.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
