"""A list as an interface shows it row by row: what it shows in which order, and the cells of any place in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from smallcrm.db.ids import number_of
from smallcrm.services import selection
from smallcrm.services.records import presenting, showing, store
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.stepping import needed
from smallcrm.services.records.store import Listing
from smallcrm.services.records.windows import PAGE, Window
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.values.reading import reader
from smallcrm.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.workspaces import Session

_RIGHT = frozenset((Kind.INTEGER, Kind.PERCENT, Kind.MONEY, Kind.DECIMAL))


class Head(NamedTuple):
    """A column of a list: its key, what it is called, and whether its cells align to the right."""

    key: str
    label: str
    right: bool


class Row(NamedTuple):
    """A record in a list: its number, and its cells, which are safe to be shown."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """What a list is to show: the noun, filters that all hold, a saved view, the order and the columns as typed."""

    noun: Noun
    filters: tuple[str, ...] = ()
    view: str | None = None
    sort: str | None = None
    columns: str | None = None
    trashed: bool = False


class Browser:
    """A list that was asked for; raises as filters, views, sort keys and columns do that do not exist.

    It is used by the thread that has the workspace open, and is given up for a new one when records have changed.
    """

    def __init__(self, session: Session, asked: Asked) -> None:
        noun, place = asked.noun, Place(session.workspace.currency, session.workspace.zone)
        said = selection.Said(asked.filters, asked.view, asked.sort, asked.columns)
        self.where, sort, names = selection.listing(noun, said, place)
        self.sort = sort or "id"
        fields = chosen_columns(noun, names, further=True)
        self.heads = tuple(Head(field.key, field.label, field.kind in _RIGHT) for field in fields)
        self._fields = fields
        self._read = reader(session.workspace.zone)
        listing = Listing(self.sort, trashed=asked.trashed, parts=needed(fields), where=self.where)
        self._window = Window(noun, listing)
        self.noun, self.asked, self.size = noun, asked, self._window.size

    @property
    def warnings(self) -> Sequence[str]:
        """What in the filter hardly anybody means."""
        return () if self.where is None else self.where.warnings

    def page(self, at: int, total: int | None = None) -> list[Row]:
        """The rows of a page of `size`; `total` is how many rows there are, if that is known."""
        found = self._window.page(at, total)
        keys = [field.key for field in self._fields]
        return [
            Row(number_of(document["id"]), self._cells(record))
            for document, record in zip(found, presenting.present(self.noun, found, keys), strict=True)
        ]

    def _cells(self, record: dict[str, object]) -> tuple[str, ...]:
        return tuple(safe_text(self._read(showing.short(field, record[field.key]))) for field in self._fields)

    def count(self, cap: int | None = None) -> int:
        """How many rows there are; with `cap` at most that many, which is quick."""
        return store.count(self.noun, trashed=self.asked.trashed, cap=cap, where=self.where)

    def place(self, number: int) -> int | None:
        """Where a record stands, counted from 0; None where it is none of the list."""
        return self._window.place(number)

    def numbers(self) -> list[int]:
        """The numbers of all records of the list, whatever their order."""
        return store.numbers(self.noun, self.where)


__all__ = ["PAGE", "Asked", "Browser", "Head", "Row"]
