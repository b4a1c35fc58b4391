"""Whatever the user does at whatever moment of our work: no exception, nothing stale.

Work stops at its k-th report or question, and goes on when the user has acted: the
moment is that of the seed, not of a clock.
"""

from __future__ import annotations

import logging

import numpy as np
import pytest

import paused_jobs
from campaigns import rounds
from canvas_mouse import settle
from dangling import nothing_dangles  # noqa: F401 - a fixture
from dock_index import WAIT_MS
from dock_table import table_labels, table_selection
from export_window import choose
from napari_label_index._widget import _dock_widget, _worker
from napari_label_index._widget.picture._highlight import is_highlight
from napari_label_index._widget.picture._run_picture import RIM
from napari_label_index.io import verify_export
from napari_label_index.session import Exported, Indexing, Ready, Stale
from race_actions import ACTIONS, close_viewer, delete_highlight, make_volume

MAX_CALLS = 12  # of `report` and `cancel`; a small volume makes about this many
AT_END = 10**9
SEED = 15
FILES = [
    ("Coordinates", "CSV"),
    ("Runs", "Parquet"),
    ("Labels TIFF", None),
    ("Coordinates", "NPZ (NumPy)"),
]

pytestmark = pytest.mark.filterwarnings(
    "error::pytest.PytestUnhandledThreadExceptionWarning"
)


class Race:
    """One dock, used as long as it is open, and what is under way in it."""

    def __init__(self, open_dock, folder, qtbot, rng):
        self.open_dock, self.folder = open_dock, folder
        self.qtbot, self.rng = qtbot, rng
        self.widget = None

    def prepare(self):
        """A new layer, in a dock that shows nothing else."""
        if self.widget is None or self.widget._is_closed:
            self.viewer, self.widget = self.open_dock()
        self.viewer.layers.clear()
        self.viewer.dims.ndisplay = 2
        self.viewer.dims.order = (0, 1, 2)
        self.layer = self.viewer.add_labels(make_volume(self.rng), name="cells")
        self.settle()

    def index(self):
        self.widget.index_button.click()
        self.settle()
        assert isinstance(self.widget.session.state, Ready)

    def select_some(self):
        labels = self.widget.session.index.labels
        self.widget.session.selection.select(self.rng.choice(labels, 3, replace=False))

    def settle(self):
        """Nothing is under way any more, and all of it was answered."""
        self.qtbot.waitUntil(lambda: not self.is_busy, timeout=WAIT_MS)

    @property
    def is_busy(self):
        settle()
        return bool(_worker._UNANSWERED) or _is_active(self.widget.picture._timer)

    def act_during_work(self, action, start):
        """Start work, act at one moment of it, and let it go on."""
        at_end = self.rng.integers(3) == 0  # with an answer that hears no cancel
        k = AT_END if at_end else int(self.rng.integers(1, MAX_CALLS))
        pause = self.widget._submit.pause_next(k)
        start()
        try:
            pause.wait()
            self.perhaps_settle()
            action(self.widget, self.viewer, self.layer, self.rng)
            self.perhaps_settle()
        finally:
            pause.resume()
        self.settle()

    def perhaps_settle(self):
        if self.rng.integers(2):
            settle()


def _is_active(timer):
    try:
        return timer.isActive()
    except RuntimeError:  # Qt has deleted it with the window
        return False


def during_indexing(race, action):
    if race.rng.integers(2):
        race.index()
        race.select_some()
    race.act_during_work(action, race.widget.index_button.click)


def during_export(race, action):
    race.index()
    if race.rng.integers(2):
        race.select_some()
    before = race.layer.data.copy()
    selected = race.widget.session.selection.labels.tolist()
    panel = race.widget.export_panel
    race.widget.export_button.setChecked(True)
    choose(panel, *FILES[race.rng.integers(len(FILES))])
    race.act_during_work(action, panel.write_button.click)
    assert_written_whole_or_not(race, before, selected)


def during_highlight(race, action):
    race.index()
    if race.rng.integers(2):
        race.widget.modes.modes.toggle_isolated()
    race.select_some()
    if race.rng.integers(2):
        race.settle()
        race.select_some()
    action(race.widget, race.viewer, race.layer, race.rng)
    race.settle()


ACTIVITIES = [during_indexing, during_export, during_highlight]


def assert_written_whole_or_not(race, before, selected):
    state, files = race.widget.exporter.state, sorted(race.folder.iterdir())
    if isinstance(state, Exported):
        assert state.path in files
        if selected:
            assert sorted(np.array(state.request.labels).tolist()) == selected
        else:
            assert state.request.labels is None
        assert verify_export(state.path, before).ok
    assert len(files) in (0, 2), files
    for path in files:  # the dock may be closed, with the file in place
        path.unlink()


