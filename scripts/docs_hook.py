"""Called by mkdocs: mends what it makes of types in docstrings."""

from __future__ import annotations


def on_page_content(html: str, **_: object) -> str:
    """Write array-like as one word: it is taken for a difference."""
    for word in ("array", "path"):
        html = html.replace(f"{word} - like", f"{word}-like")
    return html
