"""Fields with several values: how their elements lie in rows of their own, and how two lists differ.

An element is a dict without empty values; the order of elements carries no meaning but for the primary one, which
comes first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from smallcrm.db.fence import Ids
from smallcrm.db.ids import bound_tenant, make_id, take
from smallcrm.services.records.reading import RowsOf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Element = dict[str, Any]
Listed = tuple[int, "Sequence[Element]", bool]
"""A record, the elements that it is to have, and whether it is live."""
CHUNK = 500


class Part(Protocol):
    """Where the elements of one field are kept."""

    @property
    def key(self) -> str:
        """The field's key."""

    @property
    def live(self) -> str:
        """The column that is unique among live records; empty where none is."""

    @property
    def singular(self) -> str:
        """What one element is called."""

    def load(self, ids: Sequence[int]) -> dict[int, list[Element]]:
        """The elements of each of these records that has any."""

    def save(self, lists: Sequence[Listed]) -> None:
        """Make these the elements of some records, each named once."""

    def set_live(self, first_id: int, last_id: int, *, live: bool, only: Sequence[int] | None = None) -> None:
        """Say of the records in a range (or of `only` some in it) whether their unique values count."""

    def holders(self, elements: Sequence[Element]) -> list[tuple[Element, int]]:
        """The elements whose unique value a live record holds, each with the id of that record."""

    def identity(self, element: Element) -> str:
        """What tells an element from the others of its list, however it is written."""

    def reads(self, element: Element) -> str:
        """An element in a sentence."""

    def settled(self, elements: Sequence[Element]) -> list[Element]:
        """The elements with one primary, where the field knows such."""


def canonical(element: Mapping[str, Any]) -> Element:
    """An element without its empty values."""
    return {key: value for key, value in element.items() if value is not None and value is not False and value != ""}


def element_of(keys: Iterable[str], row: Iterable[Any]) -> Element:
    """An element from its columns; 0 is a value, but of the flag of the primary one."""
    element = {key: value for key, value in zip(keys, row, strict=False) if value is not None and value != ""}
    if "primary" in element:
        if element["primary"]:
            element["primary"] = True
        else:
            del element["primary"]
    return element


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


def taken_back(
    now: Sequence[Element], change: Mapping[str, Sequence[Element]], identity: Callable[[Element], str]
) -> tuple[list[Element], list[Element]]:
    """A list with a change of it taken back, and the elements that have been changed since and so stand."""
    old = {identity(element): element for element in change.get("-", ())}
    new = {identity(element): element for element in change.get("+", ())}
    here = {identity(element): element for element in now}
    left: list[Element] = []
    for mark in {**new, **old}:
        if _bare(here.get(mark)) != _bare(new.get(mark)):
            left.append(here.get(mark) or new.get(mark) or old[mark])
        elif mark in old:
            here[mark] = {**_bare(old[mark]), **_flag(here.get(mark))}
        else:
            del here[mark]
    stood, became, was = _primary(now, identity), _primary(new.values(), identity), _primary(old.values(), identity)
    if stood == became and (became or was):
        for mark, element in here.items():
            here[mark] = {**_bare(element), **({"primary": True} if mark == was else {})}
    elif (became or was) and stood != was and stood is not None and not left:
        left.append(here.get(stood) or next(element for element in now if element.get("primary")))
    return sorted(here.values(), key=lambda element: not element.get("primary")), left


def _bare(element: Element | None) -> Element:
    return {key: value for key, value in (element or {}).items() if key != "primary"}


def _flag(element: Element | None) -> Element:
    return {"primary": True} if element and element.get("primary") else {}


