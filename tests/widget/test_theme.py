from __future__ import annotations

from types import SimpleNamespace

import pytest
from napari.utils.theme import get_theme

from napari_label_index._widget.parts._theme import is_dark, link_color, mark_color


@pytest.mark.parametrize(("name", "dark"), [("dark", True), ("light", False)])
def test_a_theme_of_an_older_napari_need_not_say_whether_it_is_dark(name, dark):
    theme = SimpleNamespace(background=get_theme(name).background)
    assert is_dark(theme) == dark
    assert (mark_color(theme).lightness() > 128) == dark
    assert link_color(theme).startswith("#")
