"""Fields with several values: how their elements lie in rows of their own, and how two lists differ.

An element is a dict without empty values; the order of elements carries no meaning but for the primary one, which
comes first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from smallcrm.db.ids import make_id, bound_tenant, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Element = dict[str, Any]
CHUNK = 500


class Part(Protocol):
    """Where the elements of one field are kept."""

    key: str
    live: str
    singular: str

    def load(self, ids: Sequence[int]) -> dict[int, list[Element]]:
        """The elements of each of these records that has any."""

    def save(self, record_id: int, elements: Sequence[Element], *, live: bool) -> None:
        """Make these the elements of a record."""

    def set_live(self, first_id: int, last_id: int, *, live: bool, only: Sequence[int] | None = None) -> None:
        """Say of the records in a range (or of `only` some in it) whether their unique values count."""

    def holders(self, elements: Sequence[Element]) -> dict[str, int]:
        """Which live record holds each of these unique values, by the value as it reads."""


def canonical(element: Mapping[str, Any]) -> Element:
    """An element without its empty values."""
    return {key: value for key, value in element.items() if value not in (None, "", False)}


def fingerprint(element: Element) -> str:
    """A text that is equal for equal elements."""
    return json.dumps(element, sort_keys=True, ensure_ascii=False)


def difference(old: Sequence[Element], new: Sequence[Element]) -> dict[str, list[Element]]:
    """What was removed (`-`) and added (`+`); empty where the lists hold the same."""
    before = {fingerprint(element): element for element in old}
    after = {fingerprint(element): element for element in new}
    removed = [element for mark, element in before.items() if mark not in after]
    added = [element for mark, element in after.items() if mark not in before]
    return {sign: found for sign, found in (("-", removed), ("+", added)) if found}


def patched(now: Sequence[Element], remove: Sequence[Element], add: Sequence[Element]) -> list[Element]:
    """The elements without some and with others."""
    gone = {fingerprint(element) for element in remove}
    kept = [element for element in now if fingerprint(element) not in gone]
    present = {fingerprint(element) for element in kept}
    return kept + [element for element in add if fingerprint(element) not in present]


def one_primary(elements: Iterable[Element]) -> list[Element]:
    """The elements with exactly one primary, first: the first that says so, or the first of all."""
    listed = [dict(element) for element in elements]
    if not listed:
        return []
    chosen = next((at for at, element in enumerate(listed) if element.get("primary")), 0)
    for element in listed:
        element.pop("primary", None)
    listed[chosen]["primary"] = True
    return [listed[chosen], *listed[:chosen], *listed[chosen + 1 :]]


@dataclass(frozen=True)
class RowPart:
    """Elements in rows of a model of their own.

    `columns`: key of the element -> column; `extra`: the derived columns of an element; `fixed`: columns that name the
    object, where a table serves several; `live`: the derived column that is unique among live records.
    """

    key: str
    model: Any
    parent: str
    columns: Mapping[str, str]
    extra: Callable[[Element], dict[str, Any]] = lambda _element: {}
    fixed: Mapping[str, Any] = field(default_factory=dict)
    live: str = ""
    singular: str = "value"
    shown: str = ""

    @property
    def _table(self) -> str:
        name: str = self.model._meta.table_name
        return name

    def _column(self, name: str) -> Any:
        return self.model._meta.columns[name]

    def _mine(self) -> list[Any]:
        return [self._column(name) == value for name, value in self.fixed.items()]

    def _element(self, row: Sequence[Any]) -> Element:
        pairs = zip(self.columns, row, strict=True)
        return canonical({key: bool(value) if key == "primary" else value for key, value in pairs})

    def load(self, ids: Sequence[int]) -> dict[int, list[Element]]:
        """The elements of each of these records that has any."""
        found: dict[int, list[Element]] = defaultdict(list)
        parent = self._column(self.parent)
        columns = [self._column(name) for name in self.columns.values()]
        for start in range(0, len(ids), CHUNK):
            wanted = list(ids[start : start + CHUNK])
            query = self.model.select(parent, *columns).where(parent.in_(wanted), *self._mine())
            for record_id, *row in query.order_by(self.model.id).tuples().iterator():
                found[record_id].append(self._element(row))
        return {record_id: _primary_first(elements) for record_id, elements in found.items()}

    def rows(self, record_id: int, elements: Sequence[Element], *, live: bool) -> list[dict[str, Any]]:
        """The rows that these elements make, without their ids."""
        made = []
        for element in elements:
            row = {column: element.get(key) for key, column in self.columns.items()}
            if "is_primary" in row:
                row["is_primary"] = int(bool(row["is_primary"]))
            row.update(self.extra(element), **self.fixed)
            row[self.parent] = record_id
            if self.live:
                row["live"] = 1 if live else None
            made.append(row)
        return made

    def save(self, record_id: int, elements: Sequence[Element], *, live: bool) -> None:
        """Make these the elements of a record."""
        self.model.delete().where(self._column(self.parent) == record_id, *self._mine()).execute()
        rows = self.rows(record_id, elements, live=live)
        if not rows:
            return
        first = make_id(bound_tenant(), take(self._table, len(rows)))
        named = [
            {self._column(name): value for name, value in {"id": first + at, **row}.items()}
            for at, row in enumerate(rows)
        ]
        self.model.insert_many(named).execute()

    def set_live(self, first_id: int, last_id: int, *, live: bool, only: Sequence[int] | None = None) -> None:
        """Say of the records in a range (or of `only` some in it) whether their unique values count."""
        if not self.live:
            return
        parent = self._column(self.parent)
        chosen = parent.between(first_id, last_id) if only is None else parent.in_(list(only))
        self.model.update(live=1 if live else None).where(chosen, *self._mine()).execute()

    def holders(self, elements: Sequence[Element]) -> dict[str, int]:
        """Which live record holds each of these unique values, by the value as it reads."""
        if not self.live or not elements:
            return {}
        shown = {self.extra(element).get(self.live, element.get(self.shown)): element for element in elements}
        column, parent = self._column(self.live), self._column(self.parent)
        query = self.model.select(column, parent).where(column.in_(list(shown)), self.model.live == 1, *self._mine())
        for name, key in (("source", "source"),):
            if name in self.columns.values() and len({element.get(key) for element in elements}) == 1:
                query = query.where(self._column(name) == elements[0][key])
        return {str(shown[value].get(self.shown)): holder for value, holder in query.tuples()}


def _primary_first(elements: list[Element]) -> list[Element]:
    return sorted(elements, key=lambda element: not element.get("primary"))
