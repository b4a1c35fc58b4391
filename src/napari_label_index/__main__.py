"""``python -m napari_label_index`` is the command ``label-index``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; Ctrl+C is heard while it is still being imported."""
    try:
        from napari_label_index.cli import main as run

        return run()
    except KeyboardInterrupt:
        sys.stderr.write("label-index: interrupted, nothing was written\n")
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
