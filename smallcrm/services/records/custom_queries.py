"""Custom fields in filters and orders: what is asked of their values, as conditions of SQL and in plain Python.

A filter first looks up its hits in the value index: few of them drive the list, many are asked for record by record.
An order reads the value index, and then the records that have no value; both come last in both directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import peewee as pw

from smallcrm.db.fence import ById, Ids, proxy
from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.db.ids import MAX_NUMBER, own_id
from smallcrm.models.base import State
from smallcrm.models.custom import CustomValue
from smallcrm.services.records.custom_values import TEXTS, cells_of, text_key
from smallcrm.services.records.documents import fetch
from smallcrm.services.records.schema import Kind
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smallcrm.services.records.custom_values import Cell, Kept
    from smallcrm.services.records.schema import Field, Noun

MOST_DRIVEN = 5_000
_MISSING = 1 << 20  # the band of the records without a value, after all others
_LAST = "\U0010ffff"
_GLOB = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})
_LIKE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
_COLUMNS = {
    Kind.LONG_TEXT: "text", Kind.INTEGER: "number", Kind.DECIMAL: "number", Kind.BOOLEAN: "number",
    Kind.MONEY: "number", Kind.INSTANT: "instant", Kind.MEMBER: "target_id", Kind.RECORD: "target_id",
}  # fmt: skip
_UNSORTED = (Kind.LONG_TEXT, Kind.MULTI_SELECT, Kind.MEMBER, Kind.RECORD)


class How(StrEnum):
    """How a text compares with another, whatever the case and the accents."""

    EQUAL = "equal"
    PREFIX = "prefix"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Filled:
    """There is a value."""


@dataclass(frozen=True, slots=True)
class Text:
    """The text equals, begins with or holds another."""

    how: How
    text: str


@dataclass(frozen=True, slots=True)
class Span:
    """The value lies between two others, each of which counts or not, or is left open; money in one currency."""

    low: Any = None
    high: Any = None
    with_low: bool = True
    with_high: bool = True
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The value is one of some; of several values, one of them is."""

    values: frozenset[Any]


Check = Filled | Text | Span | Choice


# -- filters


def driver(kept: Kept, check: Check) -> Any:
    """A query of the ids of the records that pass, where an index finds them; None elsewhere."""
    if kept.field.kind is Kind.LONG_TEXT or (isinstance(check, Text) and check.how is How.PART):
        return None
    return CustomValue.select(CustomValue.record_id).where(
        CustomValue.field == kept.id, *_asked(kept, check, CustomValue)
    )


def few(kept: Kept, check: Check, most: int = MOST_DRIVEN) -> Ids | None:
    """The records that pass, where an index finds them and they are few; None elsewhere."""
    query = driver(kept, check)
    found = [] if query is None else [row[0] for row in fetch(query.limit(most + 1))]
    return None if query is None or len(found) > most else Ids(dict.fromkeys(found))


def condition(kept: Kept, check: Check, row: Any) -> Any:
    """The condition that a record of `row` passes, asked of each: true or false, never NULL."""
    rows = CustomValue.alias()
    mine = (rows.object == _code(row), rows.record_id == row.id, rows.field == kept.id)
    return pw.fn.EXISTS(rows.select(rows.id).where(*mine, *_asked(kept, check, rows)))


def narrowed(kept: Kept, check: Check, row: Any) -> Any:
    """The same, from the value rows where they are few."""
    found = few(kept, check)
    return condition(kept, check, row) if found is None else row.id.in_(found)


def _code(row: Any) -> int:
    """The code of the noun that a row is of."""
    from smallcrm.services.records import schema

    model = row.model if isinstance(row, pw.ModelAlias) else row
    return next(noun.code for noun in schema.nouns().values() if noun.model is model)


def column_of(field: Field, rows: Any) -> Any:
    """The column by which the values of a field are found and sorted."""
    return getattr(rows, _COLUMNS.get(field.kind, "key"))


