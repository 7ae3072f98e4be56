"""What a row that stands twice gives to the first of its kind: what that one lacks, and its addresses, phones, tags.

The first row's values win, but an opt-out stands whoever says it, and of two lifecycle stages the further one.
"""

from __future__ import annotations

from typing import Any

from peewee import fn

from smallcrm.services.contacts import LIFECYCLE
from smallcrm.services.transfer.staging import Stage, Verdict, column, staged

# Names are one value: a first name of one row and a last name of another make a person that nobody has named.
_NAMES = ("first_name", "middle_name", "last_name")
_BLOCK = ("prefix", *_NAMES, "suffix", "name", "name_key")


def fold(stage: Stage) -> None:
    """Give each first row what its repeats have and it has not."""
    rows = stage.rows
    first = rows.select(rows.first).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    _fold_names(stage, first)
    for name in stage.columns:
        if name not in (*_BLOCK, "opt_out", "lifecycle"):
            _fill(stage, first, [column(name)], getattr(rows, column(name)).is_null())
    _fill(stage, first, ["link"], rows.link.is_null())
    if "opt_out" in stage.columns:
        _raise(stage, "opt_out", [None, 0, 1])
    if "lifecycle" in stage.columns:
        _raise(stage, "lifecycle", [None, *LIFECYCLE])
    for table, value in ((stage.keys, "value"), (stage.phones, "number"), (stage.tags, "folded")):
        if staged(table):
            _move(stage, table, getattr(table, value))


def _fold_names(stage: Stage, first: Any) -> None:
    block = [name for name in _BLOCK if name in stage.columns]
    given = [name for name in _NAMES if name in stage.columns]
    if not stage.bulk.linked or not given:
        return
    rows = stage.rows
    nameless = getattr(rows, column(given[0])).is_null()
    for name in given[1:]:
        nameless &= getattr(rows, column(name)).is_null()
    stage.rows.update({rows.n: 1}).where(rows.line.in_(first), nameless).execute()
    later = rows.alias("named")
    named = getattr(later, column(given[0])).is_null(False)
    for name in given[1:]:
        named |= getattr(later, column(name)).is_null(False)
    for name in block:
        value = (
            later.select(getattr(later, column(name)))
            .where(later.first == rows.line, later.verdict == Verdict.DUPLICATE, named)
            .order_by(later.line)
            .limit(1)
        )
        own = getattr(rows, column(name))
        change = fn.COALESCE(value, own) if name in ("name", "name_key") else value
        rows.update({own: change}).where(rows.n == 1).execute()
    rows.update({rows.n: None}).where(rows.n == 1).execute()


def _fill(stage: Stage, first: Any, names: list[str], blank: Any) -> None:
    """Fill blank values of the first rows from the earliest of their repeats that has them."""
    rows, later = stage.rows, stage.rows.alias("later")
    for name in names:
        value = getattr(later, name)
        filler = (
            later.select(value)
            .where(later.first == rows.line, later.verdict == Verdict.DUPLICATE, value.is_null(False))
            .order_by(later.line)
            .limit(1)
        )
        rows.update({getattr(rows, name): filler}).where(rows.line.in_(first), blank).execute()


def _raise(stage: Stage, name: str, steps: list[Any]) -> None:
    """Bring the first rows up to the highest step that one of their repeats has."""
    rows, later = stage.rows, stage.rows.alias("later")
    own, theirs = getattr(rows, column(name)), getattr(later, column(name))
    for at in range(1, len(steps)):
        higher = later.select(later.first).where(
            later.verdict == Verdict.DUPLICATE, later.first > 0, theirs == steps[at]
        )
        below = own.is_null() | own.in_(steps[1:at]) if at > 1 else own.is_null()
        rows.update({own: steps[at]}).where(rows.line.in_(higher), below).execute()


def _move(stage: Stage, table: Any, value: Any) -> None:
    """Give the first rows what their repeats have in a table of parts, each value once."""
    rows = stage.rows
    again = rows.select(rows.line).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    first = rows.select(rows.first).where(rows.line == table.line)
    changes: dict[Any, Any] = {table.line: first}
    if hasattr(table, "position"):
        changes[table.position] = table.position + 1
    table.update(changes).where(table.line.in_(again)).execute()
    heads = rows.select(rows.first).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    twice = (
        table.select(table.line.alias("l"), value.alias("v"), fn.MIN(table.seq).alias("s"))
        .where(table.line.in_(heads))
        .group_by(table.line, value)
        .having(fn.COUNT(table.seq) > 1)
        .alias("twice")
    )
    spare = (
        table.join(twice, on=((table.line == twice.c.l) & (value == twice.c.v)))
        .select(table.seq)
        .where(table.seq != twice.c.s)
    )
    table.delete().where(table.seq.in_(spare)).execute()


def settle(stage: Stage) -> None:
    """After the folding: each row has one primary address and phone, and is found by what is its own."""
    rows, keys = stage.rows, stage.keys
    folded = rows.select(rows.first).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    robbed = keys.select(keys.line).where(keys.taken.is_null(False))
    changed = rows.line.in_(folded) | rows.line.in_(robbed)
    lines = [row[0] for row in rows.select(rows.line).where(changed, rows.verdict == Verdict.NEW).tuples()]
    if not lines:
        return
    words: dict[int, list[str]] = {line: [] for line in lines}
    shown = keys.shown if stage.bulk.linked else keys.value
    _settle_part(keys, shown, words, keys.taken.is_null())
    _settle_part(stage.phones, stage.phones.number, words if stage.bulk.linked else {})
    found = stage.door.table(f"found_in_{rows.__name__}", {"line": "bigint", "words": "text"})
    stage.door.fill(found, ["line", "words"], [(line, " ".join(said)) for line, said in words.items()])
    rows.update({rows.found: found.words}).from_(found).where(rows.line == found.line).execute()


def _settle_part(table: Any, value: Any, words: dict[int, list[str]], *having: Any) -> None:
    """Make the first element of each line its primary one where it has none, and note the values of some lines."""
    if not staged(table):
        return
    everything = table.select().where(*having) if having else table.select()
    orphans = everything.select(fn.MIN(table.seq)).group_by(table.line).having(fn.MIN(table.position) > 0)
    table.update({table.position: 0}).where(table.seq.in_(orphans)).execute()
    query = everything.select(table.line, value).order_by(table.line, table.position > 0, table.seq)
    for line, *text in query.tuples().iterator():
        if line in words:
            words[line].extend(text)
