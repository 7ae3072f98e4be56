"""What a row that stands twice gives to the first of its kind in the workspace's own fields.

Choices join; of one value the earliest stands, and what later rows say otherwise is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import fn

from smallcrm.db.fence import proxy
from smallcrm.services.records.choices import is_same
from smallcrm.services.records.cleaning import MAX_PARTS
from smallcrm.services.records.custom_values import Cell, value_of
from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer.batch import MAX_WARNINGS
from smallcrm.services.transfer.custom_rows import CELL
from smallcrm.services.transfer.growing import no_room
from smallcrm.services.transfer.staging import Stage, Verdict
from smallcrm.services.transfer.telling import reads, same_as, stays
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Field


def fold(stage: Stage) -> None:
    """Give each first row the values of its repeats."""
    if not stage.own_fields:
        return
    rows, customs = stage.rows, stage.customs
    again = rows.select(rows.seq).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    first = rows.select(rows.first).where(rows.seq == customs.row)
    customs.update({customs.row: first}).where(customs.row.in_(again)).execute()
    heads = rows.select(rows.first).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    several = [kept.id for kept in stage.own_fields if kept.field.kind is Kind.MULTI_SELECT]
    single, listed = customs.row.in_(heads), customs.row.in_(heads)
    single, listed = single & customs.field.not_in(several), listed & customs.field.in_(several)
    stage.doubts.extend(_apart(stage, single))
    _drop_later(stage, single, [])
    if several:
        _drop_later(stage, listed, ["key"])
        _number(stage, listed)


def _drop_later(stage: Stage, some: Any, same: list[str]) -> None:
    """Leave out the values that an earlier row has, of those of one field or with the same in some columns."""
    customs, other = stage.customs, stage.customs.alias("other")
    earlier = (other.row == customs.row) & (other.field == customs.field) & (other.origin < customs.origin)
    for name in same:
        earlier &= getattr(other, name) == getattr(customs, name)
    later = customs.select(customs.seq).where(some, fn.EXISTS(other.select(other.seq).where(earlier)))
    customs.delete().where(customs.seq.in_(later)).execute()


def _number(stage: Stage, some: Any) -> None:
    """Number the choices of each row anew, and leave out what is more than a record may have."""
    rows, customs = stage.rows, stage.customs
    rank = fn.ROW_NUMBER().over(partition_by=[customs.row, customs.field], order_by=[customs.origin, customs.position])
    ranked = customs.select(customs.seq.alias("s"), rank.alias("n")).where(some).alias("ranked")
    customs.update({customs.position: ranked.c.n - 1}).from_(ranked).where(customs.seq == ranked.c.s).execute()
    labels = {kept.id: kept.field.label for kept in stage.own_fields}
    over = customs.join(rows, on=(rows.seq == customs.row)).select(rows.line, customs.field, customs.key)
    query = over.where(some, customs.position == MAX_PARTS).limit(MAX_WARNINGS)
    stage.doubts.extend(no_room(line, labels[field], key) for line, field, key in query.bind(proxy).tuples())
    customs.delete().where(some, customs.position >= MAX_PARTS).execute()


def _apart(stage: Stage, some: Any) -> list[str]:
    """What to say of repeats that have another value than the first row that has one."""
    rows, customs, head = stage.rows, stage.customs, stage.rows.alias("head")
    known = {kept.id: kept.field for kept in stage.own_fields}
    shape = [getattr(customs, name) for name in CELL]
    joined = customs.join(rows, on=(rows.seq == customs.origin)).join(head, on=(head.seq == customs.row))
    query = joined.select(customs.row, rows.line, head.line, customs.field, customs.ref, *shape).where(some)
    ours: dict[tuple[int, int], Any] = {}
    apart: dict[tuple[int, int], list[str]] = {}
    for row, line, there, field_id, ref, *cell in query.order_by(customs.row, customs.origin).bind(proxy).tuples():
        field = known[field_id]
        value = value_of(field, [Cell(*cell)]) if ref is None else ref
        mine = ours.setdefault((row, field_id), value)
        if not _is_same(field, mine, value, named=ref is not None):
            shown = (mine, value) if ref is not None else (reads(field, mine), reads(field, value))
            apart.setdefault((line, there), []).append(stays(field.label, *shown))
        if len(apart) >= MAX_WARNINGS:
            break
    return [same_as(stage.bulk.noun.name, line, there, said) for (line, there), said in apart.items()]


def _is_same(field: Field, mine: Any, value: Any, *, named: bool) -> bool:
    """Whether two values are one; those that name somebody are as they are written."""
    return sort_key(mine) == sort_key(value) if named else is_same(field, mine, value)
