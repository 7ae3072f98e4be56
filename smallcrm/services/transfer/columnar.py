"""Reading many records fast: a page of plain rows at a time, worked on column by column.

It gives what `records.presenting` gives for the same records, at a small part of the cost: no document is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.fence import ById, proxy
from smallcrm.db.ids import MAX_NUMBER, NUMBER_MASK, bound_tenant, make_id, number_of
from smallcrm.models.base import State
from smallcrm.models.tag import Tag, Tagging
from smallcrm.models.workspace import Member
from smallcrm.services.records import documents, presenting, schema
from smallcrm.services.records.parts import RowPart, element_of
from smallcrm.services.records.schema import Kind
from smallcrm.services.values.money import money_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from smallcrm.services.records.schema import Field, Noun

    Column = Sequence[Any]
    Row = tuple[Any, ...]

PAGE = 2000
_SHOWN = {Kind.EMAILS: "address", Kind.PHONES: "number", Kind.DOMAINS: "domain"}


def pages(
    noun: Noun, fields: Sequence[Field], *, texts: bool, trashed: bool = False
) -> Iterator[list[tuple[Any, ...]]]:
    """Every record in the order of its number, in pages of rows: texts as in a cell, or values ready for JSON."""
    plain = [name for field in fields if not field.apart for name in _columns(field)]
    names = list(dict.fromkeys(["id", *plain]))
    walked = ById(noun.model)
    selected = [getattr(walked, noun.model._meta.columns[name].name) for name in names]
    state = State.TRASHED if trashed else State.LIVE
    after = make_id(bound_tenant(), 0)
    last = make_id(bound_tenant(), MAX_NUMBER)
    while True:
        chosen = (walked.id > after) & (walked.id <= last) & (walked.state == state)
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
        if field.apart:
            return self._parts(field) if field.many and not field.custom else self._apart(field)
        raw = self._columns[_columns(field)[0]]
        if field.key == "id":
            return [value & NUMBER_MASK for value in raw]
        maker = self._maker(field, raw)
        if maker is not None:
            return [maker(value) for value in raw]
        if field.kind is Kind.RECORD and not field.target:
            return self._shown(field, self._named(field))
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
        if field.kind is Kind.RECORD and not field.target:
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
        first, last = self._ids[0], self._ids[-1]
        if self._texts and field.kind in _SHOWN and isinstance(part, RowPart):
            shown = _joined(_rows(part, first, last), list(part.columns).index(_SHOWN[field.kind]) + 1)
            return [shown.get(record_id) for record_id in self._ids]
        names: presenting.Names = {}
        if not isinstance(part, RowPart):
            found = _tags(self._noun.name, first, last)
        elif field.kind is Kind.RECORDS and field.target:
            model = schema.noun(field.target).model
            at = list(part.columns).index(field.target)
            rows = _rows(part, first, last, (model, at))
            names[field.target] = {row[at + 1]: row[-1] for row in rows}
            found = _elements(part, rows)
        else:
            found = _elements(part, _rows(part, first, last))
            names = presenting.names_of([field], [{field.key: elements} for elements in found.values()])
        empty: Any = None if self._texts else []
        made = {}
        for record_id, elements in found.items():
            value = presenting.plain(field, elements, names)
            made[record_id] = presenting.text_of(field, value) if self._texts else value
        return [made.get(record_id, empty) for record_id in self._ids]

    def _named(self, field: Field) -> list[Any]:
        """The records of any noun that a column names."""
        both = zip(*(self._columns[name] for name in field.columns), strict=True)
        return [None if record is None else {"object": name, "record": record} for name, record in both]

    def _apart(self, field: Field) -> Column:
        """The values of a field that the workspace added, or that is computed."""
        if field.computed:
            found = documents.load_plain(self._noun, list(self._ids))
            self._noun.compute(list(found.values()))
            return self._shown(field, [found[record_id][field.key] for record_id in self._ids])
        extras = self._noun.extras
        kept = {} if extras is None else extras.load(list(self._ids), [field.key])
        empty: Any = [] if field.many else None
        return self._shown(field, [kept.get(record_id, {}).get(field.key, empty) for record_id in self._ids])

    def _shown(self, field: Field, values: Sequence[Any]) -> Column:
        """Values of documents as they are shown, one by one."""
        names = presenting.names_of([field], [{field.key: value} for value in values])
        plain = [presenting.plain(field, value, names) for value in values]
        if not self._texts:
            return plain
        return [
            money_text(**value) if field.kind is Kind.MONEY and value else presenting.text_of(field, value)
            for value in plain
        ]


def _rows(part: RowPart, first: int, last: int, join: tuple[Any, int] | None = None) -> list[Any]:
    """The rows of a part that belong to a range of records, as the driver gives them.

    `join` adds the names of what one of the columns refers to: its model, and which column.
    """
    columns = part.model._meta.columns
    parent = columns[part.parent]
    mine = [columns[name] == value for name, value in part.fixed.items()]
    selected = [columns[name] for name in part.columns.values()]
    query = part.model.select(parent, *selected, *([join[0].name] if join else ()))
    if join:
        query = query.join(join[0], on=(selected[join[1]] == join[0].id))
    query = query.where(parent.between(first, last), *mine).order_by(parent, part.model.id)
    rows: list[Any] = proxy.target().execute(query).fetchall()
    return rows


def _elements(part: RowPart, rows: list[Any]) -> dict[int, list[dict[str, Any]]]:
    """The elements of each record, the primary one first."""
    found: dict[int, list[dict[str, Any]]] = {}
    keys = tuple(part.columns)
    for record_id, *values in rows:
        element = element_of(keys, values)
        listed = found.setdefault(record_id, [])
        if "primary" in element:
            listed.insert(0, element)
        else:
            listed.append(element)
    return found


def _tags(name: str, first: int, last: int) -> dict[int, list[dict[str, Any]]]:
    """The tags of each record of a range that has any."""
    found: dict[int, list[dict[str, Any]]] = {}
    query = (
        Tagging.select(Tagging.record_id, Tag.name)
        .join(Tag)
        .where(Tagging.object == name, Tagging.record_id.between(first, last))
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