def _asked(kept: Kept, check: Check, rows: Any) -> list[Any]:
    """What is asked of the rows of a field; the first condition lets the index be used."""
    field, column = kept.field, column_of(kept.field, rows)
    there = column.is_null(False)
    if isinstance(check, Filled):
        return [there]
    if isinstance(check, Choice):
        return [there, column.in_(sorted(_stored(field, value) for value in check.values))]
    if isinstance(check, Text):
        return [there, _compares(field, check, rows)]
    money = [rows.key == check.currency] if check.currency is not None else []
    return [there, *money, *_between(column, check, field)]


def _stored(field: Field, value: Any) -> Any:
    """A value as its column holds it."""
    if field.kind in TEXTS:
        return text_key(field, value)
    if _COLUMNS.get(field.kind) == "number":
        return float(value)
    return value


def _between(column: Any, span: Span, field: Field) -> list[Any]:
    asked = []
    if span.low is not None:
        low = _stored(field, span.low)
        asked.append(column >= low if span.with_low else column > low)
    if span.high is not None:
        high = _stored(field, span.high)
        asked.append(column <= high if span.with_high else column < high)
    return asked


def _compares(field: Field, check: Text, rows: Any) -> Any:
    if field.kind not in TEXTS:
        return _holds_part(pw.fn.LOWER(rows.text), _lower(check.text))
    if check.how is How.EQUAL:
        return rows.key == text_key(field, check.text)
    if check.how is How.PREFIX:
        start = fold(check.text)
        return (rows.key >= start) & (rows.key < start + _LAST)
    in_key = _holds_part(rows.key, fold(check.text))
    return pw.NodeList((in_key, _holds_part(pw.fn.LOWER(rows.text), _lower(check.text))), " OR ", parens=True)


def _holds_part(column: Any, text: str) -> Any:
    """Peewee writes its LIKE as GLOB on SQLite."""
    sqlite = isinstance(proxy.target(), FencedSqlite)
    pattern = f"*{text.translate(_GLOB)}*" if sqlite else f"%{text.translate(_LIKE)}%"
    return pw.Expression(column, pw.OP.LIKE, pattern)


def _lower(text: str) -> str:
    """The text with A to Z in lower case, which is all that SQL's `lower` does alike on both engines."""
    return "".join(char.lower() if "A" <= char <= "Z" else char for char in text)


def holds(kept: Kept, check: Check, value: Any) -> bool:
    """Whether a value passes, without a database."""
    return any(_cell_holds(kept.field, check, cell) for cell in cells_of(kept.field, value))


def _cell_holds(field: Field, check: Check, cell: Cell) -> bool:
    mine = getattr(cell, _COLUMNS.get(field.kind, "key"))
    if isinstance(check, Filled):
        return True
    if isinstance(check, Choice):
        return mine in {_stored(field, value) for value in check.values}
    if isinstance(check, Text):
        return _text_holds(field, check, cell)
    if check.currency is not None and cell.key != check.currency:
        return False
    low, high = (None if end is None else _stored(field, end) for end in (check.low, check.high))
    if low is not None and (mine < low or (mine == low and not check.with_low)):
        return False
    return high is None or mine < high or (mine == high and check.with_high)


def _text_holds(field: Field, check: Text, cell: Cell) -> bool:
    text, key = cell.text or "", cell.key or ""
    if field.kind not in TEXTS:
        return _lower(check.text) in _lower(text)
    if check.how is How.EQUAL:
        return key == text_key(field, check.text)
    if check.how is How.PREFIX:
        return key.startswith(fold(check.text))
    return fold(check.text) in key or _lower(check.text) in _lower(text)


# -- orders


class Place(NamedTuple):
    """Where a record stands in an order: its band, its value there, and its id."""

    band: int
    value: Any
    id: int


def sortable(field: Field) -> bool:
    """Whether a list can be sorted by a field: by one value that has an order."""
    return field.kind not in _UNSORTED


def expressions(kept: Kept, row: Any) -> tuple[Any, ...]:
    """What records of `row` are ordered by, each the value of one; NULL where there is none."""
    if not sortable(kept.field):
        return ()
    rows = CustomValue.alias()
    column: Any = column_of(kept.field, rows)
    if kept.field.kind is Kind.SELECT:
        column = pw.Case(column, tuple((choice, at) for at, choice in enumerate(kept.field.choices)))
    columns = (rows.key, column) if kept.field.kind is Kind.MONEY else (column,)
    mine = (rows.object == _code(row), rows.record_id == row.id, rows.field == kept.id)
    # A query has no order of its own; a list of one has.
    return tuple(pw.NodeList((rows.select(one).where(*mine),)) for one in columns)


