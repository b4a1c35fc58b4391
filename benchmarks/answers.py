"""What each tool says of one label image, in the words of all of them.

Run as a script it asks one tool about one image, in the limits of its process, and
prints ``right``, ``wrong`` and what differs, or ``raised`` and the class of the error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np

# Per label: number of voxels, box (starts, then stops), coordinates in C order.
# What a tool does not tell is None.
Answer: TypeAlias = dict[object, tuple[object, object, object]]


def oracle(image: np.ndarray) -> Answer:
    """One pass over the image for each label."""
    return {
        label: _of_coords(np.argwhere(image == label))
        for label in np.unique(image).tolist()
        if label != 0
    }


def ours(image: np.ndarray) -> Answer:
    import napari_label_index as nli

    index = nli.build_index(image)
    found = {}
    for label in index:
        count, box = len(index[label][0]), _of_slices(index.bbox(label))
        found[int(label)] = count, box, index.coords(label).tolist()
    return found


def value_indices(image: np.ndarray) -> Answer:
    from scipy import ndimage

    found = ndimage.value_indices(image, ignore_value=0)
    return {
        label.item(): _of_coords(np.stack(voxels, axis=1))
        for label, voxels in found.items()
    }


def find_objects(image: np.ndarray) -> Answer:
    from scipy import ndimage

    boxes = enumerate(ndimage.find_objects(image), 1)
    return {k: (None, _of_slices(box), None) for k, box in boxes if box is not None}


def regionprops(image: np.ndarray) -> Answer:
    from skimage import measure

    return {
        int(region.label): (
            int(region.num_pixels),
            tuple(map(int, region.bbox)),
            region.coords.tolist(),
        )
        for region in measure.regionprops(image)
    }


def point_cloud(image: np.ndarray) -> Answer:
    import fastremap

    return {
        int(label): _of_coords(_in_c_order(np.asarray(points)))
        for label, points in fastremap.point_cloud(image).items()
        if label != 0
    }


def statistics(image: np.ndarray) -> Answer:
    import cc3d

    found = cc3d.statistics(image)
    counts, boxes = found["voxel_counts"], found["bounding_boxes"]
    return {
        label: (int(counts[label]), _of_slices(boxes[label]), None)
        for label in range(1, len(counts))
        if counts[label]
    }


TOOLS: dict[str, Callable[[np.ndarray], Answer]] = {
    "ours": ours,
    "scipy.value_indices": value_indices,
    "scipy.find_objects": find_objects,
    "skimage.regionprops": regionprops,
    "fastremap.point_cloud": point_cloud,
    "cc3d.statistics": statistics,
}


def differences(found: Answer, right: Answer) -> Iterator[str]:
    """Say where an answer is not the right one; what is not told is not compared."""
    if found.keys() != right.keys():
        yield f"labels {list(found)[:3]} and not {list(right)[:3]}"
        return
    for label, told in found.items():
        names = ("count", "box", "coordinates")
        for name, ours_, theirs in zip(names, told, right[label], strict=True):
            if ours_ is not None and ours_ != theirs:
                yield f"{name} of label {label}"


def _of_coords(coords: np.ndarray) -> tuple[object, object, object]:
    if not len(coords):  # of NaN, which equals nothing: no tool has an answer
        return 0, (), []
    low, high = coords.min(axis=0), coords.max(axis=0).astype(int) + 1
    return len(coords), (*low.tolist(), *high.tolist()), coords.tolist()


def _in_c_order(coords: np.ndarray) -> np.ndarray:
    return coords[np.lexsort(coords.T[::-1])]


def _of_slices(box: tuple[slice, ...]) -> tuple[int, ...]:
    return (*(int(side.start) for side in box), *(int(side.stop) for side in box))


def _ask(case: str, tool: str, n_bytes: int) -> str:
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from edge_cases import EDGE_CASES

    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (n_bytes, n_bytes))
    image = EDGE_CASES[case]()
    right = oracle(image)
    try:
        found = TOOLS[tool](image)
    except Exception as error:  # noqa: BLE001 - whatever it is, is the outcome
        return f"raised {type(error).__name__}"
    return next((f"wrong {what}" for what in differences(found, right)), "right")


if __name__ == "__main__":
    print(_ask(sys.argv[1], sys.argv[2], int(sys.argv[3])))
