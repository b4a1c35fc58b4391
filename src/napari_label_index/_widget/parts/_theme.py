"""Style sheets in the colours of a napari theme, for what napari leaves plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtGui import QColor

if TYPE_CHECKING:
    from napari.utils.theme import Theme


def table_style(theme: Theme) -> str:
    """Alternating rows, and a selection that stands out from them."""
    return f"""
    QTableView {{
        alternate-background-color: {theme.background.as_hex()};
        border: 1px solid {theme.primary.as_hex()};
    }}
    QTableView::item {{ padding: 0px; }}
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


def chip_style(theme: Theme) -> str:
    """Flat, round chips; the one that is asked has a frame as well as a colour."""
    return f"""
    QPushButton#chip {{
        padding: 1px 7px;
        border: 1px solid {theme.primary.as_hex()};
        border-radius: 8px;
        background: {theme.background.as_hex()};
    }}
    QPushButton#chip:hover, QPushButton#chip:focus {{
        border-color: {theme.text.as_hex()};
    }}
    QPushButton#chip:checked {{
        border: 2px solid {theme.text.as_hex()};
        padding: 0px 6px;
        background: {theme.current.as_hex()};
    }}
    """


def popup_style(theme: Theme) -> str:
    """A list that is a window of its own, out of reach of napari's style sheet."""
    return f"""
    QListView {{
        background: {theme.background.as_hex()};
        color: {theme.text.as_hex()};
        border: 1px solid {theme.primary.as_hex()};
        selection-background-color: {theme.current.as_hex()};
        selection-color: {theme.text.as_hex()};
    }}
    """


def is_dark(theme: Theme) -> bool:
    """Whether the background is dark; before napari 0.7 a theme does not say so."""
    return bool(QColor(theme.background.as_hex()).lightness() < 128)


def mark_color(theme: Theme) -> QColor:
    """A red that can be read on the background: napari's is for filled areas."""
    return QColor("#ff7b7b" if is_dark(theme) else "#b00020")


def link_color(theme: Theme) -> str:
    """A blue that can be read on the background."""
    return "#8ab4ff" if is_dark(theme) else "#0b57d0"
