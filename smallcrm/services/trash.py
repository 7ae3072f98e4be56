"""The trash of the whole workspace: what lies in it, and emptying it for good."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.db.fence import Ids, by_id
from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.models.operation import Operation as OperationRow
from smallcrm.models.tag import Tag, Tagging
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import documents, references, referring
from smallcrm.services.records.journal import PURGE
from smallcrm.services.records.lookup import untitled
from smallcrm.services.records.operations import Operation, operation
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import nouns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from smallcrm.services.records.referring import Link
    from smallcrm.services.records.schema import Noun


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
            .where(model.state == State.TRASHED, *noun.visible(model))
            .order_by(model.trashed_at.desc(), model.id.desc())
        )
        for record_id, name, at in query.tuples().iterator():
            yield Trashed(noun.name, number_of(record_id), name, at)


def empty(*, dry_run: bool = False) -> Purge:
    """Remove for good what is in the trash and what an undo has hidden; raises NotAllowed below an admin."""
    require(Verb.EMPTY_TRASH)
    purge = Purge()
    with operation("Empty the trash", kind=PURGE, verb=Verb.EMPTY_TRASH, dry_run=dry_run) as op:
        for noun in nouns().values():
            _put_with(op, noun)
        # What is part of a record goes before it, and what refers to it as a rule too.
        backwards = list(reversed(nouns().values()))
        for noun in sorted(backwards, key=lambda noun: not noun.bound):
            for state, counts in ((State.TRASHED, purge.trashed), (State.UNDONE, purge.undone)):
                count = noun.model.select(noun.model.id).where(noun.model.state == state).count()
                if count:
                    counts[noun.name] = count
            _purge(op, noun)
        op.flush()
    purge.operation = None if op.id is None else number_of(op.id)
    return purge


def _put_with(op: Operation, noun: Noun) -> None:
    """Trash the live records of a noun that are part of another which is removed."""
    for link in referring.links():
        if link.noun is not noun or link.field.key != noun.bound:
            continue
        going = (noun.model.state == State.LIVE) & link.target_id.in_(_gone(link.target))
        query = noun.model.select(noun.model.id).where(going, *link.where).order_by(noun.model.id)
        op.set_state(noun, "trash", [row[0] for row in query.tuples()])


def _gone(noun: Noun) -> Any:
    """The query of the ids to remove."""
    return noun.model.select(noun.model.id).where(noun.model.state != State.LIVE)


def _purge(op: Operation, noun: Noun) -> None:
    _journal(op, noun)
    for link in referring.links_to(noun):
        _release(op, noun, link)
    for part in noun.parts:
        model, parent, fixed = Tagging, "record_id", {"object": noun.name}
        if isinstance(part, RowPart):
            model, parent, fixed = part.model, part.parent, dict(part.fixed)
        columns = model._meta.columns
        mine = [columns[name] == value for name, value in fixed.items()]
        model.delete().where(columns[parent].in_(_gone(noun)), *mine).execute()
    if noun.extras is not None:
        noun.extras.purge(_gone(noun))
    noun.forget(_gone(noun))
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


def _release(op: Operation, noun: Noun, link: Link) -> None:
    """Let live records go of what they refer to and what is removed."""
    key = link.field.key
    for ids in _referring(noun, link):
        for document in documents.load(link.noun, ids).values():
            if document["state"] == State.LIVE:
                op.rewrite(link.noun, document, {key: _rest(noun, link, document[key])})
    # What is left of the references is in records that are themselves removed; what is firm went before.
    stale = (link.target_id.in_(_gone(noun)), *link.where)
    if link.field.apart:
        link.model.delete().where(*stale).execute()
    elif not link.field.firm:
        columns = link.model._meta.columns
        link.model.update({columns[name]: None for name in link.field.columns}).where(*stale).execute()


def _rest(noun: Noun, link: Link, value: Any) -> Any:
    """A reference, or several, without those to what is removed."""
    field = link.field
    if not field.many:
        return None
    ids = [record_id for name, record_id in references.named(field, value) if name == noun.name]
    row = by_id(noun.model)
    query = row.select(row.id).where(row.id.in_(Ids(ids)), row.state == State.LIVE)
    live = {found[0] for found in documents.fetch(query)}
    gone = {(noun.name, record_id) for record_id in ids if record_id not in live}
    return link.noun.part(field.key).settled(references.without(field, value, gone))


def _referring(noun: Noun, link: Link) -> Iterator[list[int]]:
    """The records that refer to what is removed, in portions."""
    key, after = link.source_id, 0
    while True:
        query = link.model.select(key).where(link.target_id.in_(_gone(noun)), key > after, *link.where)
        ids = [row[0] for row in query.distinct().order_by(key).limit(documents.CHUNK).tuples()]
        if not ids:
            return
        yield ids
        after = ids[-1]
