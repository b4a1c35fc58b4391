"""Named sets of labels of one volume, kept by label and saved with each change."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from psygnal import Signal

from napari_label_index.errors import (
    LabelIndexError,
    UnreadableReviewError,
    WriteFailedError,
)
from napari_label_index.index import distinct
from napari_label_index.io import (
    LabelSet,
    SetsRead,
    VolumeHint,
    merged_sets,
    read_sets,
    save_sets,
)
from napari_label_index.io.review._review_marks import exact_ids
from napari_label_index.session._job import Faulted, Finished, Outcome, Submit
from napari_label_index.session._latest_job import LatestJob

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from napari_label_index._typing import LabelArray
    from napari_label_index.index import LabelIndex

MAX_NAME = 60  # characters


class LabelSets:
    """Makes, changes and saves sets; sets of the same name are one.

    Parameters
    ----------
    submit
        Starts reading elsewhere. Saving is done at once: a set of 120,000 ids takes
        some 50 ms.
    clock
        Seconds since 1970.
    """

    changed = Signal()
    told = Signal(str)  # what the user should be told, as a sentence

    def __init__(
        self, submit: Submit, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._reading = LatestJob(submit)
        self._clock = clock
        self._path: Path | None = None
        self._hint: VolumeHint | None = None
        self._sets: dict[str, LabelSet] = {}
        self._deleted: LabelSet | None = None

    @property
    def path(self) -> Path | None:
        """Where they are kept; None: until the dock is closed."""
        return self._path

    @property
    def by_name(self) -> dict[str, LabelArray]:
        """Ids of each set, ``(n,)``, sorted by name."""
        return {
            name: each.labels
            for name, each in sorted(self._sets.items())
            if each.labels is not None
        }

    @property
    def last_deleted(self) -> str:
        """Name of the set that `bring_back` brings back, or nothing."""
        return "" if self._deleted is None else self._deleted.name

    def open(self, path: Path | None, index: LabelIndex | None) -> None:
        """Read the sets of a volume.

        Parameters
        ----------
        path
            The file, which need not exist; None: sets are not saved.
        index
            The volume; without one there are no sets.
        """
        self._reading.drop()
        self._path, self._deleted = None, None
        self._hint = None if index is None else VolumeHint.of(index)
        if index is None:
            self._sets = {}
        elif path is not None:
            self._reading.start(
                lambda _report, _cancel: read_sets(path), partial(self._accept, path)
            )
        self.changed.emit()

    def follow(self, index: LabelIndex) -> None:
        """Say that the volume was changed, so that it is known by what it is now."""
        if self._hint is not None:
            self._hint = VolumeHint.of(index)

    def close(self) -> None:
        """Take no answer any more."""
        self._reading.drop()

    def put(self, name: str, labels: LabelArray) -> None:
        """Make a set of these labels, in place of one of the same name.

        Raises
        ------
        ValueError
            If the name is none; it says why.
        """
        name = checked_name(name)
        self._change(self._entry(name, distinct(exact_ids(labels))))

    def add(self, name: str, labels: LabelArray) -> None:
        """Put labels into a set; without one of that name, make it."""
        name = checked_name(name)
        before = self.by_name.get(name)
        ids = exact_ids(labels)
        if before is not None:
            ids = exact_ids([*before.tolist(), *ids.tolist()])
        self.put(name, ids)

    def remove(self, name: str, labels: LabelArray) -> None:
        """Take labels out of a set."""
        gone = set(labels.tolist())
        ids = self.by_name[name].tolist()
        self.put(name, exact_ids([each for each in ids if each not in gone]))

    def rename(self, name: str, new: str) -> None:
        """Give a set another name; one that has that name already is not touched.

        Raises
        ------
        ValueError
            If the name is none, or is taken.
        """
        new = checked_name(new)
        if new == name:
            return
        if new in self.by_name:
            raise ValueError(f"There is a set {new!r} already.")
        self._change(self._entry(new, self.by_name[name]), self._entry(name, None))

    def delete(self, name: str) -> None:
        """Delete a set; the last one can be brought back."""
        self._deleted = self._sets[name]
        self._change(self._entry(name, None))

    def bring_back(self) -> None:
        """Make the set again that was deleted last."""
        deleted, self._deleted = self._deleted, None
        if deleted is not None and deleted.labels is not None:
            self._change(self._entry(deleted.name, deleted.labels))

    def _entry(self, name: str, labels: LabelArray | None) -> LabelSet:
        # Later than what it replaces even if the clock was set back.
        before = self._sets[name].time + 1 if name in self._sets else 0
        return LabelSet(name, labels, max(int(self._clock() * 1000), before))

    def _change(self, *entries: LabelSet) -> None:
        self._sets = merged_sets(self._sets.values(), entries)
        self._save()
        self.changed.emit()

    def _save(self) -> None:
        if self._path is None or self._hint is None:
            return
        try:
            saved = save_sets(self._path, self._hint, self._sets.values())
        except (WriteFailedError, UnreadableReviewError) as error:
            self.told.emit(f"The sets are not saved: {_without_stop(error)}.")
        else:
            self._sets = saved.sets  # somebody else may have written there too

    def _accept(self, path: Path, outcome: Outcome) -> None:
        match outcome:
            case Finished(SetsRead() as found):
                self._take(path, found)
            case Faulted(message):
                text = f"Sets are kept until the dock is closed: {message}"
                self.told.emit(text)

    def _take(self, path: Path, found: SetsRead) -> None:
        self._path = path
        made_meanwhile = self._sets
        self._sets = merged_sets(found.sets.values(), made_meanwhile.values())
        if made_meanwhile:
            self._save()
        if found.n_unreadable:
            self.told.emit(
                f"Some sets in {path.name} could not be read. A copy is kept before"
                " the next change."
            )
        elif found.hint not in (None, self._hint) and self.by_name:
            self.told.emit(
                f"The saved sets were made for {found.hint}; here are {self._hint}."
                " Ids that are not here are passed over."
            )
        self.changed.emit()


def checked_name(name: str) -> str:
    """Return a name without blanks around it.

    Raises
    ------
    ValueError
        If it is none that a query could ask for; it says why.
    """
    name = name.strip()
    if not name:
        raise ValueError("A set needs a name.")
    if len(name) > MAX_NAME:
        raise ValueError(f"A name has at most {MAX_NAME} characters.")
    if '"' in name or not name.isprintable():
        raise ValueError("A name has no quotation marks.")
    return name


def _without_stop(error: LabelIndexError) -> str:
    return str(error).rstrip(".")
