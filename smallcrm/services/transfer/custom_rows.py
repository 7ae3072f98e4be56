"""The values of the workspace's own fields on their way from the stage into the data, all set-based.

`customs` has one row for each value; `target` is what a `ref` was found to name, and `taken` marks a unique value that
another record has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw
from peewee import fn

from smallcrm.db.fence import proxy
from smallcrm.db.ids import number_of, own_id
from smallcrm.models.base import State
from smallcrm.models.custom import CustomValue
from smallcrm.models.external_id import ExternalId
from smallcrm.services.records import schema
from smallcrm.services.records.custom_values import Cell, cells_of, value_of
from smallcrm.services.records.parsing import parse
from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer.brought import by_field
from smallcrm.services.transfer.customs import NAMING, kept_of
from smallcrm.services.transfer.staging import EXTERNAL, REPEATS, Stage, Verdict, staged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.custom_values import Kept
    from smallcrm.services.transfer.brought import Brought
    from smallcrm.services.transfer.inserting import Ranges

CELL = ("text", "key", "number", "instant", "target")
_EXACT = 16
_GONE = (int(Verdict.DUPLICATE), int(Verdict.REJECTED))


def _mapped(stage: Stage, *kinds: Kind) -> list[Kept]:
    """The fields of some kinds that the file has values for."""
    return [kept for kept in stage.own_fields if kept.field.kind in kinds]


def _of(table: Any, fields: Sequence[Kept]) -> Any:
    return table.field.in_([kept.id for kept in fields])


def make_ready(stage: Stage) -> None:
    """Index what is looked at by row."""
    if stage.own_fields:
        stage.door.index(stage.customs, "row", "field")
        stage.door.analyze(stage.customs)


def refuse_missing(stage: Stage) -> int:
    """Refuse the new rows that lack what every new record needs, with their repeats; gives how many there are."""
    noun = stage.bulk.noun
    needed = [
        kept for kept in kept_of(noun.name).values()
        if kept.field.required and kept.field.writable and not kept.field.default
    ]  # fmt: skip
    rows, customs = stage.rows, stage.customs
    refused = 0
    for kept in needed:
        there = customs.select(customs.row).where(customs.row == rows.seq, customs.field == kept.id)
        reason = f"no {kept.field.label}, which every {noun.name} needs"
        change = {rows.verdict: Verdict.REJECTED, rows.reason: reason}
        refused += rows.update(change).where(rows.verdict == Verdict.NEW, ~fn.EXISTS(there)).execute()
        if REPEATS in stage.seen:
            first = rows.alias("refused")
            of_refused = first.select(first.seq).where(first.verdict == Verdict.REJECTED)
            again = (rows.verdict == Verdict.DUPLICATE) & (rows.first > 0) & rows.first.in_(of_refused)
            refused += rows.update(change).where(again).execute()
    return refused


def add_defaults(stage: Stage) -> None:
    """Give the new rows the default of each field of which they have no value."""
    noun, rows, customs = stage.bulk.noun, stage.rows, stage.customs
    for kept in kept_of(noun.name).values():
        field = kept.field
        if not field.default or not field.writable:
            continue
        there = customs.select(customs.row).where(customs.row == rows.seq, customs.field == kept.id)
        lacking = (rows.verdict == Verdict.NEW) & ~fn.EXISTS(there)
        for at, cell in enumerate(cells_of(field, parse(field, field.default))):
            given = {"field": kept.id, "position": at, "text": cell.text, "key": cell.key, "number": cell.number,
                     "instant": cell.instant}  # fmt: skip
            given = {name: value for name, value in given.items() if value is not None}
            values = [pw.Value(value, converter=False) for value in given.values()]
            # What has no origin has no row of the file: those rows that got the first choice get the others too.
            given_first = (customs.field == kept.id) & (customs.position == 0) & customs.origin.is_null()
            more = customs.select(customs.row, *values).where(given_first)
            source = rows.select(rows.seq, *values).where(lacking) if not at else more
            columns = [customs.row, *(getattr(customs, name) for name in given)]
            customs.insert(source, columns=columns).execute()


def hold(stage: Stage, brought: Brought | None = None) -> None:
    """A unique value that another record has, here or earlier in the files, is left out."""
    unique = [kept for kept in stage.own_fields if kept.unique]
    if not unique:
        return
    rows, customs, other = stage.rows, stage.customs, stage.customs.alias("other")
    refused = rows.select(rows.seq).where(rows.verdict == Verdict.REJECTED)
    customs.delete().where(customs.row.in_(refused)).execute()
    mine = rows.select(fn.COALESCE(rows.target, 0)).where(rows.seq == customs.row)
    held = CustomValue.select(CustomValue.record_id).where(
        CustomValue.field == customs.field, CustomValue.mark == customs.mark, CustomValue.live == 1
    )
    marked = customs.mark.is_null(False)
    customs.update({customs.holder: held}).where(marked).execute()
    if stage.terms.restore:
        back = CustomValue.select(fn.MIN(CustomValue.record_id)).where(
            CustomValue.field == customs.field, CustomValue.mark == customs.mark,
            CustomValue.record_id.in_(stage.revived.select(stage.revived.record)),
        )  # fmt: skip
        customs.update({customs.holder: back}).where(marked, customs.holder.is_null()).execute()
    for kept in unique if brought is not None else ():
        kind = by_field(stage.bulk.noun.name, kept.id)
        if brought is not None and brought.has(kind):
            mine_there = marked & (customs.field == kept.id) & customs.holder.is_null()
            customs.update({customs.holder: brought.find(kind, customs.mark)}).where(mine_there).execute()
    customs.update({customs.taken: 1}).where(customs.holder.is_null(False), customs.holder != mine).execute()
    stage.door.index(customs, "field", "mark")
    earlier = other.select(other.seq).where(
        other.field == customs.field, other.mark == customs.mark, other.row < customs.row
    )
    again = marked & customs.holder.is_null() & fn.EXISTS(earlier)
    customs.update({customs.taken: 1}).where(again).execute()


def find_records(stage: Stage) -> None:
    """Find what fields that name a record name: by its id elsewhere, its number here, its name."""
    customs = stage.customs
    for kept in _mapped(stage, Kind.RECORD):
        target = schema.noun(kept.field.target)
        model = target.model
        mine = (customs.field == kept.id) & customs.target.is_null()
        if EXTERNAL in stage.seen or ExternalId.select(ExternalId.id).limit(1).exists():
            known = ExternalId.select(ExternalId.record_id).where(
                ExternalId.object == target.name, ExternalId.source == stage.source, ExternalId.key == customs.ref,
                ExternalId.live == 1,
            )  # fmt: skip
            customs.update({customs.target: known}).where(mine).execute()
        numbered = model.select(model.id).where(model.id == customs.n + own_id(0), model.state == State.LIVE)
        customs.update({customs.target: numbered}).where(mine, customs.n.is_null(False)).execute()
        one = pw.Case(None, ((fn.COUNT(model.id) == 1, fn.MIN(model.id)),))
        named = model.select(one).where(model.state == State.LIVE, model.name_key == customs.folded)
        customs.update({customs.target: named}).where(mine).execute()


def find_members(stage: Stage) -> None:
    """Give the fields that name a member the members who are staged as owners."""
    members, customs, owners = _mapped(stage, Kind.MEMBER), stage.customs, stage.owners
    if members:
        found = owners.select(owners.target).where(owners.ref == customs.ref)
        customs.update({customs.target: found}).where(_of(customs, members), customs.target.is_null()).execute()


def named_members(stage: Stage) -> set[str]:
    """Whom the fields name that name a member."""
    members, customs = _mapped(stage, Kind.MEMBER), stage.customs
    if not members:
        return set()
    query = customs.select(customs.ref).where(_of(customs, members), customs.ref.is_null(False)).distinct()
    return {row[0] for row in query.tuples()}


def same(stage: Stage) -> Iterator[Any]:
    """The condition that a known record has the values of its row."""
    if not stage.own_fields or not staged(stage.customs):
        return
    rows, customs = stage.rows, stage.customs
    has = CustomValue.select(CustomValue.id).where(
        CustomValue.object == stage.bulk.noun.code, CustomValue.record_id == rows.target,
        CustomValue.field == customs.field,
        _same_text(stage),
        fn.COALESCE(CustomValue.key, "") == fn.COALESCE(customs.key, ""),
        fn.COALESCE(CustomValue.number, 0.0) == fn.COALESCE(customs.number, 0.0),
        fn.COALESCE(CustomValue.instant, 0) == fn.COALESCE(customs.instant, 0),
        fn.COALESCE(CustomValue.target_id, 0) == fn.COALESCE(customs.target, 0),
    )  # fmt: skip
    told = customs.select(customs.seq).where(customs.row == rows.seq, customs.taken.is_null(), ~fn.EXISTS(has))
    yield ~fn.EXISTS(told)


def _same_text(stage: Stage) -> Any:
    """The condition that a value is written as it was; a decimal may have more or fewer places."""
    customs = stage.customs
    same = fn.COALESCE(CustomValue.text, "") == fn.COALESCE(customs.text, "")
    decimals = [kept.id for kept in stage.own_fields if kept.field.kind is Kind.DECIMAL]
    # Of longer ones different digits may give the same number of the column; those are compared one by one.
    short = (fn.LENGTH(CustomValue.text) <= _EXACT) & (fn.LENGTH(customs.text) <= _EXACT)
    return same | (customs.field.in_(decimals) & short) if decimals else same


def insert(stage: Stage, ranges: Ranges, record_id: Any, put: Any) -> None:
    """Keep the values of the new rows; `put` is what inserts a query into a table."""
    rows, customs = stage.rows, stage.customs
    if not staged(customs):
        return
    live = pw.Case(None, ((customs.mark.is_null(False), 1),))
    values = {
        "id": ranges.at(CustomValue, customs.seq), "object": stage.bulk.noun.code, "field_id": customs.field,
        "record_id": record_id, "position": customs.position, "text": customs.text, "key": customs.key,
        "number": customs.number, "instant": customs.instant, "target_id": customs.target, "mark": customs.mark,
        "live": live,
    }  # fmt: skip
    joined = rows.join(customs, on=(customs.row == rows.seq)).select()
    found = customs.ref.is_null() | customs.target.is_null(False)
    put(CustomValue, values, joined.where(rows.verdict == Verdict.NEW, customs.taken.is_null(), found))


def values_of(stage: Stage, wanted: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The values of some rows by the keys of their fields."""
    if not stage.own_fields or not wanted:
        return {}
    customs = stage.customs
    shape = [getattr(customs, name) for name in CELL]
    usable = customs.taken.is_null() & (customs.ref.is_null() | customs.target.is_null(False))
    query = customs.select(customs.row, customs.field, *shape).where(customs.row.in_(list(wanted)), usable)
    cells: dict[int, dict[int, list[Cell]]] = {}
    for row, field_id, *cell in query.order_by(customs.row, customs.position).tuples():
        cells.setdefault(row, {}).setdefault(field_id, []).append(Cell(*cell))
    known = {kept.id: kept.field for kept in stage.own_fields}
    return {
        row: {known[key].key: value_of(known[key], found) for key, found in of_row.items()}
        for row, of_row in cells.items()
    }


