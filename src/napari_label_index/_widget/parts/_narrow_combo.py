"""Combo boxes that no long name makes wider."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtpy.QtWidgets import QComboBox


def make_narrow(combo: QComboBox, n_letters: int = 8) -> None:
    """Let a combo box ask for the room of so many letters, and not of its longest item.

    The dock would be as wide as the longest name of a layer otherwise.
    """
    combo.setMinimumContentsLength(n_letters)
    combo.setSizeAdjustPolicy(
        combo.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    )
