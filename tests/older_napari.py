"""What the tests ask of a viewer, under its names before napari 0.9 too."""

from __future__ import annotations


def camera_of(viewer):
    return getattr(viewer, "scene", viewer).camera


def canvas_size(viewer):
    """Height and width."""
    canvas = getattr(viewer, "canvas", None)
    return viewer._canvas_size if canvas is None else canvas.size


def events_of_layers(viewer):
    """Those that a window tells what is docked in it; "renamed" came after 0.6.2."""
    events = viewer.layers.events
    names = ("inserted", "removed", "reordered", "renamed")
    return [getattr(events, name) for name in names if hasattr(events, name)]
