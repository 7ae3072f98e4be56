"""Undo and redo: the inverse of each change that still stands, as a new operation; what does not stand is listed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from peewee import fn

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict, NotAllowed, NotFound, NothingLeft
from smallcrm.models.operation import Change
from smallcrm.models.operation import Operation as OperationRow
from smallcrm.services.accounts.access import Verb, actor, may, require
from smallcrm.services.records.inverse import take_back
from smallcrm.services.records.journal import PURGE, TAKING_BACK
from smallcrm.services.records.operations import operation
from smallcrm.services.records.store import id_of

if TYPE_CHECKING:
    from smallcrm.services.records.operations import Operation


@dataclass
class Outcome:
    """What an undo or redo did: the operation it took back, its own number, and what it had to leave."""

    target: int
    summary: str
    operation: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


def undo(number: int | None = None, *, dry_run: bool = False) -> Outcome:
    """Take back an operation: the newest of the acting member, or the one of that number."""
    require(Verb.WRITE)
    if number is None:
        return _take_newest("undo", dry_run=dry_run)
    row = _named(number)
    if row.kind == PURGE:
        raise Conflict(f"Operation {number_of(row.id)} emptied the trash; that cannot be undone.", hint="smallcrm log")
    if not _changed(row.id):
        raise NothingLeft(f"Operation {number} came without its changes, from an archive without the journal.")
    return _take_back(row, "undo", dry_run=dry_run)


def redo(*, dry_run: bool = False) -> Outcome:
    """Take back the newest undo of the acting member."""
    require(Verb.WRITE)
    return _take_newest("redo", dry_run=dry_run)


def _take_newest(kind: str, *, dry_run: bool) -> Outcome:
    """Take back the newest that still can be; what is stepped over on the way is told among what is left."""
    passed: list[NothingLeft] = []
    row = None
    while True:
        row = _newest(undone=kind == "redo", before=row)
        if row is None and passed:
            raise passed[0]
        if row is None:
            raise NotFound(f"There is nothing to {kind}.", hint="smallcrm log")
        try:
            outcome = _take_back(row, kind, dry_run=dry_run)
        except NothingLeft as error:
            passed.append(error)
            continue
        outcome.left = [line for error in passed for line in (error.sentence, *error.details)] + outcome.left
        return outcome


def _named(number: int) -> Any:
    row = OperationRow.get_or_none(OperationRow.id == id_of("operation", number, hint="smallcrm log"))
    if row is None:
        raise NotFound(f"There is no operation {number}.", hint="smallcrm log")
    me = actor()
    if row.member_id != me.member_id and not may(me.role, Verb.UNDO_OTHERS):
        raise NotAllowed(f"Operation {number} is somebody else's; only an admin can take it back.")
    return row


def _changed(operation_id: Any) -> bool:
    """Whether the journal has the changes of an operation: an archive need not bring them along."""
    return bool(Change.select(Change.id).where(Change.operation == operation_id).exists())


def _newest(*, undone: bool, before: Any = None) -> Any:
    """The acting member's newest operation, or newest undo, that has not been taken back; None where there is none."""
    kinds = OperationRow.kind.not_in([*TAKING_BACK, PURGE])
    if undone:
        # What an undo had hidden before a purge is gone.
        purged = OperationRow.select(OperationRow.id).where(OperationRow.kind == PURGE)
        last = purged.order_by(OperationRow.id.desc()).tuples().first()
        kinds = (OperationRow.kind == "undo") & (OperationRow.id > (last[0] if last else 0))
    mine = (OperationRow.member_id == actor().member_id) & OperationRow.undone_by.is_null() & kinds
    mine &= fn.EXISTS(Change.select(Change.id).where(Change.operation == OperationRow.id))
    if before is not None:
        mine &= OperationRow.id < before.id
    return OperationRow.select().where(mine).order_by(OperationRow.id.desc()).first()


def _take_back(row: Any, kind: str, *, dry_run: bool) -> Outcome:
    number = number_of(row.id)
    outcome = Outcome(number, row.summary)
    title = f"Undo operation {number}: {row.summary}" if kind == "undo" else f"Redo: {row.summary}"
    with operation(title, kind=kind, dry_run=dry_run, undoes=row.id) as op:
        _refuse_undone(row.id)
        outcome.left = take_back(op, row.id)
        op.flush()
        outcome.counts = _lasting(op)
        if op.id is None:
            raise NothingLeft(
                f"Nothing of operation {number} can be taken back any more.",
                hint="smallcrm log",
                details=tuple(outcome.left),
            )
        _mark(row, op.id)
    outcome.operation = None if op.id is None else number_of(op.id)
    return outcome


def _lasting(op: Operation) -> dict[str, int]:
    """What was done to how many records, without those that were brought back only to be taken away with the others.

    An import hides again what it made along for nobody; when it is undone, that was hidden before and is so after.
    """
    counts = dict(op.counts)
    if "hide" in counts and "unhide" in counts:
        passing = _brought_and_taken(op)
        counts |= {kind: counts[kind] - passing for kind in ("hide", "unhide")}
    return {kind: count for kind, count in counts.items() if count}


def _brought_and_taken(op: Operation) -> int:
    """How many records an operation both hid and unhid."""
    columns = (Change.object, Change.kind, Change.record_id, Change.last_id)
    rows: list[Any] = list(Change.select(*columns).where(Change.operation == op.id, Change.last_id.is_null()).tuples())
    spans: list[Any] = list(Change.select(*columns).where(Change.operation == op.id, Change.last_id > 0).tuples())
    single = {kind: {(noun, at) for noun, change, at, _last in rows if change == kind} for kind in ("hide", "unhide")}
    ranged = {
        kind: [(noun, range(first, last + 1)) for noun, change, first, last in spans if change == kind]
        for kind in ("hide", "unhide")
    }
    both = single["hide"] & single["unhide"]
    for kind, other in (("hide", "unhide"), ("unhide", "hide")):
        both |= {
            (noun, at) for noun, at in single[kind] if any(noun == name and at in span for name, span in ranged[other])
        }
    return len(both)


def _refuse_undone(operation_id: int) -> None:
    """Refuse what is taken back already; asked inside the operation, since somebody else may have been quicker."""
    row = OperationRow.get_by_id(operation_id)
    if row.undone_by is not None:
        raise Conflict(
            f"Operation {number_of(row.id)} has been undone already, by operation {number_of(row.undone_by)}.",
            hint="smallcrm redo",
        )


def _mark(row: Any, by: int) -> None:
    """Note that an operation is taken back: what it had taken back itself stands again, and so on down."""
    taken_back_by: int | None = by
    while row is not None:
        OperationRow.update(undone_by=taken_back_by).where(OperationRow.id == row.id).execute()
        taken_back_by = row.id if taken_back_by is None else None
        row = None if row.undoes is None else OperationRow.get_or_none(OperationRow.id == row.undoes)