def left_out(stage: Stage, limit: int) -> list[str]:
    """What to say of values that the rows do not get: another record has them, or nothing is what they name."""
    said = [*_taken(stage, limit), *_nameless(stage, limit)] if stage.own_fields else []
    return [text for _line, text in sorted(said)[:limit]]


def _lines(stage: Stage, *columns: Any) -> Any:
    rows, customs = stage.rows, stage.customs
    joined = customs.join(rows, on=(rows.seq == customs.row))
    return joined.select(rows.line, customs.field, *columns).where(rows.verdict.not_in(_GONE)).order_by(customs.row)


def _taken(stage: Stage, limit: int) -> Iterator[tuple[int, str]]:
    customs, known = stage.customs, {kept.id: kept.field for kept in stage.own_fields}
    query = _lines(stage, fn.COALESCE(customs.text, customs.key), customs.holder).where(customs.taken == 1).limit(limit)
    for line, field_id, value, holder in query.bind(proxy).tuples():
        who = "another row" if holder is None else f"{stage.bulk.noun.name} {number_of(holder)}"
        yield line, f"line {line}: {who} has the {known[field_id].label} {value!r} already; it is left out"


def _nameless(stage: Stage, limit: int) -> Iterator[tuple[int, str]]:
    naming = _mapped(stage, *NAMING)
    customs, known = stage.customs, {kept.id: kept.field for kept in naming}
    if not naming:
        return
    owners = stage.owners
    meant = owners.select(owners.ref).where(owners.target.is_null())
    nobody = customs.ref.is_null(False) & customs.target.is_null() & customs.ref.not_in(meant)
    for line, field_id, ref in _lines(stage, customs.ref).where(nobody).limit(limit).bind(proxy).tuples():
        field = known[field_id]
        yield line, f"line {line}: there is no one {field.target or 'member'} {ref!r}; {field.label} stays empty"
