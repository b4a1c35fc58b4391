"""The names a user may rely on; a change here is a change of the interface."""

from __future__ import annotations

from importlib.metadata import version

import napari_label_index as nli
from napari_label_index import errors


def test_the_public_names_are_these_and_sorted():
    assert nli.__all__ == [
        "LabelImage",
        "LabelIndex",
        "LabelIndexError",
        "build_index",
        "build_index_dataset",
        "export",
        "export_coords",
        "export_table",
        "open_index",
        "read_color_labels",
        "read_label_image",
        "upload_index",
        "verify_export",
    ]


def test_every_public_name_exists_and_has_a_docstring():
    for name in nli.__all__:
        assert getattr(nli, name).__doc__, name


def test_the_version_is_that_of_the_distribution():
    assert nli.__version__ == version("napari-label-index")


def test_every_error_is_caught_by_the_root_and_by_a_built_in():
    for name in errors.__all__:
        error = getattr(errors, name)
        assert issubclass(error, errors.LabelIndexError)
        built_ins = [base for base in error.__mro__ if base.__module__ == "builtins"]
        wanted = 3 if error is errors.LabelIndexError else 4  # + one more specific
        assert len(built_ins) >= wanted, f"{name} is no built-in of a telling kind"
