"""Numbers, sizes, times and names, as the dock writes them."""

from __future__ import annotations

DOT = " \N{MIDDLE DOT} "
TIMES = " \N{MULTIPLICATION SIGN} "
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


def number(value: float) -> str:
    """As in "1,204" and "0.53"."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


def count(n: int, noun: str) -> str:
    """As in "1 label" and "1,204 labels"."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def duration(seconds: float) -> str:
    """As in "0.3 s", "42 s" and "3 min 5 s"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def build_time(seconds: float) -> str:
    """As `duration`, but "12 ms" where that would say "0.0 s"."""
    if seconds < 0.0995:
        return f"{max(round(seconds * 1000), 1)} ms"
    return duration(seconds)


def size_text(n_bytes: float) -> str:
    """As in "812 bytes", "1.2 MB" and "3.4 GB"."""
    if n_bytes < 1000:
        return f"{n_bytes:.0f} bytes"
    unit, size = "kB", n_bytes / 1000
    for larger in ("MB", "GB"):
        if size >= 999.5:
            unit, size = larger, size / 1000
    return f"{size:.1f} {unit}" if size < 99.5 else f"{size:,.0f} {unit}"


def shortened(name: str, length: int = 24) -> str:
    """Return a name that makes no dock wider: it may have no place for a new line."""
    return name if len(name) <= length else name[: length - 1] + ELLIPSIS


def literal(name: str) -> str:
    """Return a name for a button or a menu, where a single & underlines a letter."""
    return name.replace("&", "&&")


def file_stem(name: str, more: str = "") -> str:
    """Return a file name from the name of a layer, whatever the user called it.

    Parameters
    ----------
    name : str
        What may hold anything.
    more : str
        Characters to keep beside letters, digits, ``-`` and ``_``.
    """
    kept = "".join(c if c.isalnum() or c in f"-_{more}" else "_" for c in name)
    return kept.strip(f"_{more}")[:60] or "labels"
