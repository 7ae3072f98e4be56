"""Reading many records fast: a page of plain rows at a time, worked on column by column.

It gives what `records.presenting` gives for the same records, at a small part of the cost: no document is made.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.fence import Ids, Prepared, by_id, proxy
from smallcrm.db.ids import MAX_NUMBER, NUMBER_MASK, bound_tenant, make_id, number_of
from smallcrm.models.base import State
from smallcrm.models.workspace import Member
from smallcrm.services.records import documents, presenting, schema, store
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.stepping import Beyond, values_beyond
from smallcrm.services.records.store import Listing
from smallcrm.services.transfer import jsontext
from smallcrm.services.transfer.columnar_parts import PartReader, reads
from smallcrm.services.values.money import money_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.schema import Field, Noun

    Column = Sequence[Any]

PAGE = 500
_GAPS = 4
# A page in an order costs a walk over all records where no index has that order, so that few are better than many.
_SORTED = 5_000


def pages(
    noun: Noun,
    fields: Sequence[Field],
    *,
    cells: bool,
    trashed: bool = False,
    where: Filter | None = None,
    sort: str | None = None,
) -> Iterator[list[Column]]:
    """Every record in the order of its number, or as sorted, in pages of columns: as cells of a table or as JSON."""
    if not fields:
        return
    own = [field.outer if isinstance(field, Beyond) else field for field in fields]
    names = list(dict.fromkeys(["id", *(name for field in own if not field.apart for name in _columns(field))]))
    parts = {field.key: PartReader(noun, field, cells=cells) for field in fields if reads(noun, field)}
    found = _by_number if sort is None else _in_order
    for page in found(noun, names, Listing(sort or "id", None, 0, trashed, frozenset(), where)):
        columns = dict(zip(names, page, strict=True))
        ids = columns["id"]
        # Where a filter has left wide gaps, a range would read what belongs to others; an order knows no range.
        near = parts if sort is None and ids[-1] - ids[0] < _GAPS * len(ids) else {}
        yield [
            near[field.key].column(ids) if field.key in near else _made(noun, field, columns, cells=cells)
            for field in fields
        ]


def _by_number(noun: Noun, names: Sequence[str], listing: Listing) -> Iterator[list[Column]]:
    """The columns of a listing in pages, by their ids."""
    rows_after = _records(noun, names, State.TRASHED if listing.trashed else State.LIVE, listing.where)
    after, last = make_id(bound_tenant(), 0), make_id(bound_tenant(), MAX_NUMBER)
    while rows := rows_after(after, last):
        after = rows[-1][0]
        page: list[Column] = list(zip(*rows, strict=True))
        del rows
        yield page


def _in_order(noun: Noun, names: Sequence[str], listing: Listing) -> Iterator[list[Column]]:
    """The columns of a listing in pages, in its order."""
    walked = by_id(noun.model)
    selected = [getattr(walked, noun.model._meta.columns[name].name) for name in names]
    ids = (document["id"] for document in store.walk(noun, listing, _SORTED))
    while chosen := list(islice(ids, PAGE)):
        found = {row[0]: row for row in documents.fetch(walked.select(*selected).where(walked.id.in_(Ids(chosen))))}
        if found:
            yield list(zip(*(found[record_id] for record_id in chosen if record_id in found), strict=True))


def _records(noun: Noun, names: Sequence[str], state: State, where: Filter | None) -> Callable[[int, int], list[Any]]:
    """What gives the next rows after an id, up to another."""
    walked = by_id(noun.model)
    selected = [getattr(walked, noun.model._meta.columns[name].name) for name in names]

    def shape(after: Any, last: Any) -> Any:
        chosen = (walked.id > after) & (walked.id <= last) & (walked.state == state)
        return walked.select(*selected).where(chosen).order_by(walked.id).limit(PAGE)

    if where is None:
        return Prepared(shape, 2).rows
    condition = where.condition(walked)
    chosen = () if condition is None else (condition,)
    return lambda after, last: documents.fetch(shape(after, last).where(*chosen))


def _columns(field: Field) -> tuple[str, ...]:
    return (field.key,) if field.kind is Kind.INSTANT or field.key in ("id", "version") else field.columns


def _column(noun: Noun, field: Field, columns: Mapping[str, Column], *, cells: bool) -> Column:
    """The values of a field of a page, one for each row."""
    if field.apart:
        return _shown(field, _loaded(noun, field, list(columns["id"])), cells=cells)
    if field.kind is Kind.RECORD and not field.target:
        pairs = zip(*(columns[name] for name in field.columns), strict=True)
        refs = [None if record is None else {"object": name, "record": record} for name, record in pairs]
        return _shown(field, refs, cells=cells)
    raw = columns[_columns(field)[0]]
    if field.key == "id":
        numbers = [value & NUMBER_MASK for value in raw]
        return numbers if cells else list(map(str, numbers))
    maker = _maker(field, raw, cells=cells)
    if maker is not None:
        return list(map(maker, raw))
    if field.kind is Kind.MONEY:
        return [_money(*both, cells=cells) for both in zip(raw, columns[field.columns[1]], strict=True)]
    return raw if cells else jsontext.texts(raw)


def _made(noun: Noun, field: Field, columns: Mapping[str, Column], *, cells: bool) -> Column:
    """The values of a field of a page, one for each row, of the records themselves or a step on."""
    if isinstance(field, Beyond):
        return _beyond(noun, field, columns, cells=cells)
    return _column(noun, field, columns, cells=cells)


def _beyond(noun: Noun, field: Beyond, columns: Mapping[str, Column], *, cells: bool) -> Column:
    """The values of a field a step on: of what the records of a page refer to."""
    ids, outer = list(columns["id"]), field.outer
    named = _loaded(noun, outer, ids) if outer.apart else columns[outer.columns[0]]
    batch = [{"id": record_id, outer.key: value} for record_id, value in zip(ids, named, strict=True)]
    found = values_beyond([field], batch)
    return _finished(field, [found[record_id][field.key] for record_id in ids], cells=cells)


def _loaded(noun: Noun, field: Field, ids: list[int]) -> list[Any]:
    """The values of a field that is not kept in the noun's own table."""
    if field.computed:
        found = documents.load_plain(noun, ids)
        noun.compute(list(found.values()), [field.key])
        return [found[record_id][field.key] for record_id in ids]
    if not field.custom:
        elements = noun.part(field.key).load(ids)
        return [elements.get(record_id, []) for record_id in ids]
    extras = noun.extras
    kept = {} if extras is None else extras.load(ids, [field.key])
    empty: Any = [] if field.many else None
    return [kept.get(record_id, {}).get(field.key, empty) for record_id in ids]


