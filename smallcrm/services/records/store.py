"""Reading records: one, a page in any order, a count, a history; and what edits do to many at once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence import ById
from smallcrm.db.ids import MAX_NUMBER, number_of, own_id
from smallcrm.errors import NotFound, UsageError
from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.models.operation import Operation as OperationRow
from smallcrm.models.workspace import Member
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import documents
from smallcrm.services.records.schema import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.schema import Noun, Values

COUNT_CAP = 10_000
_LARGEST = (1 << 63) - 1
_SORT_COLUMNS = {"name": "name_key", "created": "created_at", "updated": "updated_at", "id": "id"}


@dataclass(frozen=True)
class Page:
    """Some records in order, and where the next page begins (None at the end)."""

    records: list[Values]
    next: str | None


@dataclass(frozen=True)
class Listing:
    """What a list shows: the order, where it begins, how many, and whether it looks into the trash."""

    sort: str = "id"
    after: str | None = None
    limit: int = 500
    trashed: bool = False
    parts: frozenset[str] | None = field(default=None)


def id_of(name: str, number: int, *, hint: str) -> int:
    """The id that a number of the workspace means; raises NotFound where no number can be that large."""
    if not 0 < number <= MAX_NUMBER:
        raise NotFound(f"There is no {name} {number}.", hint=hint)
    return own_id(number)


def get(noun: Noun, number: int, *, trashed: bool = True) -> Values:
    """The record of that number; raises NotFound."""
    require(Verb.READ)
    record_id = id_of(noun.name, number, hint=f"smallcrm {noun.name} list")
    document = documents.load(noun, [record_id]).get(record_id)
    hidden = document is None or document["state"] == State.UNDONE
    if document is None or hidden or (document["state"] == State.TRASHED and not trashed):
        raise NotFound(f"There is no {noun.name} {number}.", hint=f"smallcrm {noun.name} list")
    return document


def ids_of(noun: Noun, numbers: Sequence[int]) -> list[int]:
    """The ids of these numbers; raises NotFound naming all that do not exist."""
    require(Verb.READ)
    wanted = {id_of(noun.name, number, hint=f"smallcrm {noun.name} list"): number for number in numbers}
    known: set[int] = set()
    ids = list(wanted)
    for start in range(0, len(ids), documents.CHUNK):
        chosen = noun.model.id.in_(ids[start : start + documents.CHUNK]) & (noun.model.state != State.UNDONE)
        known.update(row[0] for row in noun.model.select(noun.model.id).where(chosen).tuples())
    missing = [str(number) for record_id, number in wanted.items() if record_id not in known]
    if missing:
        raise NotFound(f"There is no {noun.name} {', '.join(missing)}.", hint=f"smallcrm {noun.name} list")
    return ids


def count(noun: Noun, *, trashed: bool = False, cap: int | None = None) -> int:
    """How many live (or trashed) records there are; at most `cap`, which is quick on any size."""
    require(Verb.READ)
    state = State.TRASHED if trashed else State.LIVE
    query = noun.model.select(noun.model.id).where(noun.model.state == state)
    if cap is not None:
        query = query.limit(cap)
    number: int = query.count()
    return number


def page(noun: Noun, listing: Listing) -> Page:
    """One page of records; keyset paging, so that every page costs the same."""
    require(Verb.READ)
    model, column, descending = _sort_column(noun, listing.sort)
    state = State.TRASHED if listing.trashed else State.LIVE
    query = model.select(*documents.selected_columns(noun, model), column).where(model.state == state)
    if model is not noun.model:
        query = query.where(model.id.between(own_id(0), own_id(MAX_NUMBER)))
    rows: list[tuple[Any, ...]] = []
    nulls, value, last = _read_cursor(listing.after, listing.sort, column)
    wanted = listing.limit + 1
    if not nulls:
        rows = documents.fetch(_ordered(query, model.id, (column, descending), (value, last), wanted))
    if len(rows) < wanted and column.null:
        after = last if nulls else 0
        tail = query.where(column.is_null(), model.id > after).order_by(model.id)
        rows += documents.fetch(tail.limit(wanted - len(rows)))
    more = len(rows) > listing.limit
    rows = rows[: listing.limit]
    records = [documents.read_row(noun, row) for row in rows]
    documents.add_parts(noun, records, listing.parts)
    after_this = _write_cursor(listing.sort, rows[-1]) if more and rows else None
    return Page(records, after_this)


def walk(noun: Noun, listing: Listing, size: int = 1000) -> Iterator[Values]:
    """Every record of a listing whatever its limit (0: all), read page by page in constant memory."""
    left = listing.limit or None
    after = listing.after
    while left is None or left > 0:
        step = size if left is None else min(size, left)
        found = page(noun, Listing(listing.sort, after, step, listing.trashed, listing.parts))
        yield from found.records
        if found.next is None:
            return
        after = found.next
        left = None if left is None else left - len(found.records)


def _ordered(query: Any, key: Any, sort: tuple[Any, bool], start: tuple[Any, int | None], wanted: int) -> Any:
    column, descending = sort
    value, last = start
    if column is key:
        query = query if last is None else query.where(key < last if descending else key > last)
        return query.order_by(key.desc() if descending else key).limit(wanted)
    if column.null:
        query = query.where(column.is_null(False))
    if last is not None:
        here, there = pw.Tuple(column, key), pw.Tuple(value, last)
        query = query.where(here < there if descending else here > there)
    order = (column.desc(), key.desc()) if descending else (column, key)
    return query.order_by(*order).limit(wanted)


def _sort_column(noun: Noun, sort: str) -> tuple[Any, Any, bool]:
    """What to select from, the column to sort by, and whether from its end.

    Only the name has an index in the order of a list; for all else the records are walked by their ids.
    """
    descending, name = sort.startswith("-"), sort.lstrip("-")
    column_name = _SORT_COLUMNS.get(name)
    if column_name is None:
        found = noun.by_key.get(name)
        if found is None or found.apart or found.derived:
            known = (*_SORT_COLUMNS, *(f.key for f in documents.plain_fields(noun)))
            raise unknown("sort key", name, known, f"smallcrm {noun.name} list --columns help")
        column_name = "name_key" if name == noun.title else found.sorted_by or found.columns[0]
    model = noun.model if column_name == "name_key" else ById(noun.model)
    return model, getattr(model, noun.model._meta.columns[column_name].name), descending


def _write_cursor(sort: str, row: tuple[Any, ...]) -> str:
    import base64

    text = json.dumps([sort, row[-1], number_of(row[0])], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None, sort: str, column: Any) -> tuple[bool, Any, int | None]:
    """Whether the page begins among the empty values, the value it begins after, and the id."""
    if cursor is None:
        return False, None, None
    import base64

    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        made_for, value, number = json.loads(text)
        kind: type = str if isinstance(getattr(column, "field", column), pw.TextField) else int
        fits = type(value) is kind if value is not None else column.null
        if made_for != sort or not fits or type(number) is not int or not 0 < number <= MAX_NUMBER:
            raise ValueError
        if kind is int and value is not None and not -_LARGEST <= value <= _LARGEST:
            raise ValueError
        return value is None, value, own_id(number)
    except (ValueError, TypeError) as error:
        raise UsageError(
            "The cursor does not belong to this list.", hint="leave out --after to begin at the start"
        ) from error


@dataclass(frozen=True)
class Entry:
    """One line of a record's history or of the journal."""

    operation: int
    at: Any
    member: str
    via: str
    kind: str
    summary: str
    fields: dict[str, Any]
    undone: bool


