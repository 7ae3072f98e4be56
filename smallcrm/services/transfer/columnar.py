"""Reading many records fast: a page of plain rows at a time, worked on column by column.

It gives what `records.presenting` gives for the same records, at a small part of the cost: no document is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.fence import ById, Ids, proxy
from smallcrm.db.ids import MAX_NUMBER, NUMBER_MASK, bound_tenant, make_id, number_of
from smallcrm.models.base import State
from smallcrm.models.company import Company
from smallcrm.models.tag import Tag, Tagging
from smallcrm.models.workspace import Member
from smallcrm.services.records import presenting, schema
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Kind
from smallcrm.services.values.money import money_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.schema import Field, Noun

    Column = Sequence[Any]
    Row = tuple[Any, ...]

PAGE = 2000
_GAPS = 4
_SHOWN = {Kind.EMAILS: "address", Kind.PHONES: "number", Kind.DOMAINS: "domain"}


def pages(
    noun: Noun, fields: Sequence[Field], *, texts: bool, trashed: bool = False, where: Filter | None = None
) -> Iterator[list[tuple[Any, ...]]]:
    """Every record in the order of its number, in pages of rows: texts as in a cell, or values ready for JSON."""
    plain = [name for field in fields if not field.many for name in _columns(field)]
    names = list(dict.fromkeys(["id", *plain]))
    walked = ById(noun.model)
    selected = [getattr(walked, noun.model._meta.columns[name].name) for name in names]
    state = State.TRASHED if trashed else State.LIVE
    condition = None if where is None else where.condition(walked)
    after = make_id(bound_tenant(), 0)
    last = make_id(bound_tenant(), MAX_NUMBER)
    while True:
        chosen = (walked.id > after) & (walked.id <= last) & (walked.state == state)
        if condition is not None:
            chosen &= condition
        query = walked.select(*selected).where(chosen).order_by(walked.id).limit(PAGE)
        rows = proxy.target().execute(query).fetchall()
        if not rows:
            return
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        page = _Page(noun, columns, texts=texts)
        yield list(zip(*(page.column(field) for field in fields), strict=True))
        after = rows[-1][0]


def _columns(field: Field) -> tuple[str, ...]:
    return (field.key,) if field.kind is Kind.INSTANT or field.key in ("id", "version") else field.columns


class _Page:
    """Some rows as columns, and how each field is made of them."""

    def __init__(self, noun: Noun, columns: Mapping[str, Column], *, texts: bool) -> None:
        self._noun = noun
        self._columns = columns
        self._ids: Column = columns["id"]
        self._texts = texts

    def column(self, field: Field) -> Column:
        """The values of a field, one for each row."""
        if field.many:
            return self._parts(field)
        raw = self._columns[_columns(field)[0]]
        if field.key == "id":
            return [value & NUMBER_MASK for value in raw]
        maker = self._maker(field, raw)
        if maker is not None:
            return [maker(value) for value in raw]
        if field.kind is Kind.MONEY:
            return [self._money(*both) for both in zip(raw, self._columns[field.columns[1]], strict=True)]
        return raw

    def _money(self, amount: int | None, code: str) -> Any:
        if amount is None:
            return None
        return money_text(amount, code) if self._texts else {"amount": amount, "currency": code}

    def _maker(self, field: Field, raw: Column) -> Callable[[Any], Any] | None:
        """What turns each different value of a column into what is shown; few differ, so each is made once."""
        if field.kind not in (Kind.INSTANT, Kind.BOOLEAN, Kind.MEMBER, Kind.RECORD):
            return None
        different = set(raw) - {None}
        if field.kind in (Kind.MEMBER, Kind.RECORD):
            names = _names(Member if field.kind is Kind.MEMBER else schema.noun(field.target).model, different)
            made: dict[Any, Any] = {key: {"id": number_of(key), "name": names.get(key, "?")} for key in different}
        elif field.kind is Kind.INSTANT:
            made = {value: presenting.iso(clock.from_micros(value)) for value in different}
        else:
            made = {value: bool(value) for value in different}
        if self._texts:
            made = {key: presenting.text_of(field, value) for key, value in made.items()}
        return {**made, None: None}.__getitem__

    def _parts(self, field: Field) -> Column:
        part = self._noun.part(field.key)
        ids = self._ids
        if self._texts and field.kind in _SHOWN and isinstance(part, RowPart):
            shown = _joined(_rows(part, ids), list(part.columns).index(_SHOWN[field.kind]) + 1)
            return [shown.get(record_id) for record_id in self._ids]
        names = presenting.Names({}, {})
        if not isinstance(part, RowPart):
            found = _tags(self._noun.name, ids)
        elif field.kind is Kind.COMPANIES:
            rows = _rows(part, ids, (Company, Company.name))
            names.companies.update((row[1], row[-1]) for row in rows)
            found = _elements(part, rows)
        else:
            found = _elements(part, _rows(part, ids))
        empty: Any = None if self._texts else []
        made = {}
        for record_id, elements in found.items():
            value = presenting.plain(field, elements, names)
            made[record_id] = presenting.text_of(field, value) if self._texts else value
        return [made.get(record_id, empty) for record_id in self._ids]


def _rows(part: RowPart, ids: Column, join: tuple[Any, Any] | None = None) -> list[Any]:
    """The rows of a part that belong to some records, as the driver gives them; `join` adds a name."""
    columns = part.model._meta.columns
    parent = columns[part.parent]
    mine = [columns[name] == value for name, value in part.fixed.items()]
    selected = [columns[name] for name in part.columns.values()]
    query = part.model.select(parent, *selected, *(join[1:] if join else ()))
    if join:
        query = query.join(join[0])
    query = query.where(_near(parent, ids), *mine).order_by(parent, part.model.id)
    rows: list[Any] = proxy.target().execute(query).fetchall()
    return rows


def _near(column: Any, ids: Column) -> Any:
    """The condition that a reference is one of a page's ids: a range, unless a filter has left wide gaps in it."""
    first, last = ids[0], ids[-1]
    return column.between(first, last) if last - first < _GAPS * len(ids) else column.in_(Ids(ids))


