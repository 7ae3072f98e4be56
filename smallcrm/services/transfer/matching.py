"""Rows that are known by the one key that the user names, and by no other: all set-based.

What another record holds is then no sign that a row is about it; the row is refused, and the holder named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw
from peewee import fn

from smallcrm.db.fence import proxy
from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.custom import CustomValue
from smallcrm.models.external_id import ExternalId
from smallcrm.services.transfer.brought import by_field, by_id, by_name
from smallcrm.services.transfer.clashes import MOST_ROWS, tell, tell_holders, tell_lines, tell_namesakes
from smallcrm.services.transfer.rules import By
from smallcrm.services.transfer.staging import EXTERNAL, Stage, Verdict, staged

if TYPE_CHECKING:
    from smallcrm.services.transfer.brought import Brought

# A row that is refused holds nothing, so that a later one may have it: looked at again so many times.
ROUNDS = 20


def has_rows(model: Any) -> bool:
    """Whether the workspace has any row of a table: what is empty needs no looking up."""
    found: bool = model.select(model.tenant_id).limit(1).exists()
    return found


def the_one(field: Any) -> Any:
    """The one value of a group, or NULL where there are several."""
    return pw.Case(None, ((fn.MIN(field) == fn.MAX(field), fn.MIN(field)),))


def match_by_key(stage: Stage, brought: Brought | None) -> None:
    """Match the rows by the key that was named, and refuse those that claim what others have."""
    by = stage.terms.by
    if by is By.NAME:
        _match_name(stage, brought)
    elif by is By.FIELD:
        _match_field(stage, brought)
    elif by is By.NOTHING:
        _refuse_known_ids(stage, brought)
    if by is not By.USUAL:
        refuse_held(stage)


def _free(stage: Stage) -> Any:
    return (stage.rows.verdict == Verdict.NEW) & stage.rows.target.is_null()


def _match_name(stage: Stage, brought: Brought | None) -> None:
    """Records are known by their exact name, unless an id of the same program says otherwise."""
    rows, noun, name_key = stage.rows, stage.bulk.noun, stage.own("name_key")
    model, free, reason = noun.model, _free(stage), f"several {noun.plural} have its name"
    refused = {rows.verdict: Verdict.REJECTED, rows.reason: reason}
    if has_rows(model):
        has_id = ExternalId.select(ExternalId.id).where(
            ExternalId.object == noun.name, ExternalId.record_id == model.id, ExternalId.source == stage.source
        )
        may_be = rows.ext.is_null() | ~fn.EXISTS(has_id)
        named = (model.state == State.LIVE) & (model.name_key == name_key) & may_be
        rows.update({rows.target: model.select(the_one(model.id)).where(named)}).where(free).execute()
        several = model.select(fn.COUNT(model.id)).where(named) > 1
        if rows.update(refused).where(free, several).execute():
            tell_namesakes(stage, reason)
    kind = by_name(noun.name)
    if brought is not None and brought.has(kind):
        bare = brought.find(by_name(noun.name, stage.source), name_key)
        rows.update({rows.target: brought.find(kind, name_key)}).where(free, rows.ext.is_null()).execute()
        rows.update({rows.target: bare}).where(free, rows.ext.is_null(False)).execute()


def _match_field(stage: Stage, brought: Brought | None) -> None:
    """Records are known by their value in one field, which no two of them share."""
    field = stage.terms.field
    if field is None:
        return
    rows, customs = stage.rows, stage.customs
    mine = (customs.field == field.id) & customs.mark.is_null(False)
    held = CustomValue.select(CustomValue.record_id).where(
        CustomValue.field == field.id, CustomValue.mark == customs.mark, CustomValue.live == 1
    )
    customs.update({customs.holder: held}).where(mine).execute()
    kind = by_field(stage.bulk.noun.name, field.id)
    if brought is not None and brought.has(kind):
        customs.update({customs.holder: brought.find(kind, customs.mark)}).where(
            mine, customs.holder.is_null()
        ).execute()
    known = customs.select(fn.MIN(customs.holder)).where(customs.row == rows.seq, customs.field == field.id)
    rows.update({rows.target: known}).where(_free(stage)).execute()
    rows.update({rows.sure: 1}).where(rows.target.is_null(False)).execute()


def _refuse_known_ids(stage: Stage, brought: Brought | None) -> None:
    """Where every row is new, refuse those whose id another record or an earlier row has."""
    if EXTERNAL not in stage.seen:
        return
    rows, noun, again = stage.rows, stage.bulk.noun.name, stage.rows.alias("again")
    reason = "its id is taken"
    known = ExternalId.select(ExternalId.record_id).where(
        ExternalId.object == noun, ExternalId.source == stage.source, ExternalId.key == rows.ext, ExternalId.live == 1
    )
    rows.update({rows.n: known}).where(rows.ext.is_null(False)).execute()
    kind = by_id(noun, stage.source)
    if brought is not None and brought.has(kind):
        rows.update({rows.n: brought.find(kind, rows.ext)}).where(rows.ext.is_null(False), rows.n.is_null()).execute()
    taken = {rows.verdict: Verdict.REJECTED, rows.reason: reason}
    if rows.update(taken).where(rows.n.is_null(False)).execute():
        query = rows.select(rows.seq, rows.ext, rows.n).where(rows.n.is_null(False)).order_by(rows.seq)
        found = query.limit(MOST_ROWS).bind(proxy).tuples()
        tell(stage, reason, ((row, f"{ext} ({noun} {number_of(holder)})") for row, ext, holder in list(found)))
    first = (
        again.select(again.ext.alias("k"), fn.MIN(again.seq).alias("s"), fn.MIN(again.line).alias("l"))
        .where(again.verdict == Verdict.NEW, again.ext.is_null(False))
        .group_by(again.ext)
        .having(fn.COUNT(again.seq) > 1)
        .alias("first")
    )
    later = (rows.seq > first.c.s) & (rows.verdict == Verdict.NEW)
    both = rows.join(first, on=(rows.ext == first.c.k)).select(rows.seq, rows.ext, first.c.l).where(later)
    lines = list(both.order_by(rows.seq).limit(MOST_ROWS).bind(proxy).tuples())
    rows.update(taken).from_(first).where(rows.ext == first.c.k, later).execute()
    tell(stage, reason, ((row, f"{ext} (line {line})") for row, ext, line in lines))
    rows.update({rows.n: None}).where(rows.n.is_null(False)).execute()


def refuse_held(stage: Stage) -> None:
    """Refuse the rows that are new and have an address or domain of somebody else."""
    rows, keys = stage.rows, stage.keys
    if not staged(keys):
        return
    reason = _taken(stage)
    holding = keys.select(keys.row).where(keys.holder.is_null(False))
    taken = {rows.verdict: Verdict.REJECTED, rows.reason: reason}
    if rows.update(taken).where(_free(stage), rows.seq.in_(holding)).execute():
        tell_holders(stage, reason)


def refuse_shared(stage: Stage) -> None:
    """Refuse the new rows that have an address or domain of an earlier row, and are not the same by the key."""
    rows, keys, shared = stage.rows, stage.keys, stage.shared
    if stage.terms.by_address or not staged(keys):
        return
    reason = _taken(stage)
    taken = {rows.verdict: Verdict.REJECTED, rows.reason: reason}
    for at in range(ROUNDS):
        note_shared(stage)
        if not staged(shared):
            return
        both = keys.join(shared, on=(shared.value == keys.value)).join(rows, on=(rows.seq == keys.row))
        later = (keys.row != shared.row) & (rows.verdict == Verdict.NEW)
        pairs = list(both.select(keys.row, shared.row).where(later).bind(proxy).tuples())
        refused = {row for row, _first in pairs}
        sure = {row for row, first in pairs if first not in refused or at == ROUNDS - 1}
        if not sure:
            return
        marked = stage.door.table(f"shared_in_{rows.__name__}_{at}", {"row": "bigint"})
        stage.door.fill(marked, ["row"], [(row,) for row in sorted(sure)])
        found = marked.select(marked.row)
        rows.update(taken).where(rows.seq.in_(found)).execute()
        tell_lines(stage, reason)
        repeats = (rows.verdict == Verdict.DUPLICATE) & rows.first.in_(found)
        rows.update({**taken, rows.reason: "it repeats a row that is rejected"}).where(repeats).execute()
        keys.delete().where(keys.row.in_(found)).execute()


def note_shared(stage: Stage) -> bool:
    """Put the addresses that several rows have, each with the first of these rows, where all that follows looks."""
    keys, shared = stage.keys, stage.shared
    shared.delete().execute()
    several = keys.select(keys.value, fn.MIN(keys.row)).where(keys.value.is_null(False)).group_by(keys.value)
    shared.insert(several.having(fn.COUNT(keys.value) > 1), columns=[shared.value, shared.row]).execute()
    stage.door.analyze(shared)
    return staged(shared)


def _taken(stage: Stage) -> str:
    return f"its {'e-mail address' if stage.bulk.linked else 'domain'} is taken"
