"""Where the index of a volume is saved."""

from __future__ import annotations

import pytest

from napari_label_index.io import default_dataset_path, default_index_path


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("cells.tif", "cells"),
        ("Cells.OME.TIFF", "Cells"),
        ("cells.v2.nii.gz", "cells.v2"),
        ("stack", "stack"),
        ("run.2024", "run.2024"),
        ("cells.zarr", "cells"),
        ("cells.zarr/labels/nuclei", "cells-labels-nuclei"),
        ("cells.ome.zarr/labels/nuclei/0", "cells-labels-nuclei-0"),
        ("cells.npz::labels", "cells-labels"),
        ("cells.h5::/exported/data", "cells-exported-data"),
        ("cells.labelindex.parquet", "cells"),
    ],
)
def test_the_index_is_beside_the_volume(tmp_path, source, name):
    found = default_index_path(tmp_path / source)
    assert found == tmp_path / f"{name}.labelindex.parquet"


def test_two_images_of_one_store_have_two_indexes(tmp_path):
    names = ("cells.zarr/a", "cells.zarr/b", "cells.zarr")
    assert len({default_index_path(tmp_path / name) for name in names}) == 3


@pytest.mark.parametrize("source", [None, "", "s3://bucket/cells.zarr"])
def test_a_volume_without_a_file_has_no_place_for_it(source):
    assert default_index_path(source) is None


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("s3://bucket/cells.zarr", "s3://bucket/cells.labelindex"),
        ("s3://bucket/a/cells.ome.zarr/", "s3://bucket/a/cells.labelindex"),
        ("gs://b/c.zarr/labels/nuclei", "gs://b/c-labels-nuclei.labelindex"),
        ("https://127.0.0.1:80/cells", "https://127.0.0.1:80/cells.labelindex"),
        ("s3://bucket", "None"),
    ],
)
def test_behind_an_address_a_folder_is_looked_for_beside_it(source, found):
    assert str(default_dataset_path(source)) == found