def _elements(part: RowPart, rows: list[Any]) -> dict[int, list[dict[str, Any]]]:
    """The elements of each record, the primary one first."""
    found: dict[int, list[dict[str, Any]]] = {}
    keys = tuple(part.columns)
    for record_id, *values in rows:
        element = {key: value for key, value in zip(keys, values, strict=False) if value not in (None, "", 0)}
        listed = found.setdefault(record_id, [])
        if "primary" in element:
            element["primary"] = True
            listed.insert(0, element)
        else:
            listed.append(element)
    return found


def _tags(name: str, ids: Column) -> dict[int, list[dict[str, Any]]]:
    """The tags of each record that has any."""
    found: dict[int, list[dict[str, Any]]] = {}
    query = (
        Tagging.select(Tagging.record_id, Tag.name)
        .join(Tag)
        .where(Tagging.object == name, _near(Tagging.record_id, ids))
        .order_by(Tagging.record_id, Tag.name_key)
    )
    for record_id, tag in proxy.target().execute(query).fetchall():
        found.setdefault(record_id, []).append({"name": tag})
    return found


def _joined(rows: list[Any], place: int) -> dict[int, str]:
    """The values of one column in one text for each record, the primary one first; it is flagged in the last column."""
    shown: dict[int, str] = {}
    for row in rows:
        record_id = row[0]
        if record_id in shown:
            shown[record_id] = f"{row[place]}, {shown[record_id]}" if row[-1] else f"{shown[record_id]}, {row[place]}"
        else:
            shown[record_id] = row[place]
    return shown


def _names(model: Any, ids: set[int]) -> dict[int, str]:
    """The names of some rows by id."""
    found: dict[int, str] = {}
    listed = sorted(ids)
    for start in range(0, len(listed), 500):
        query = model.select(model.id, model.name).where(model.id.in_(listed[start : start + 500]))
        found.update(proxy.target().execute(query).fetchall())
    return found
