"""Options of an export: only those are shown that fit its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QFormLayout, QWidget

from napari_label_index._widget._wording import literal, shortened
from napari_label_index._widget.exports._export_combo import combo_box

if TYPE_CHECKING:
    from napari_label_index._widget.exports._export_kinds import ExportKind
    from napari_label_index._widget.exports._surroundings import Surroundings
    from napari_label_index.index import LabelIndex

FLAVOURS = {
    "Any program": "auto",
    "ImageJ": "imagej",
    "OME-TIFF": "ome",
    "Plain TIFF": "plain",
}
USUAL, SHOWN, EVERY = "Voxels, box, centroid", "As shown in the table", "All columns"


class ExportOptions(QWidget):
    """A form with the options of one kind of export.

    Parameters
    ----------
    surroundings
        The layer, the image and the table that options speak of.
    """

    changed = Signal()

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        self._kind: ExportKind | None = None
        self.order = combo_box("Order of the axes", ["As in the volume", "Reversed"])
        self.units = combo_box("Units of the coordinates", ["Voxels", "World"])
        self.files = combo_box("Files", ["One for all labels", "One per label"])
        self.columns = combo_box("Columns of the table", [USUAL, SHOWN, EVERY])
        self.extent = combo_box("Extent", ["Whole volume", "Box around the labels"])
        self.flavour = combo_box("Who reads the TIFF", list(FLAVOURS))
        self.intensity = QCheckBox("of an image")
        self.intensity.setAccessibleName("Intensity of each voxel")
        self.smallest = QCheckBox("smallest that holds the ids")
        self.smallest.setAccessibleName("Smallest number type that holds the ids")
        # By the keyword that has to be there.
        self._rows: dict[str, tuple[str, QComboBox | QCheckBox]] = {
            "order": ("Axes", self.order),
            "spacing": ("Units", self.units),
            "per_label": ("Files", self.files),
            "intensity": ("Intensity", self.intensity),
            "columns": ("Columns", self.columns),
            "crop": ("Extent", self.extent),
            "flavour": ("For", self.flavour),
            "smallest": ("Numbers", self.smallest),
        }
        self._form = QFormLayout(self)
        self._form.setContentsMargins(12, 0, 0, 0)
        for title, field in self._rows.values():
            self._form.addRow(title, field)
            is_box = isinstance(field, QCheckBox)
            signal = field.toggled if is_box else field.currentIndexChanged
            signal.connect(self._on_changed)

    def show_kind(self, kind: ExportKind) -> None:
        """Show the options of a kind, as they mostly are for it."""
        if kind is self._kind:
            return
        self._kind = kind
        for name, (_, field) in self._rows.items():
            is_there = name in kind.options
            field.setVisible(is_there)
            self._form.labelForField(field).setVisible(is_there)
        self.units.setCurrentIndex(kind.what == "meshes")
        self.extent.setCurrentIndex(kind.what == "mask")

    def follow(self, index: LabelIndex) -> None:
        """Name axes, unit and image as they are now."""
        axes = [", ".join(axes) for axes in (index.axes, index.axes[::-1])]
        for place, text in enumerate(axes):
            self.order.setItemText(place, text)
        self.order.setEnabled(index.ndim > 1)
        unit = f"World ({index.unit})" if index.unit else "World"
        self.units.setItemText(1, unit)
        image = self._surroundings.image
        self.intensity.setEnabled(image is not None)
        name = (
            "of an image" if image is None else f"of {literal(shortened(image.name))}"
        )
        self.intensity.setText(name)
        tooltip = self._surroundings.image_problem if image is None else image.name
        self.intensity.setToolTip(tooltip)

    def state(self) -> dict[str, int]:
        """Return what is chosen, as `restore` takes it."""
        return {
            name: int(field.isChecked())
            if isinstance(field, QCheckBox)
            else field.currentIndex()
            for name, (_, field) in self._rows.items()
        }

    def restore(self, state: dict[str, int]) -> None:
        """Choose again what was chosen before."""
        for name, (_, field) in self._rows.items():
            if isinstance(field, QCheckBox):
                field.setChecked(bool(state[name]))
            else:
                field.setCurrentIndex(state[name])

    @property
    def has_rows(self) -> bool:
        """Whether there is anything to choose for this kind."""
        return any(map(self._has, self._rows))

    @property
    def is_per_label(self) -> bool:
        """Whether there is to be a folder with one file per label."""
        return self._has("per_label") and self.files.currentIndex() == 1

    def keywords(self, index: LabelIndex, ending: str) -> dict[str, Any]:
        """Return the keywords of `export` that say what is chosen."""
        found: dict[str, Any] = {}
        if self._has("order") and self.order.currentIndex() == 1:
            axes = index.axes[::-1]
            found["order"] = "".join(axes) if set(map(len, axes)) == {1} else list(axes)
        if self._has("spacing"):
            found |= self._units_of(index)
        if self.is_per_label:
            found["per_label"] = ending
        image = self._surroundings.image
        if self._has("intensity") and self.intensity.isChecked() and image is not None:
            found["intensity"] = image.voxels
        if self._has("columns"):
            found |= self._columns_of(index)
        if self._has("crop"):
            found["crop"] = self.extent.currentIndex() == 1
        if self._has("flavour"):
            found["flavour"] = FLAVOURS[self.flavour.currentText()]
        if self._has("smallest"):
            found["smallest"] = self.smallest.isChecked()
        return found

    def _has(self, name: str) -> bool:
        return self._kind is not None and name in self._kind.options

    def _units_of(self, index: LabelIndex) -> dict[str, Any]:
        affine = self._surroundings.affine
        if self.units.currentIndex() == 1 and affine is not None:
            return {"affine": affine}
        if self._has("per_label") and self._has("order"):
            return {}  # coordinates are voxels, if nothing else is said
        return {"spacing": (1.0,) * index.ndim, "origin": (0.0,) * index.ndim}

    def _columns_of(self, index: LabelIndex) -> dict[str, Any]:
        if self.columns.currentText() == EVERY:
            return {"columns": list(index.columns)}
        if self.columns.currentText() == USUAL:
            return {}
        return self._surroundings.shown_columns(index)

    def _on_changed(self, _value: object) -> None:
        self.changed.emit()