def assert_nothing_is_stale(race):
    widget, session = race.widget, race.widget.session
    layer, index = widget.link.layer, session.index
    assert not isinstance(session.state, Indexing) or widget._is_closed
    if widget._is_closed:
        ours = [each.name for each in race.viewer.layers if is_highlight(each)]
        assert not ours
        return
    assert layer is None or layer in race.viewer.layers
    assert layer is not None or index is None
    if index is None:
        assert table_labels(widget) == []
    elif isinstance(session.state, Ready):
        if not layer.visible:  # an undo there is silent, and looked for now and then
            race.qtbot.waitUntil(
                lambda: np.array_equal(session.index.to_label_image(), layer.data),
                timeout=WAIT_MS,
            )
            index = session.index
            race.settle()
        np.testing.assert_array_equal(index.to_label_image(), layer.data)
        assert index.dtype == layer.data.dtype
    else:
        assert isinstance(session.state, Stale)
        assert not widget.banner.isHidden()
    if index is not None:
        assert sorted(table_labels(widget)) == index.labels.tolist()
    assert_highlight_is_of(index, session.selection.labels, race)


def assert_highlight_is_of(index, selected, race):
    known = [] if index is None else index.labels.tolist()
    assert set(selected.tolist()) <= set(known)
    assert table_selection(race.widget) == selected.tolist()
    expected = selected
    is_isolated = race.widget.modes.modes.display.is_isolated
    if is_isolated and isinstance(race.widget.session.state, Ready):
        expected = selected[:0]  # it is drawn in its own colours
    layer = race.widget.picture._highlight.layer
    if layer is None:
        assert not len(expected) or race.action is delete_highlight
        return
    if index is None:
        assert not np.any(np.asarray(layer.data[(slice(None),) * layer.ndim]))
        return
    volume = np.isin(index.to_label_image(), expected)
    np.testing.assert_array_equal(drawn(layer, volume.shape, race.viewer), volume)


def drawn(layer, shape, viewer):
    """Which voxels a highlight shows, wherever the sliders are."""
    found = np.zeros(shape, bool)
    raw = np.asarray(layer.data[(slice(None),) * len(shape)])
    places = np.argwhere((raw > 0) & (raw != RIM)) + layer.translate
    found[tuple(places.astype(int).T)] = True
    return found


def run(race, activity, names, caught, campaign, where, n):
    """Each action at `n` moments of one kind of work."""
    for name in names:
        with campaign("C15", f"{where}: {name}", SEED) as count:
            for number in range(n):
                kind = ACTIVITIES.index(activity)
                race.rng = np.random.default_rng([SEED, number, kind])
                count.case()
                race.prepare()
                race.action = ACTIONS[name]
                activity(race, race.action)
                assert_nothing_is_stale(race)
                assert not [r for r in caught.records if r.levelno >= logging.ERROR]


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_no_action_at_any_moment_of_our_work_leaves_anything_stale(
    bare, tmp_path, qtbot, monkeypatch, caplog, campaign, activity
):
    paused_jobs.install(monkeypatch)
    race = Race(bare, tmp_path, qtbot, np.random.default_rng(SEED))
    with qtbot.captureExceptions() as exceptions:
        run(race, activity, ACTIONS, caplog, campaign, "no window", rounds(1, 67))
    assert not exceptions


@pytest.fixture
def open_window(make_napari_viewer, ask_path):
    """Docks a widget in one real window."""
    viewer = make_napari_viewer()

    def open_dock():
        widget = _dock_widget.LabelIndexWidget(viewer, ask_path=ask_path)
        viewer.window.add_dock_widget(widget, name="Label index")
        return viewer, widget

    return open_dock


def test_no_action_in_a_window_leaves_anything_stale(
    open_window, tmp_path, qtbot, monkeypatch, caplog, campaign
):
    paused_jobs.install(monkeypatch)
    race = Race(open_window, tmp_path, qtbot, np.random.default_rng(SEED))
    n = rounds(0, 7)
    few = ["dock closed", "layer deleted", "data replaced"]
    with qtbot.captureExceptions() as exceptions:
        for place, activity in enumerate(ACTIVITIES):
            names = ACTIONS if n else few[place : place + 1]
            run(race, activity, names, caplog, campaign, "window", n or 1)
    assert not exceptions


def test_a_window_can_be_closed_at_any_moment_of_our_work(
    make_napari_viewer, ask_path, tmp_path, qtbot, monkeypatch, caplog, campaign
):
    paused_jobs.install(monkeypatch)

    def open_dock():
        viewer = make_napari_viewer()
        widget = _dock_widget.LabelIndexWidget(viewer, ask_path=ask_path)
        viewer.window.add_dock_widget(widget, name="Label index")
        return viewer, widget

    with campaign("C15", "window: viewer closed", SEED) as count:
        for number in range(rounds(1, 60)):
            count.case()
            rng = np.random.default_rng([SEED, number])
            race = Race(open_dock, tmp_path, qtbot, rng)
            with qtbot.captureExceptions() as exceptions:
                race.prepare()
                ACTIVITIES[number % len(ACTIVITIES)](race, close_viewer)
            assert not exceptions
            assert not [r for r in caplog.records if r.levelno >= logging.ERROR]
