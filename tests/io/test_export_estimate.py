"""What a panel asks of an export before it is run."""

from __future__ import annotations

import inspect

import pytest

from napari_label_index._samples import ellipsoids
from napari_label_index.index import build_index
from napari_label_index.io import FORMATS, estimate_export_bytes, export


@pytest.fixture(scope="module")
def cells():
    return build_index(ellipsoids((60, 70, 80), (3, 4, 5)))


@pytest.mark.parametrize("what", FORMATS)
def test_the_size_is_known_to_a_factor_of_three(tmp_path, cells, what):
    for ending in FORMATS[what].endings:
        for labels in (None, cells.labels[:30]):
            path = export(cells, labels, tmp_path / f"a{ending}", what)
            found = path.stat().st_size
            told = estimate_export_bytes(cells, labels, ending, what=what)
            assert found / 3 < told < found * 3, ending


@pytest.mark.parametrize("what", [what for what in FORMATS if what != "table"])
def test_every_option_is_a_keyword_of_its_export(what):
    known = inspect.signature(FORMATS[what].write).parameters
    options = {option.name for option in FORMATS[what].options}
    assert options <= set(known)
    common = {"index", "labels", "path", "query", "manifest", "on_progress", "cancel"}
    assert set(known) == options | common, "nothing is left out either"


def test_an_unknown_kind_is_refused(tmp_path, cells):
    with pytest.raises(ValueError, match="what must be one of coords, runs"):
        export(cells, None, tmp_path / "a.csv", "colours")