def _shown(field: Field, values: Sequence[Any], *, cells: bool) -> Column:
    """Values of documents as they are shown, one by one."""
    names = presenting.names_of([field], [{field.key: value} for value in values])
    return _finished(field, [presenting.plain(field, value, names) for value in values], cells=cells)


def _finished(field: Field, plain: Sequence[Any], *, cells: bool) -> Column:
    """Presented values, as cells or as JSON."""
    if not cells:
        return list(map(jsontext.text, plain))
    if field.kind is Kind.MONEY:
        return [money_text(**value) if value else None for value in plain]
    # What is a step on is not read back.
    made = presenting.text_of if isinstance(field, Beyond) else presenting.cell_of
    return [made(field, value) for value in plain]


def _money(amount: int | None, code: str, *, cells: bool) -> Any:
    if cells:
        return None if amount is None else money_text(amount, code)
    return jsontext.text(None if amount is None else {"amount": amount, "currency": code})


def _maker(field: Field, raw: Column, *, cells: bool) -> Callable[[Any], Any] | None:
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
    if cells:
        return {**{key: presenting.text_of(field, value) for key, value in made.items()}, None: None}.__getitem__
    return {key: jsontext.text(value) for key, value in {**made, None: None}.items()}.__getitem__


def _names(model: Any, ids: set[int]) -> dict[int, str]:
    """The names of some rows by id."""
    found: dict[int, str] = {}
    listed = sorted(ids)
    for start in range(0, len(listed), 500):
        query = model.select(model.id, model.name).where(model.id.in_(listed[start : start + 500]))
        found.update(proxy.target().execute(query).fetchall())
    return found
