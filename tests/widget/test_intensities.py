"""Intensities in the dock: from which image, and what is said where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from dock_filter import ask
from dock_index import WAIT_MS
from dock_table import table_labels
from napari_label_index.session import Ready, Wrong


def cells(widget, key):
    view = widget.table.view
    model, column = view.model(), view.column_of(key)
    return [model.data(model.index(row, column)) for row in range(model.rowCount())]


def ready(widget, key, qtbot):
    columns = widget.inspection.columns
    qtbot.waitUntil(lambda: columns.is_ready(key), timeout=WAIT_MS)


def intensity_menu(widget):
    menu = widget.table.columns.make_menu()
    widget.kept = menu
    [found] = [a.menu() for a in menu.actions() if a.text() == "Intensity"]
    return {a.text(): a for a in found.actions() if a.text()}


def tooltip(widget, key):
    view = widget.table.view
    return view.model().columns[view.column_of(key)].tooltip


@pytest.fixture
def image(volume):
    return np.arange(volume.size, dtype=np.float32).reshape(volume.shape)


def means(volume, image):
    return [float(image[volume == label].mean()) for label in (1, 3, 5, 7)]


def test_the_only_image_is_measured_when_a_column_is_chosen(
    indexed, volume, image, qtbot
):
    viewer, widget = indexed
    viewer.add_image(image, name="nuclei")
    actions = intensity_menu(widget)
    assert actions["of nuclei"].isChecked()
    actions["Intensity mean"].trigger()
    ready(widget, "intensity_mean", qtbot)
    expected = [f"{mean:,.2f}" for mean in means(volume, image)]
    assert cells(widget, "intensity_mean") == expected
    assert tooltip(widget, "intensity_mean").startswith("Mean of 'nuclei' under")
    assert widget.measuring.isHidden()


def test_a_query_measures_the_only_image(indexed, volume, image, qtbot):
    viewer, widget = indexed
    viewer.add_image(image, name="nuclei")
    ask(widget, "intensity_mean > 10 sort by -intensity_mean", qtbot)
    found = [
        label for label, mean in zip((1, 3, 5, 7), means(volume, image), strict=True)
        if mean > 10
    ]  # fmt: skip
    assert sorted(table_labels(widget)) == found
    assert widget.table.view.column_of("intensity_mean") > 0


def test_of_several_images_the_user_chooses_one(indexed, volume, image, qtbot):
    viewer, widget = indexed
    viewer.add_image(image, name="a")
    viewer.add_image(image * 2, name="b")
    ask(widget, "intensity_mean > 0", qtbot)
    state = widget.inspection.filter.state
    assert isinstance(state, Wrong)
    assert state.message == (
        "2 images can be measured. Choose one: Columns > Intensity."
    )
    assert list(intensity_menu(widget)) == ["of a", "of b"]
    intensity_menu(widget)["of b"].trigger()  # and its mean is shown
    ready(widget, "intensity_mean", qtbot)
    expected = [f"{2 * mean:,.2f}" for mean in means(volume, image)]
    assert cells(widget, "intensity_mean") == expected


def test_new_data_of_the_image_are_measured_anew(indexed, volume, image, qtbot):
    viewer, widget = indexed
    layer = viewer.add_image(image, name="nuclei")
    widget.table.columns.set_shown("intensity_max", True)
    ready(widget, "intensity_max", qtbot)
    layer.data = image + 100
    assert not widget.inspection.columns.is_ready("intensity_max")
    assert set(cells(widget, "intensity_max")) == {"…"}
    ready(widget, "intensity_max", qtbot)
    assert cells(widget, "intensity_max")[0] == f"{image[volume == 1].max() + 100:,.2f}"


def test_an_image_that_is_gone_takes_its_columns_with_it(indexed, image, qtbot):
    viewer, widget = indexed
    layer = viewer.add_image(image, name="nuclei")
    widget.table.columns.set_shown("intensity_max", True)
    ready(widget, "intensity_max", qtbot)
    layer.name = "renamed"
    assert "'renamed'" in tooltip(widget, "intensity_max")
    viewer.layers.remove(layer)
    assert set(cells(widget, "intensity_max")) == {"?"}
    assert "There is none." in tooltip(widget, "intensity_max")


@pytest.mark.parametrize("is_sorted", [False, True], ids=["by label", "by it"])
def test_the_labels_may_go_before_the_image_that_is_measured(
    indexed, image, qtbot, is_sorted
):
    viewer, widget = indexed
    viewer.add_image(image, name="nuclei")
    widget.table.columns.set_shown("intensity_max", True)
    ready(widget, "intensity_max", qtbot)
    if is_sorted:
        view = widget.table.view
        view.model().sort(view.column_of("intensity_max"))
    viewer.layers.remove(viewer.layers["cells"])
    assert widget.session.index is None
    assert widget.table.view.model().rowCount() == 0


def test_a_stroke_is_in_the_intensities_at_once(indexed, volume, image, qtbot):
    viewer, widget = indexed
    viewer.add_image(image, name="nuclei")
    widget.table.columns.set_shown("intensity_mean", True)
    ready(widget, "intensity_mean", qtbot)
    viewer.layers["cells"].data_setitem(np.nonzero(volume == 7), 5)
    viewer.layers["cells"].refresh()
    after = np.where(volume == 7, 5, volume)
    assert widget.session.index.labels.tolist() == [1, 3, 5]
    expected = [f"{image[after == label].mean():,.2f}" for label in (1, 3, 5)]
    assert cells(widget, "intensity_mean") == expected


def test_columns_come_back_after_indexing_again(indexed, volume, image, qtbot):
    viewer, widget = indexed
    viewer.add_image(image, name="nuclei")
    widget.table.columns.set_shown("intensity_max", True)
    widget.table.columns.set_shown("n_neighbours", True)
    ready(widget, "intensity_max", qtbot)
    before = widget.session.index
    widget.index_button.click()
    qtbot.waitUntil(
        lambda: (
            isinstance(widget.session.state, Ready)
            and widget.session.index is not before
        ),
        timeout=WAIT_MS,
    )
    ready(widget, "intensity_max", qtbot)
    ready(widget, "n_neighbours", qtbot)
    assert cells(widget, "n_neighbours") == ["0"] * 4


@pytest.mark.parametrize(
    ("data", "kwargs", "words"),
    [
        pytest.param(
            np.ones((3, 4, 3), np.uint8),
            {"rgb": True},
            "'photo' is a colour image. Split it into channels first: right-click the"
            " layer, Split RGB.",
            id="rgb",
        ),
        pytest.param(
            np.ones((2, 2, 3, 4)),
            {},
            "'photo' is 2 × 2 × 3 × 4, the labels 2 × 3 × 4. Split it into channels"
            " first: right-click the layer, Split Stack.",
            id="channels",
        ),
        pytest.param(
            np.ones((5, 5)),
            {},
            "'photo' is 5 × 5, the labels 2 × 3 × 4. Open an image with one value for"
            " each of their voxels.",
            id="other",
        ),
    ],
)
def test_an_image_that_cannot_be_measured_says_why(indexed, qtbot, data, kwargs, words):
    viewer, widget = indexed
    viewer.add_image(data, name="photo", **kwargs)
    ask(widget, "intensity_mean > 1", qtbot)
    assert widget.inspection.filter.state.message == words
    [action] = intensity_menu(widget).values()
    assert not action.isEnabled()
    assert action.toolTip() == words


def test_a_bar_shows_how_far_it_has_come_and_stops_it(indexed, volume, qtbot):
    viewer, widget = indexed
    viewer.add_image(np.ones(volume.shape), name="nuclei")
    columns = widget.inspection.columns
    widget.table.columns.set_shown("intensity_max", True)
    if columns.computing == "intensity_max":  # the thread may be faster than we are
        assert not widget.measuring.isHidden()
        widget.measuring.cancel_button.click()
        assert set(cells(widget, "intensity_max")) == {"?"}
    widget.table.columns.set_shown("intensity_max", False)
    widget.table.columns.set_shown("intensity_max", True)
    ready(widget, "intensity_max", qtbot)
    qtbot.waitUntil(widget.measuring.isHidden, timeout=WAIT_MS)
