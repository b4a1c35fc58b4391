"""The page on the dock has every key of it."""

from __future__ import annotations

import re

from napari_label_index._widget._keys import TABLE_KEYS, bound_keys


def test_the_page_on_inspecting_has_every_key(bare, repository):
    _, widget = bare()
    page = (repository / "docs/how-to/inspect.md").read_text(encoding="utf-8")
    said = [*bound_keys(widget), *TABLE_KEYS]
    keys = {key for names, _ in said for key in re.split(r" or |, | to ", names)}
    assert len(keys) > 30
    assert {key for key in keys if f"`{key}`" not in page} == set()
