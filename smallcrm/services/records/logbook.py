"""What happened: to one record, and in the whole workspace."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from peewee import fn

from smallcrm.db.ids import number_of, own_id
from smallcrm.models.operation import Change
from smallcrm.models.operation import Operation as OperationRow
from smallcrm.models.workspace import Member
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records.store import get

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.services.records.schema import Noun


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


def first_records(operations: Iterable[int], nouns: Sequence[str]) -> dict[int, tuple[str, int]]:
    """Of each operation, by number, the first record of these nouns that it changed; none where there is none."""
    require(Verb.READ)
    found: dict[int, tuple[str, int]] = {}
    for number in operations:
        # One by one, since an operation may have changed a hundred thousand.
        query = Change.select(Change.object, Change.record_id).where(Change.operation == own_id(number))
        row: Any = query.where(Change.object.in_(list(nouns))).order_by(Change.id).limit(1).tuples().first()
        if row is not None:
            found[number] = row[0], number_of(row[1])
    return found


def newest_change() -> int:
    """The id of the newest change of the workspace; 0 where nothing was ever changed."""
    return Change.select(fn.MAX(Change.id)).scalar() or 0


def _entry(row: tuple[Any, ...], kind: str, text: str | None) -> Entry:
    operation, at, member, via, _kind, summary, undone_by = row
    fields = json.loads(text) if text else {}
    return Entry(number_of(operation), at, member, via, kind, summary, fields, undone_by is not None)
