"""The trash of the whole workspace: what lies in it, and emptying it for good."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.models.operation import Operation as OperationRow
from smallcrm.models.tag import Tag, Tagging
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import documents
from smallcrm.services.records.journal import PURGE
from smallcrm.services.records.lookup import untitled
from smallcrm.services.records.operations import Operation, operation
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Kind, nouns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from smallcrm.services.records.schema import Field, Noun


@dataclass(frozen=True)
class Trashed:
    """A record in the trash."""

    noun: str
    number: int
    name: str
    trashed_at: datetime


@dataclass
class Purge:
    """What emptying the trash removed: records by noun, and the journal entry that says so."""

    trashed: dict[str, int] = field(default_factory=dict)
    undone: dict[str, int] = field(default_factory=dict)
    operation: int | None = None


def entries() -> Iterator[Trashed]:
    """Everything in the trash, noun by noun, what came last first."""
    require(Verb.READ)
    for noun in nouns().values():
        model = noun.model
        query = (
            model.select(model.id, model.name, model.trashed_at)
            .where(model.state == State.TRASHED)
            .order_by(model.trashed_at.desc(), model.id.desc())
        )
        for record_id, name, at in query.tuples().iterator():
            yield Trashed(noun.name, number_of(record_id), name, at)


def empty(*, dry_run: bool = False) -> Purge:
    """Remove for good what is in the trash and what an undo has hidden; raises NotAllowed below an admin."""
    require(Verb.EMPTY_TRASH)
    purge = Purge()
    with operation("Empty the trash", kind=PURGE, verb=Verb.EMPTY_TRASH, dry_run=dry_run) as op:
        for noun in reversed(nouns().values()):
            for state, counts in ((State.TRASHED, purge.trashed), (State.UNDONE, purge.undone)):
                count = noun.model.select(noun.model.id).where(noun.model.state == state).count()
                if count:
                    counts[noun.name] = count
            _purge(op, noun)
        op.flush()
    purge.operation = None if op.id is None else number_of(op.id)
    return purge


def _gone(noun: Noun) -> Any:
    """The query of the ids to remove."""
    return noun.model.select(noun.model.id).where(noun.model.state != State.LIVE)


def _purge(op: Operation, noun: Noun) -> None:
    _journal(op, noun)
    for other in nouns().values():
        for found in other.fields:
            if found.target == noun.name:
                _release(op, noun, other, found)
    for part in noun.parts:
        model, parent, fixed = Tagging, "record_id", {"object": noun.name}
        if isinstance(part, RowPart):
            model, parent, fixed = part.model, part.parent, dict(part.fixed)
        columns = model._meta.columns
        mine = [columns[name] == value for name, value in fixed.items()]
        model.delete().where(columns[parent].in_(_gone(noun)), *mine).execute()
    Tag.delete().where(Tag.id.not_in(Tagging.select(Tagging.tag))).execute()
    scrubbed = (Change.object == noun.name) & Change.record_id.in_(_gone(noun)) & Change.last_id.is_null()
    _forget_names(noun, scrubbed)
    Change.update(fields=None).where(scrubbed).execute()
    noun.model.delete().where(noun.model.state != State.LIVE).execute()


def _forget_names(noun: Noun, changes: Any) -> None:
    """Take the names of what is removed out of the journal's summaries."""
    query: Any = (
        Change.select(Change.operation, Change.record_id, OperationRow.summary)
        .join(OperationRow)
        .where(changes, OperationRow.kind.in_(["edit", "undo", "redo"]))
        .distinct()
    )
    for operation_id, record_id, summary in list(query.tuples()):
        kept = untitled(noun, record_id, summary)
        if kept != summary:
            OperationRow.update(summary=kept).where(OperationRow.id == operation_id).execute()


def _journal(op: Operation, noun: Noun) -> None:
    """Note what is removed, in runs of numbers that follow each other."""
    first = last = None
    for row in _gone(noun).order_by(noun.model.id).tuples().iterator():
        if last is not None and row[0] == last + 1:
            last = row[0]
            continue
        if first is not None and last is not None:
            op.note_range(noun, PURGE, first, last, last - first + 1)
        first = last = row[0]
    if first is not None and last is not None:
        op.note_range(noun, PURGE, first, last, last - first + 1)


def _release(op: Operation, noun: Noun, other: Noun, found: Field) -> None:
    """Let live records of a noun go of what they refer to and what is removed."""
    for ids in _referring(noun, other, found):
        for document in documents.load(other, ids).values():
            if document["state"] == State.LIVE:
                op.rewrite(other, document, {found.key: _rest(noun, document[found.key])})
    # What is left of the references is in records that are themselves removed.
    part = next((part for part in other.parts if part.key == found.key), None)
    if isinstance(part, RowPart):
        column = part.model._meta.columns[part.columns[noun.name]]
        part.model.delete().where(column.in_(_gone(noun))).execute()
    else:
        column = other.model._meta.columns[found.columns[0]]
        other.model.update({column: None}).where(column.in_(_gone(noun))).execute()


def _rest(noun: Noun, value: Any) -> Any:
    """A reference, or several, without those to what is removed."""
    if not isinstance(value, list):
        return None
    ids = {element[noun.name] for element in value}
    live = {row[0] for row in noun.model.select(noun.model.id).where(
        noun.model.id.in_(list(ids)), noun.model.state == State.LIVE).tuples()}  # fmt: skip
    rest = [dict(element) for element in value if element[noun.name] in live]
    current = [element for element in rest if not element.get("ended")]
    if current and not any(element.get("primary") for element in current):
        current[0]["primary"] = True
    return rest


def _referring(noun: Noun, other: Noun, found: Field) -> Iterator[list[int]]:
    """The records that refer to what is removed, in portions."""
    if found.kind is Kind.RECORD:
        key, column = other.model.id, other.model._meta.columns[found.columns[0]]
    else:
        part = next(part for part in other.parts if part.key == found.key and isinstance(part, RowPart))
        columns = part.model._meta.columns
        key, column = columns[part.parent], columns[part.columns[noun.name]]
    after = 0
    while True:
        query = key.model.select(key).where(column.in_(_gone(noun)), key > after).distinct().order_by(key)
        ids = [row[0] for row in query.limit(documents.CHUNK).tuples()]
        if not ids:
            return
        yield ids
        after = ids[-1]
