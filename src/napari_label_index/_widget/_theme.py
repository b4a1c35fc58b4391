"""Style sheets in the colours of a napari theme, for what napari leaves plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari.utils.theme import Theme


def table_style(theme: Theme) -> str:
    """Alternating rows, and a selection that stands out from them."""
    return f"""
    QTableView {{
        alternate-background-color: {theme.background.as_hex()};
        border: 1px solid {theme.primary.as_hex()};
    }}
    QTableView::item {{ padding: 0px 3px; }}
    QTableView::item:selected {{
        background-color: {theme.current.as_hex()};
        color: {theme.text.as_hex()};
    }}
    QHeaderView::section {{
        border: 0px;
        border-right: 1px solid {theme.foreground.as_hex()};
        padding: 3px 4px;
    }}
    """


def banner_style(theme: Theme, kind: str) -> str:
    """A frame with a bar in the colour of what is said."""
    accent = {"warning": theme.warning, "error": theme.error}.get(kind, theme.current)
    return f"""
    QLabel {{
        background: {theme.foreground.as_hex()};
        color: {theme.text.as_hex()};
        border-left: 4px solid {accent.as_hex()};
        padding: 5px 7px;
    }}
    """
