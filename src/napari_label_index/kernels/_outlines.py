"""A mask -> closed outlines along the edges of its pixels."""

from __future__ import annotations

from napari_label_index.kernels._jit import kernel


@kernel
def _is_inside(mask, y, x):
    return 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and mask[y, x] != 0


@kernel
def trace_outlines(mask, is_done, points, ends):
    """List the corners of every outline, around parts and around holes.

    An outline is walked with the inside on its right. Where pixels touch at a corner
    alone it turns right, so that it never crosses another.

    Parameters
    ----------
    mask : (height, width) uint8
    is_done : (height, width) uint8 zeros, for the pixels whose left edge was walked
    points : (n, 2) filled with the x and y of corners; n as `count_corners` says
    ends : (n // 4 + 1,) filled: the corners of outline i end before ``ends[i]``

    Returns
    -------
    n_outlines : how many there are
    """
    n_outlines, n_points = 0, 0
    for y in range(mask.shape[0]):
        for x in range(mask.shape[1]):
            if not mask[y, x] or is_done[y, x] or _is_inside(mask, y, x - 1):
                continue
            at_y, at_x, heading = y + 1, x, 0  # up the left edge of this pixel
            while True:
                if heading == 0:
                    at_y -= 1
                    is_done[at_y, at_x] = 1
                elif heading == 1:
                    at_x += 1
                elif heading == 2:
                    at_y += 1
                else:
                    at_x -= 1
                turned = _next_heading(mask, at_y, at_x, heading)
                if turned != heading:
                    points[n_points, 0], points[n_points, 1] = at_x, at_y
                    n_points += 1
                heading = turned
                if at_y == y + 1 and at_x == x and heading == 0:
                    break
            ends[n_outlines] = n_points
            n_outlines += 1
    return n_outlines


@kernel
def _next_heading(mask, y, x, heading):
    """Where to go on from a corner: 0 up, 1 right, 2 down, 3 left."""
    if heading == 0:
        left, right = _is_inside(mask, y - 1, x - 1), _is_inside(mask, y - 1, x)
    elif heading == 1:
        left, right = _is_inside(mask, y - 1, x), _is_inside(mask, y, x)
    elif heading == 2:
        left, right = _is_inside(mask, y, x), _is_inside(mask, y, x - 1)
    else:
        left, right = _is_inside(mask, y, x - 1), _is_inside(mask, y - 1, x - 1)
    if not right:
        return (heading + 1) % 4
    return (heading + 3) % 4 if left else heading


@kernel
def count_corners(mask):
    """Count the corners of all outlines of a mask."""
    n_corners = 0
    for y in range(mask.shape[0] + 1):
        for x in range(mask.shape[1] + 1):
            above_left = _is_inside(mask, y - 1, x - 1)
            above_right = _is_inside(mask, y - 1, x)
            below_left = _is_inside(mask, y, x - 1)
            below_right = _is_inside(mask, y, x)
            n_inside = above_left + above_right + below_left + below_right
            if n_inside == 1 or n_inside == 3:
                n_corners += 1
            elif n_inside == 2 and above_left == below_right:
                n_corners += 2
    return n_corners
