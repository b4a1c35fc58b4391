"""Fixtures and Hypothesis profiles for the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

import campaigns
import own_screen
from campaigns import campaign  # noqa: F401 - a fixture

_SCREEN = pytest.StashKey()
REPOSITORY = Path(__file__).resolve().parents[1]
OPEN_WINDOWS = ("test_demo.py", "test_layer_files.py", "test_manifest.py")

# No deadline: the first example of a kernel compiles it.  The blob makes a failure
# on a build server repeatable here.  "ci" replaces Hypothesis' own profile of that
# name, which would try the same examples every time.
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=False)
settings.register_profile("long", parent=settings.get_profile("ci"), max_examples=5000)
settings.load_profile("ci")


def pytest_addoption(parser):
    campaigns.add_option(parser)


def pytest_configure(config):
    campaigns.configure(config)
    is_worker = hasattr(config, "workerinput")
    config.stash[_SCREEN] = own_screen.start() if is_worker else None


def pytest_unconfigure(config):
    own_screen.stop(config.stash.get(_SCREEN, None))


def pytest_collection_modifyitems(items):
    campaigns.mark(items)
    for item in items:
        if item.path.parent.name == "widget" or item.path.name in OPEN_WINDOWS:
            item.add_marker(pytest.mark.window)


def pytest_sessionfinish(session):
    campaigns.write(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node):
    campaigns.take_over(node.config, getattr(node, "workeroutput", {}))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real label volumes that lies beside the checkout."""
    folder = REPOSITORY / "../shared/data"
    if not folder.is_dir():
        pytest.skip("no real volumes: there is no folder shared/data beside this clone")
    return folder.resolve()
