"""The order of a list by several keys, and where a page of it begins.

A missing value comes last in both directions. Records that are equal in every key follow by their ids, in the direction
of the last key. A cursor holds the values of the last record, so that a page costs the same at any depth.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.ids import MAX_NUMBER, number_of, own_id
from smallcrm.errors import UsageError
from smallcrm.services.records.query import names
from smallcrm.services.records.query.faults import nearest, quoted
from smallcrm.services.records.query.handles import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.query.handles import Handle, Key
    from smallcrm.services.records.schema import Noun

MAX_KEYS = 8
_LARGEST = (1 << 63) - 1


@dataclass(frozen=True)
class Wanted:
    """One key of an order as typed, and whether it runs from the end."""

    handle: Handle
    descending: bool


@dataclass(frozen=True)
class Order:
    """What a list is sorted by, and in which direction the ids run where all of it is equal."""

    text: str
    keys: tuple[Wanted, ...]
    descending: bool

    @property
    def by_index(self) -> bool:
        """Whether the index of names gives this order."""
        first = self.keys[0].handle if self.keys else None
        return isinstance(first, Column) and first.columns == ("name",)

    @property
    def by_names(self) -> bool:
        """Whether it is the order of that index and nothing beside it."""
        return self.by_index and [key.descending for key in self.keys] == [self.descending]

    def expressions(self, row: Any) -> list[tuple[Key, bool]]:
        """What the records of `row` are ordered by before their ids, each with whether it runs from the end."""
        return [(key, wanted.descending) for wanted in self.keys for key in wanted.handle.order(row)]


@dataclass(frozen=True)
class Start:
    """The last record before a page: the values that it is ordered by, and its id."""

    values: tuple[Any, ...]
    id: int


def order_of(noun: Noun, text: str) -> Order:
    """The order that `-amount,name` means; UsageError names the nearest key. After the id no key decides anything."""
    known = names.handles(noun)
    keys: list[Wanted] = []
    descending = False
    for word in text.split(","):
        name = word.strip()
        descending = name.startswith("-")
        handle = _handle(noun, known, name.removeprefix("-"))
        if handle.field.key == "id" and "." not in name:
            break
        keys.append(Wanted(handle, descending))
        if len(keys) > MAX_KEYS:
            raise UsageError(f"A list can be sorted by {MAX_KEYS} keys at most.", hint="leave some out")
    return Order(text, tuple(keys), descending)


def _handle(noun: Noun, known: dict[str, Handle], name: str) -> Handle:
    first, dot, more = name.partition(".")
    handle = names.named(known, first)
    if handle is not None and dot:
        known = names.beyond(handle)
        handle = names.named(known, more)
    if handle is None or not handle.order(noun.model):
        sortable = [key for key, found in known.items() if found.order(noun.model)]
        raise UsageError(
            f"There is no sort key {quoted(name)}.{nearest(more or first, [*sortable, 'created', 'updated'])}",
            hint=f"smallcrm {noun.name} list --columns help",
        )
    return handle


def ordering(order: Order, row: Any, *, back: bool = False) -> list[Any]:
    """The ORDER BY of an order; `back` turns all of it around."""
    found = []
    nulls = "FIRST" if back else "LAST"
    for key, descending in order.expressions(row):
        make = key.expression.desc if descending != back else key.expression.asc
        found.append(make(nulls=nulls if key.null else None))
    return [*found, row.id.desc() if order.descending != back else row.id.asc()]


def beyond(order: Order, row: Any, start: Start, *, back: bool = False) -> Any:
    """The condition that a record of `row` comes after the start; with `back`, that it comes before it."""
    keys = order.expressions(row)
    falling = order.descending != back
    after_id = row.id < start.id if falling else row.id > start.id
    if not keys:
        return after_id
    if all(not key.null and descending == order.descending for key, descending in keys):
        here = pw.Tuple(*(key.expression for key, _descending in keys), row.id)
        there = pw.Tuple(*start.values, start.id)
        return here < there if falling else here > there
    ways: list[Any] = []
    equal: list[Any] = []
    for (key, descending), value in zip(keys, start.values, strict=True):
        further = _further(key, value, falling=descending != back, back=back)
        if further is not None:
            ways.append(_all([*equal, further]))
        equal.append(key.expression.is_null() if value is None else key.expression == value)
    ways.append(_all([*equal, after_id]))
    return pw.NodeList(tuple(ways), " OR ", parens=True)


def _further(key: Key, value: Any, *, falling: bool, back: bool) -> Any:
    """The condition that a key lies beyond a value; None where none does. What is missing comes last."""
    if value is None:
        return key.expression.is_null(False) if back else None
    further = key.expression < value if falling else key.expression > value
    return further | key.expression.is_null() if key.null and not back else further


def up_to(order: Order, row: Any, last: Start) -> Any:
    """The condition that a record of `row` does not come after a place in an order that has an index."""
    here = pw.Tuple(*(key.expression for key, _descending in order.expressions(row)), row.id)
    there = pw.Tuple(*last.values, last.id)
    return here >= there if order.descending else here <= there


def _all(conditions: Sequence[Any]) -> Any:
    return pw.NodeList(tuple(conditions), " AND ", parens=True)


def write_cursor(order: Order, mark: str, values: Sequence[Any], record_id: int) -> str:
    """Where a list was cut, as text; `mark` tells its filter from others."""
    import base64

    text = json.dumps([order.text, mark, list(values), number_of(record_id)], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(order: Order, mark: str, cursor: str | None, row: Any) -> Start | None:
    """Where a page begins; UsageError for a cursor of another list."""
    if cursor is None:
        return None
    import base64

    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        sort, made_for, values, number = json.loads(text)
        keys = [key for key, _descending in order.expressions(row)]
        fits = len(values) == len(keys) and all(map(_fits, keys, values))
        if (sort, made_for) != (order.text, mark) or not fits:
            raise ValueError
        if type(number) is not int or not 0 < number <= MAX_NUMBER:
            raise ValueError
        return Start(tuple(values), own_id(number))
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError(
            "The cursor does not belong to this list.", hint="leave out --after to begin at the start"
        ) from error


def _fits(key: Key, value: Any) -> bool:
    """Whether a value can stand in a cursor for a key."""
    if value is None:
        return key.null
    if type(value) is not key.kind:
        return False
    if isinstance(value, str):
        value.encode()
        return "\0" not in value
    if isinstance(value, float):
        return isfinite(value)
    return isinstance(value, int) and -_LARGEST <= value <= _LARGEST