_ENTRY_COLUMNS = (
    OperationRow.id, OperationRow.at, Member.name, OperationRow.via, OperationRow.kind, OperationRow.summary,
    OperationRow.undone_by,
)  # fmt: skip


def history(noun: Noun, number: int) -> list[Entry]:
    """What happened to a record, oldest first."""
    record_id = get(noun, number)["id"]
    alone = (Change.record_id == record_id) & Change.last_id.is_null()
    ranged = (Change.record_id <= record_id) & (Change.last_id >= record_id)
    found: list[tuple[int, Entry]] = []
    for where in (alone, ranged):
        query = (
            Change.select(*_ENTRY_COLUMNS, Change.kind, Change.fields, Change.id)
            .join(OperationRow)
            .join(Member, on=(Member.id == OperationRow.member_id))
            .where(Change.object == noun.name, where)
        )
        found.extend((row[9], _entry(row[:7], row[7], row[8])) for row in query.tuples().iterator())
    return [entry for _change, entry in sorted(found, key=lambda pair: pair[0])]


def log(limit: int = 50, member: int | None = None) -> list[Entry]:
    """The journal, newest first."""
    require(Verb.READ)
    query = OperationRow.select(*_ENTRY_COLUMNS).join(Member, on=(Member.id == OperationRow.member_id))
    if member is not None:
        query = query.where(OperationRow.member_id == member)
    query = query.order_by(OperationRow.id.desc())
    if limit:
        query = query.limit(limit)
    return [_entry(row, row[4], None) for row in query.tuples().iterator()]


def _entry(row: tuple[Any, ...], kind: str, text: str | None) -> Entry:
    operation, at, member, via, _kind, summary, undone_by = row
    fields = json.loads(text) if text else {}
    return Entry(number_of(operation), at, member, via, kind, summary, fields, undone_by is not None)
