"""Rows that stand twice in a file: the later one is folded into the first, all set-based, before anything is written.

The first row's values win, its blanks are filled, and the addresses, phones and tags of the later one join its own.
"""

from __future__ import annotations

from typing import Any

from peewee import fn

from smallcrm.db.fence import proxy
from smallcrm.services.transfer.staging import Stage, Verdict, column

# Deep enough for a row that repeats a row that repeats a row; what is deeper stays where it points.
CHAIN = 4


def find_repeats(stage: Stage) -> int:
    """Mark the rows whose id, address or (companies) name an earlier new row has; gives how many there are."""
    rows, keys = stage.rows, stage.keys
    new = rows.verdict == Verdict.NEW
    if rows.select(rows.seq).where(rows.ext.is_null(False)).limit(1).exists():
        by_id = _repeated(rows.select(rows.ext.alias("k"), fn.MIN(rows.line).alias("l")).where(new), rows.ext)
        _point_back(stage, by_id, rows.ext == by_id.c.k, by_id.c.l)
    if keys.select(keys.seq).limit(1).exists():
        first = _repeated(keys.select(keys.value.alias("k"), fn.MIN(keys.line).alias("l")), keys.value)
        again = (
            keys.join(first, on=(keys.value == first.c.k))
            .select(keys.line.alias("l"), fn.MIN(first.c.l).alias("f"))
            .where(keys.position == 0)
            .group_by(keys.line)
            .alias("again")
        )
        _point_back(stage, again, rows.line == again.c.l, again.c.f)
    if not stage.bulk.linked:
        name_key = stage.own("name_key")
        named = rows.select(name_key.alias("k"), fn.MIN(rows.line).alias("l")).where(new, rows.ext.is_null())
        same = _repeated(named, name_key)
        hosted = keys.select(keys.seq).where(keys.line == rows.line)
        _point_back(stage, same, (name_key == same.c.k) & ~fn.EXISTS(hosted) & rows.ext.is_null(), same.c.l)
    found: int = rows.select(rows.seq).where(rows.verdict == Verdict.DUPLICATE).count()
    return found


def _repeated(query: Any, value: Any) -> Any:
    return query.where(value.is_null(False)).group_by(value).having(fn.COUNT(value) > 1).alias("repeated")


def _point_back(stage: Stage, source: Any, here: Any, first: Any) -> None:
    rows = stage.rows
    other = (rows.verdict == Verdict.NEW) & (rows.line > first)
    rows.update({rows.verdict: Verdict.DUPLICATE, rows.first: first}).from_(source).where(here, other).execute()


def fold_repeats(stage: Stage) -> None:
    """Fold each repeat into the row it repeats."""
    if not find_repeats(stage):
        return
    rows = stage.rows
    stage.door.index(rows, "first")
    again = rows.verdict == Verdict.DUPLICATE
    for _step in range(CHAIN):
        before = _twin(stage, "before")
        further = before.select(before.first).where(before.line == rows.first)
        pointed = before.select(before.line).where(before.verdict == Verdict.DUPLICATE)
        if not rows.update({rows.first: further}).where(again, rows.first.in_(pointed)).execute():
            break
    _follow_known(stage)
    folded = rows.select(rows.first).where(again)
    for name in ("link", *(column(own) for own in stage.columns)):
        later = _twin(stage, "later")
        value = getattr(later, name)
        filler = (
            later.select(value)
            .where(later.first == rows.line, later.verdict == Verdict.DUPLICATE, value.is_null(False))
            .order_by(later.line)
            .limit(1)
        )
        blank = getattr(rows, name).is_null()
        rows.update({getattr(rows, name): filler}).where(rows.line.in_(folded), blank).execute()
    for table in (stage.keys, stage.phones, stage.tags):
        _move(stage, table)


def _twin(stage: Stage, name: str) -> Any:
    """The staged rows under another name, to look at beside the row that is written."""
    return stage.rows.alias(name)


def _follow_known(stage: Stage) -> None:
    """A repeat of a row that is somebody we know is a row about that somebody."""
    rows, known = stage.rows, _twin(stage, "known")
    target = known.select(known.target).where(known.line == rows.first)
    of_known = known.select(known.line).where(known.verdict == Verdict.UPDATE)
    again = (rows.verdict == Verdict.DUPLICATE) & rows.first.in_(of_known)
    rows.update({rows.verdict: Verdict.UPDATE, rows.target: target}).where(again).execute()


def _move(stage: Stage, table: Any) -> None:
    """Give the first row what its repeats have in a table of parts."""
    rows = stage.rows
    first = rows.select(rows.first).where(rows.line == table.line)
    again = rows.select(rows.line).where(rows.verdict == Verdict.DUPLICATE)
    changes: dict[Any, Any] = {table.line: first}
    if hasattr(table, "position"):
        changes[table.position] = table.position + 1
    table.update(changes).where(table.line.in_(again)).execute()


def other_names(stage: Stage, limit: int) -> list[str]:
    """What to say of repeats that give another name than the first row."""
    if not stage.bulk.linked:
        return []
    rows, first = stage.rows, _twin(stage, "original")
    name = column("name")
    query = (
        rows.join(first, on=(first.line == rows.first))
        .select(rows.line, getattr(rows, name), first.line, getattr(first, name))
        .where(
            rows.verdict == Verdict.DUPLICATE,
            getattr(rows, column("name_key")) != getattr(first, column("name_key")),
        )
        .order_by(rows.line)
        .limit(limit)
    )
    return [
        f"line {line}: {theirs!r} has the address of line {there}, which is {ours!r}; the first name is kept"
        for line, theirs, there, ours in query.bind(proxy).tuples()
    ]
