"""Rows that are about a record in the trash: refused, with the record named, or restored where the user wants that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import fn

from smallcrm.db.fence import proxy
from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.custom import CustomValue
from smallcrm.models.external_id import ExternalId
from smallcrm.services.records import documents
from smallcrm.services.records.restoring import not_restorable
from smallcrm.services.transfer.brought import BACK
from smallcrm.services.transfer.clashes import MOST_ROWS, tell
from smallcrm.services.transfer.matching import refuse_held
from smallcrm.services.transfer.rules import By
from smallcrm.services.transfer.staging import Stage, Verdict, staged

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.errors import SmallCRMError
    from smallcrm.services.records.operations import Operation
    from smallcrm.services.transfer.brought import Brought

    Pick = Callable[[Any], Any]

IN_TRASH = "in the trash"


def find_trashed(stage: Stage, brought: Brought | None = None) -> None:
    """Refuse the rows that no live record but one in the trash has the key of, or match them with it."""
    model = stage.bulk.noun.model
    trashed = model.select(model.id).where(model.state == State.TRASHED)
    if not trashed.limit(1).exists() or not stage.terms.by_id:
        return
    _by_id(stage, trashed)
    if staged(stage.keys) and stage.terms.by_address:
        _by_address(stage, trashed)
    if stage.terms.field is not None:
        _by_field(stage, trashed, stage.terms.field.id)
    if stage.terms.by is By.NAME or (stage.terms.by is By.USUAL and not stage.bulk.linked):
        _by_name(stage, trashed)
    if stage.terms.restore:
        _revive(stage, brought)


def _by_id(stage: Stage, trashed: Any) -> None:
    rows = stage.rows

    def record(pick: Pick) -> Any:
        return ExternalId.select(pick(ExternalId.record_id)).where(
            ExternalId.object == stage.bulk.noun.name,
            ExternalId.source == stage.source,
            ExternalId.key == rows.ext,
            ExternalId.record_id.in_(trashed),
        )

    _found(stage, record, rows.ext.is_null(False))


def _by_address(stage: Stage, trashed: Any) -> None:
    rows, keys = stage.rows, stage.keys
    columns = stage.bulk.keys._meta.columns
    holder, key = columns[stage.bulk.parent], columns[stage.bulk.key]
    mine = keys.select(keys.value).where(keys.row == rows.seq)

    def record(pick: Pick) -> Any:
        return stage.bulk.keys.select(pick(holder)).where(key.in_(mine), holder.in_(trashed))

    _found(stage, record, fn.EXISTS(keys.select(keys.seq).where(keys.row == rows.seq)))


def _by_field(stage: Stage, trashed: Any, field: int) -> None:
    rows, customs = stage.rows, stage.customs
    mark = customs.select(customs.mark).where(customs.row == rows.seq, customs.field == field)

    def record(pick: Pick) -> Any:
        return CustomValue.select(pick(CustomValue.record_id)).where(
            CustomValue.field == field, CustomValue.mark == mark, CustomValue.record_id.in_(trashed)
        )

    _found(stage, record)


def _by_name(stage: Stage, trashed: Any) -> None:
    rows, keys, model = stage.rows, stage.keys, stage.bulk.noun.model
    bare = rows.ext.is_null()
    if stage.terms.by is By.USUAL:
        bare &= ~fn.EXISTS(keys.select(keys.seq).where(keys.row == rows.seq))

    def record(pick: Pick) -> Any:
        return model.select(pick(model.id)).where(model.id.in_(trashed), model.name_key == stage.own("name_key"))

    _found(stage, record, bare)


def _found(stage: Stage, record: Callable[[Pick], Any], *where: Any) -> None:
    """Refuse the rows that nobody else is known for, or match them with what is found; `n` says which record it is."""
    rows = stage.rows
    free = (rows.verdict == Verdict.NEW) & rows.target.is_null()
    rows.update({rows.n: record(fn.MIN)}).where(free, *where).execute()
    known = free & rows.n.is_null(False)
    if not stage.terms.restore:
        rows.update({rows.verdict: Verdict.REJECTED, rows.reason: IN_TRASH}).where(known).execute()
        return
    one = known & (record(fn.MAX) == rows.n)
    rows.update({rows.target: rows.n, rows.revived: 1, rows.n: None}).where(one).execute()
    doubted = rows.select(rows.seq, rows.n, record(fn.MAX).alias("last")).where(known).order_by(rows.seq)
    pairs = list(doubted.limit(MOST_ROWS).bind(proxy).tuples())
    reason = f"several {stage.bulk.noun.plural} in the trash may be meant"
    rows.update({rows.verdict: Verdict.REJECTED, rows.reason: reason, rows.n: None}).where(known).execute()
    name = stage.bulk.noun.name
    tell(stage, reason, ((row, f"{name} {number_of(record)}") for row, *some in pairs for record in some))


def _revive(stage: Stage, brought: Brought | None) -> None:
    """Note which records come out of the trash, and that what they have is theirs again."""
    rows, keys, revived = stage.rows, stage.keys, stage.revived
    chosen = rows.select(rows.target).where(rows.revived == 1).distinct()
    ids = [row[0] for row in chosen.order_by(rows.target).bind(proxy).tuples()]
    for record, error in not_restorable(stage.bulk.noun, ids).items():
        _refuse_row(stage, record, error)
        ids.remove(record)
    before: list[int] = []
    if brought is not None and brought.has(BACK):
        before = [row[0] for row in brought.back(stage.bulk.noun.name).bind(proxy).tuples()]
    stage.door.fill(revived, ["record"], [(record,) for record in sorted({*ids, *before})])
    if staged(revived) and staged(keys):
        columns = stage.bulk.keys._meta.columns
        holder = columns[stage.bulk.parent]
        theirs = stage.bulk.keys.select(fn.MIN(holder)).where(
            columns[stage.bulk.key] == keys.value, holder.in_(revived.select(revived.record))
        )
        keys.update({keys.holder: theirs}).where(keys.holder.is_null()).execute()
        refuse_held(stage)


def _refuse_row(stage: Stage, record: int, error: SmallCRMError) -> None:
    rows, noun = stage.rows, stage.bulk.noun.name
    reason = f"{noun} {number_of(record)}, which it is about, stays in the trash: {error.sentence.rstrip('.')}"
    about = (rows.target == record) & (rows.revived == 1)
    refused = {rows.verdict: Verdict.REJECTED, rows.reason: reason, rows.target: None, rows.revived: None}
    rows.update(refused).where(about).execute()


def restore_found(op: Operation, stage: Stage) -> None:
    """Take the records that rows are about out of the trash; refuses the rows of those that have to stay by now."""
    if not stage.terms.restore or not staged(stage.revived):
        return
    model, revived = stage.bulk.noun.model, stage.revived
    ids = [row[0] for row in revived.select(revived.record).order_by(revived.record).bind(proxy).tuples()]
    for start in range(0, len(ids), documents.CHUNK):
        some = model.id.in_(ids[start : start + documents.CHUNK])
        trashed = [row[0] for row in model.select(model.id).where(some, model.state == State.TRASHED).tuples()]
        for record, error in op.restore_all(stage.bulk.noun, trashed).items():
            _refuse_row(stage, record, error)


def reason_of(stage: Stage, reason: str, number: int | None) -> str:
    """The reason as it is told."""
    if reason != IN_TRASH or number is None:
        return reason
    name, shown = stage.bulk.noun.name, number_of(number)
    return f"{name} {shown}, which it is about, is in the trash (smallcrm {name} restore {shown})"