def _primary(elements: Iterable[Element], identity: Callable[[Element], str]) -> str | None:
    return next((identity(element) for element in elements if element.get("primary")), None)


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
    object, where a table serves several; `live`: the column that is unique among live records, `within`: among those
    of the same value in this one; `shown`: the key of the element that people know it by, `read`: how
    that reads in a sentence.
    """

    key: str
    model: Any
    parent: str
    columns: Mapping[str, str]
    extra: Callable[[Element], dict[str, Any]] = lambda _element: {}
    fixed: Mapping[str, Any] = field(default_factory=dict)
    live: str = ""
    within: str = ""
    singular: str = "value"
    shown: str = ""
    read: Callable[[Any], Any] = str

    @property
    def _table(self) -> str:
        name: str = self.model._meta.table_name
        return name

    def _column(self, name: str) -> Any:
        return self.model._meta.columns[name]

    def _mine(self) -> list[Any]:
        return [self._column(name) == value for name, value in self.fixed.items()]

    def load(self, ids: Sequence[int]) -> dict[int, list[Element]]:
        """The elements of each of these records that has any."""
        found: dict[int, list[Element]] = defaultdict(list)
        for start in range(0, len(ids), CHUNK):
            for record_id, *row in self._stored.rows(ids[start : start + CHUNK]):
                found[record_id].append(element_of(self.columns, row))
        return {record_id: _primary_first(elements) for record_id, elements in found.items()}

    @cached_property
    def _stored(self) -> RowsOf:
        parent = self._column(self.parent)
        columns = [self._column(name) for name in self.columns.values()]
        query = self.model.select(parent, *columns).order_by(self.model.id)
        return RowsOf(parent, lambda wanted: query.where(wanted, *self._mine()))

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

    def save(self, lists: Sequence[Listed]) -> None:
        """Make these the elements of some records, each named once."""
        ids = Ids(record_id for record_id, _elements, _live in lists)
        self.model.delete().where(self._column(self.parent).in_(ids), *self._mine()).execute()
        rows = [row for record_id, elements, live in lists for row in self.rows(record_id, elements, live=live)]
        if not rows:
            return
        first = make_id(bound_tenant(), take(self._table, len(rows)))
        columns = [self._column(name) for name in ("id", *rows[0])]
        for start in range(0, len(rows), CHUNK):
            some = enumerate(rows[start : start + CHUNK], start=first + start)
            self.model.insert_many([(at, *row.values()) for at, row in some], columns).execute()

    def set_live(self, first_id: int, last_id: int, *, live: bool, only: Sequence[int] | None = None) -> None:
        """Say of the records in a range (or of `only` some in it) whether their unique values count."""
        if not self.live:
            return
        parent = self._column(self.parent)
        chosen = parent.between(first_id, last_id) if only is None else parent.in_(list(only))
        self.model.update(live=1 if live else None).where(chosen, *self._mine()).execute()

    def holders(self, elements: Sequence[Element]) -> list[tuple[Element, int]]:
        """The elements whose unique value a live record holds, each with the id of that record."""
        if not self.live:
            return []
        wanted = {self.identity(element): element for element in elements}
        values = sorted({self._value(element) for element in elements})
        column, parent = self._column(self.live), self._column(self.parent)
        inside = [self._column(self.within)] if self.within else []
        found = []
        for start in range(0, len(values), CHUNK):
            query = self.model.select(parent, column, *inside).where(
                column.in_(values[start : start + CHUNK]), self._column("live") == 1, *self._mine()
            )
            for holder, *key in query.tuples():
                element = wanted.get(":".join(reversed(key)))
                if element is not None:
                    found.append((element, int(holder)))
        return found

    def having(self, element: Element, records: Any) -> list[int]:
        """Those of the records of a query that hold a value which only one live record may hold."""
        if not self.live:
            return []
        parent, same = self._column(self.parent), [self._column(self.live) == self._value(element)]
        if self.within:
            same.append(self._column(self.within) == element[self.within])
        query = self.model.select(parent).where(*same, parent.in_(records), *self._mine()).distinct()
        return [int(row[0]) for row in query.tuples()]

    def _value(self, element: Element) -> str:
        return str((self.extra(element).get(self.live) if self.live else None) or element[self.shown])

    def identity(self, element: Element) -> str:
        """What tells an element from the others of its list, however it is written."""
        value = self._value(element)
        return f"{element[self.within]}:{value}" if self.within else value

    def reads(self, element: Element) -> str:
        """An element in a sentence."""
        value = str(self.read(element[self.shown]))
        return f"{element[self.within]}:{value}" if self.within else value

    def settled(self, elements: Sequence[Element]) -> list[Element]:
        """The elements with one primary among those that have not ended, where the field knows such."""
        if "primary" not in self.columns:
            return list(elements)
        current = one_primary(element for element in elements if not element.get("ended"))
        return current + [_bare(element) for element in elements if element.get("ended")]


def _primary_first(elements: list[Element]) -> list[Element]:
    return sorted(elements, key=lambda element: not element.get("primary")) if len(elements) > 1 else elements
