"""Named sets and one dock: a button with a menu, a key, and a line for names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QPushButton, QVBoxLayout, QWidget

from napari_label_index._widget._sentences import NOTHING_SELECTED
from napari_label_index._widget._wording import count
from napari_label_index._widget.parts._banner import Banner
from napari_label_index._widget.sets._set_name_edit import SetNameEdit
from napari_label_index._widget.sets._sets_menu import AddToSetMenu, SetsMenu
from napari_label_index.index import among

if TYPE_CHECKING:
    from napari.utils.theme import Theme

    from napari_label_index._typing import LabelArray
    from napari_label_index._widget._keys import Command
    from napari_label_index._widget.table._table_panel import TablePanel
    from napari_label_index.session import IndexSession, Inspection


class SetsLink:
    """Builds what sets need in the table panel, and does what its menus ask for.

    Parameters
    ----------
    session, inspection
        Whose selection goes into sets, and whose sets they are.
    table
        Where the button and the line are shown.
    """

    def __init__(
        self, session: IndexSession, inspection: Inspection, table: TablePanel
    ) -> None:
        self._session = session
        self._sets = inspection.sets
        self._filter = inspection.filter
        self._table = table
        self._renamed = ""  # the set that gets the name asked for; "": the selection
        self._last_name = ""
        self.button = QPushButton("Sets")
        self.button.setToolTip("Labels under a name (S puts the selected ones in)")
        self.button.setMenu(SetsMenu(self, self.button))
        self.name = SetNameEdit()
        self.banner = Banner("Message about the sets")
        below = QWidget()
        layout = QVBoxLayout(below)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.name)
        layout.addWidget(self.banner)
        table.offer(self.button, below)
        self.name.named.connect(self._on_named)
        self._sets.told.connect(self._on_told)
        self._sets.changed.connect(self._on_changed)

    # -- what menus ask ---------------------------------------------------------

    @property
    def names(self) -> list[str]:
        """Names of all sets, sorted."""
        return list(self._sets.by_name)

    @property
    def last_deleted(self) -> str:
        """Name of the set that can be brought back, or nothing."""
        return self._sets.last_deleted

    @property
    def home(self) -> str:
        """Name of the file that keeps the sets, or nothing."""
        return "" if self._sets.path is None else self._sets.path.name

    @property
    def has_selection(self) -> bool:
        """Whether there is anything to put into a set."""
        return len(self._session.selection) > 0

    def counts(self, name: str) -> tuple[int, int]:
        """Return how many ids a set has, and how many are labels of the index."""
        ids, index = self._sets.by_name[name], self._session.index
        known = self._session.selection.known if index is None else index.distinct_ids
        return len(ids), len(among(known, ids))

    def make_add_menu(self, parent: QWidget) -> AddToSetMenu:
        """Return a menu that puts the selected labels into a set."""
        return AddToSetMenu(self, parent)

    def commands(self) -> list[Command]:
        """Keys for the dock and for the picture."""
        return [("S", "Put the selected labels into a set", self.begin_new)]

    # -- the selection ----------------------------------------------------------

    def select(self, name: str) -> None:
        """Select the labels of a set, and no others."""
        self._session.selection.select(self._rows_in(name))

    def select_too(self, name: str) -> None:
        """Select the labels of a set too."""
        self._session.selection.add(self._rows_in(name))

    def deselect(self, name: str) -> None:
        """Select the labels of a set no more."""
        self._session.selection.remove(self._rows_in(name))

    def intersect(self, name: str) -> None:
        """Of the selected labels, keep those of a set."""
        self._session.selection.keep(self._rows_in(name))

    def show_only(self, name: str) -> None:
        """Filter by a set."""
        self._filter.set_text(f'in "{name}"')

    # -- the sets ---------------------------------------------------------------

    def begin_new(self) -> None:
        """Ask for the name of the set that the selected labels go into."""
        if not self.has_selection:
            self._table.say(NOTHING_SELECTED)
            return
        self._renamed = ""
        prompt = f"Set for {count(len(self._labels), 'label')}"
        self.name.begin(prompt, self._last_name, self.names)

    def begin_rename(self, name: str) -> None:
        """Ask for another name of a set."""
        self._renamed = name
        self.name.begin(f"New name of {name}", name, ())

    def add_selected(self, name: str) -> None:
        """Put the selected labels into a set."""
        self._sets.add(name, self._labels)
        self._last_name = name.strip()
        n_labels = len(self._sets.by_name[self._last_name])
        self._table.say(f"{self._last_name} has {count(n_labels, 'label')} now.")

    def remove_selected(self, name: str) -> None:
        """Take the selected labels out of a set."""
        self._sets.remove(name, self._labels)

    def delete(self, name: str) -> None:
        """Delete a set."""
        self._sets.delete(name)
        self._table.say(f"{name} is deleted; the menu brings it back.")

    def bring_back(self) -> None:
        """Make the set again that was deleted last."""
        self._sets.bring_back()

    def use_theme(self, theme: Theme) -> None:
        """Take the colours of a napari theme."""
        self.banner.use_theme(theme)

    def close_session(self) -> None:
        """Follow nothing any more; for when the dock is closed."""
        self._sets.told.disconnect(self._on_told, missing_ok=True)
        self._sets.changed.disconnect(self._on_changed, missing_ok=True)

    @property
    def _labels(self) -> LabelArray:
        """The labels that are selected; of rows by time, those that they are of."""
        index, rows = self._session.index, self._session.selection.labels
        return rows if index is None else index.distinct_ids_of(rows)

    def _rows_in(self, name: str) -> LabelArray:
        """All rows of the labels of a set."""
        index, ids = self._session.index, self._sets.by_name[name]
        return ids if index is None else index.keys_of(ids)

    def _on_named(self, name: str) -> None:
        try:
            if self._renamed:
                self._sets.rename(self._renamed, name)
            else:
                self.add_selected(name)
        except ValueError as error:
            self.banner.say(str(error), "error")
        else:
            self.name.end()

    def _on_told(self, sentence: str) -> None:
        self.banner.say(sentence, "warning")

    def _on_changed(self) -> None:
        self.banner.say("")
