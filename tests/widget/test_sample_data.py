from __future__ import annotations

import numpy as np
from napari.components import ViewerModel

from napari_label_index._widget._sample_data import generated_cells


def test_the_sample_is_a_layer_of_some_three_thousand_objects_with_real_units():
    ((label_image, meta, kind),) = generated_cells()

    layer = getattr(ViewerModel(), f"add_{kind}")(label_image, **meta)
    found = np.unique(label_image)
    np.testing.assert_array_equal(found, np.arange(found.size))  # without gaps
    assert 2_500 < found.size < 3_500
    assert [str(unit) for unit in layer.units] == ["micrometer"] * 3
    assert len(set(layer.scale)) > 1