def page(
    noun: Noun, kept: Kept, *, descending: bool = False, start: Place | None = None, limit: int = 500,
    narrow: Callable[[Any], Any] | None = None,
) -> list[Place]:  # fmt: skip
    """The live records in the order of a field, those without a value last, as far as `narrow` lets them pass."""
    found: list[Place] = []
    for at, (asked, column) in enumerate(_bands(kept, descending=descending)):
        if start is not None and at < start.band:
            continue
        after = start if start is not None and at == start.band else None
        query = _banded(noun, kept, asked, narrow)
        query = _after(query, column, CustomValue.record_id, after, descending=descending)
        found += [Place(at, *row) for row in fetch(query.limit(limit - len(found)))]
        if len(found) == limit:
            return found
    after = start if start is not None and start.band == _MISSING else None
    row = ById(noun.model)
    rows = _without(noun, kept, row, narrow)
    query = _after(rows, None, row.id, after, descending=descending)
    return found + [Place(_MISSING, *row) for row in fetch(query.limit(limit - len(found)))]


def _bands(kept: Kept, *, descending: bool) -> Iterator[tuple[list[Any], Any]]:
    """What the values are read in, one after another: the choices of a select, the currencies of amounts, or all."""
    field, rows = kept.field, CustomValue
    if field.kind is Kind.SELECT:
        for choice in reversed(field.choices) if descending else field.choices:
            yield [rows.key == choice], None
    elif field.kind is Kind.MONEY:
        for code in sorted(_currencies(kept), reverse=descending):
            yield [rows.number.is_null(False), rows.key == code], rows.number
    else:
        column = column_of(field, rows)
        yield [column.is_null(False)], column


def _currencies(kept: Kept) -> list[str]:
    """The currencies of the amounts of a field, each found by one look into the index."""
    found: list[str] = []
    while True:
        mine = (CustomValue.field == kept.id) & CustomValue.key.is_null(False)
        query = CustomValue.select(CustomValue.key).where(mine, CustomValue.key > (found[-1] if found else ""))
        row = fetch(query.order_by(CustomValue.key).limit(1))
        if not row:
            return found
        found.append(row[0][0])


def _banded(noun: Noun, kept: Kept, asked: list[Any], narrow: Callable[[Any], Any] | None) -> Any:
    row = noun.model.alias()
    mine = [row.id == CustomValue.record_id, row.state == State.LIVE, *([] if narrow is None else [narrow(row)])]
    seen = pw.fn.EXISTS(row.select(row.id).where(*mine))
    return CustomValue.select().where(CustomValue.field == kept.id, *asked, seen)


def _without(noun: Noun, kept: Kept, row: Any, narrow: Callable[[Any], Any] | None) -> Any:
    """The live records that are in no band."""
    inside = row.id.between(own_id(0), own_id(MAX_NUMBER)) & (row.state == State.LIVE)
    rows = CustomValue.alias()
    mine = (rows.object == noun.code, rows.record_id == row.id, rows.field == kept.id)
    known = [column_of(kept.field, rows).is_null(False)]
    if kept.field.kind is Kind.SELECT:
        known.append(rows.key.in_(list(kept.field.choices)))
    missing = pw.Negated(pw.fn.EXISTS(rows.select(rows.id).where(*mine, *known)))
    return row.select().where(inside, missing, *([] if narrow is None else [narrow(row)]))


def _after(query: Any, column: Any, record_id: Any, start: Place | None, *, descending: bool) -> Any:
    """What of a band comes after a place, in its order: by the value and then by the id."""
    columns = (record_id,) if column is None else (column, record_id)
    if start is not None:
        here = pw.Tuple(*columns) if column is not None else record_id
        there = pw.Tuple(start.value, start.id) if column is not None else start.id
        query = query.where(here < there if descending else here > there)
    chosen = query.select(pw.Value(None) if column is None else column, record_id)
    return chosen.order_by(*(one.desc() if descending else one.asc() for one in columns))
