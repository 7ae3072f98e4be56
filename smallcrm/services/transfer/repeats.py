"""Rows that stand twice in a file: the later one is folded into the first, all set-based, before anything is written.

A row is a repeat where an earlier one has its id, one of its addresses or (companies) its name, or is about the same
record that we know. What would make it a repeat of two different ones is refused, never guessed.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

import peewee as pw
from peewee import fn

from smallcrm.db.fence import proxy
from smallcrm.services.transfer.clashes import tell_lines
from smallcrm.services.transfer.folding import fold
from smallcrm.services.transfer.matching import note_shared
from smallcrm.services.transfer.rules import By
from smallcrm.services.transfer.staging import EXTERNAL, KNOWN, REPEATS, Stage, Verdict, column, staged
from smallcrm.services.transfer.whose import spelled

# Pointers double their reach at each step, so this is enough for any file.
STEPS = 40
# A refused row may have held the others together; they are looked at again without it.
ROUNDS = 20

_OUT = [int(Verdict.DUPLICATE), int(Verdict.REJECTED)]


def fold_repeats(stage: Stage) -> None:
    """Find the rows that repeat an earlier one, and fold each into the row it repeats."""
    for _round in range(ROUNDS):
        found = _find(stage)
        if not (found and _refuse_bridges(stage)):
            break
        _forget(stage)
    if _join_known(stage) or found:
        fold(stage)


def _find(stage: Stage) -> bool:
    """Mark the rows that repeat an earlier one, each with the first of its kind; says whether there are any."""
    rows, keys = stage.rows, stage.keys
    new, terms = rows.verdict == Verdict.NEW, stage.terms
    if EXTERNAL in stage.seen and terms.by_id:
        by_id = _repeated(rows.select(rows.ext.alias("k"), fn.MIN(rows.seq).alias("l")).where(new), rows.ext)
        _point_back(stage, by_id, rows.ext == by_id.c.k, by_id.c.l, sure=1)
    if terms.by_address and note_shared(stage):
        first, again = stage.shared, stage.again
        # SQLite keeps the order of a CROSS JOIN: from the few to the many.
        both = first.join(keys, pw.JOIN.CROSS).select(keys.row, fn.MIN(first.row))
        pairs = both.where(keys.value == first.value).group_by(keys.row)
        again.delete().execute()
        again.insert(pairs, columns=[again.row, again.first]).execute()
        stage.door.analyze(again)
        _point_back(stage, again, rows.seq == again.row, again.first)
    if terms.by is By.NAME:
        _find_same_names(stage)
    elif terms.by is By.FIELD:
        _find_same_values(stage)
    elif terms.by is By.USUAL and not stage.bulk.linked:
        _find_names(stage)
    found = rows.verdict == Verdict.DUPLICATE
    if not rows.select(rows.seq).where(found).limit(1).exists():
        return False
    _index_repeats(stage)
    _point_to_first(stage)
    return True


def _index_repeats(stage: Stage) -> None:
    """Let what looks for `first > 0` find the repeats, which are few, without walking the table; made once."""
    if REPEATS not in stage.seen:
        stage.seen.add(REPEATS)
        stage.door.index(stage.rows, "first")


def _find_names(stage: Stage) -> None:
    """Companies of one name are one, unless their domains say otherwise."""
    rows, keys, name_key = stage.rows, stage.keys, stage.own("name_key")
    hosts = fn.COUNT(keys.value.distinct())
    primary = rows.join(keys, pw.JOIN.LEFT_OUTER, on=((keys.row == rows.seq) & (keys.position == 0)))
    named = (
        primary.select(name_key.alias("k"), fn.MIN(rows.seq).alias("l"), hosts.alias("hosts"))
        .where(rows.verdict == Verdict.NEW, rows.ext.is_null(), name_key.is_null(False))
        .group_by(name_key)
        .having(fn.COUNT(rows.seq) > 1)
        .alias("repeated")
    )
    same = (name_key == named.c.k) & rows.ext.is_null()
    _point_back(stage, named, same & (named.c.hosts <= 1), named.c.l)
    bare = ~fn.EXISTS(keys.select(keys.seq).where(keys.row == rows.seq))
    several = {rows.verdict: Verdict.REJECTED, rows.reason: "several companies in the file have its name"}
    unsure = same & bare & (named.c.hosts > 1) & (rows.verdict == Verdict.NEW)
    rows.update(several).from_(named).where(unsure).execute()


def _find_same_names(stage: Stage) -> None:
    """Where names say who is who, rows of one name are one, unless their ids say otherwise."""
    rows, name_key, noun = stage.rows, stage.own("name_key"), stage.bulk.noun
    ids = fn.COUNT(rows.ext.distinct())
    named = (
        rows.select(name_key.alias("k"), fn.MIN(rows.seq).alias("l"), ids.alias("ids"))
        .where(rows.verdict == Verdict.NEW)
        .group_by(name_key)
        .having(fn.COUNT(rows.seq) > 1)
        .alias("repeated")
    )
    _point_back(stage, named, (name_key == named.c.k) & (named.c.ids <= 1), named.c.l, sure=1)
    several = {rows.verdict: Verdict.REJECTED, rows.reason: f"several {noun.plural} in the file have its name"}
    unsure = (name_key == named.c.k) & rows.ext.is_null() & (named.c.ids > 1) & (rows.verdict == Verdict.NEW)
    rows.update(several).from_(named).where(unsure).execute()


def _find_same_values(stage: Stage) -> None:
    """Where a field of the workspace's own says who is who, rows with one value of it are one."""
    rows, customs, field = stage.rows, stage.customs, stage.terms.field
    if field is None:
        return
    of_new = customs.join(rows, on=(rows.seq == customs.row)).select(
        customs.mark.alias("k"), fn.MIN(customs.row).alias("l")
    )
    mine = (rows.verdict == Verdict.NEW) & (customs.field == field.id) & customs.mark.is_null(False)
    valued = of_new.where(mine).group_by(customs.mark).having(fn.COUNT(customs.row) > 1).alias("repeated")
    mark = customs.select(fn.MIN(customs.mark)).where(customs.row == rows.seq, customs.field == field.id)
    _point_back(stage, valued, mark == valued.c.k, valued.c.l, sure=1)


def _repeated(query: Any, value: Any) -> Any:
    return query.where(value.is_null(False)).group_by(value).having(fn.COUNT(value) > 1).alias("repeated")


def _point_back(stage: Stage, source: Any, here: Any, first: Any, *, sure: int | None = None) -> None:
    rows = stage.rows
    other = (rows.verdict == Verdict.NEW) & (rows.seq > first)
    change = {rows.verdict: Verdict.DUPLICATE, rows.first: first, rows.sure: sure}
    rows.update(change).from_(source).where(here, other).execute()


def _point_to_first(stage: Stage) -> None:
    """A repeat of a repeat repeats the first of them."""
    rows = stage.rows
    again = (rows.verdict == Verdict.DUPLICATE) & (rows.first > 0)
    for _step in range(STEPS):
        before = _twin(stage, "before")
        further = before.select(before.first).where(before.seq == rows.first)
        pointed = before.select(before.seq).where(before.verdict == Verdict.DUPLICATE, before.first > 0)
        if not rows.update({rows.first: further}).where(again, rows.first.in_(pointed)).execute():
            break


def _refuse_bridges(stage: Stage) -> int:
    """Refuse the rows whose addresses lead to different people; gives how many there are."""
    rows, keys = stage.rows, stage.keys
    first, head, top = stage.shared, _twin(stage, "head"), _twin(stage, "top")
    if not staged(first):
        return 0
    root = pw.Case(None, ((top.target.is_null(False), top.target * -1),), top.seq)
    leads = (
        keys.join(first, on=(keys.value == first.value))
        .join(head, on=(head.seq == first.row))
        .join(top, on=(top.seq == fn.COALESCE(head.first, head.seq)))
        .select(keys.row.alias("l"))
        .group_by(keys.row)
        .having(fn.MIN(root) != fn.MAX(root))
    )
    noun = stage.bulk.noun
    reason = f"its {stage.bulk.field} belong to several {noun.plural} of the file"
    unsure = rows.seq.in_(leads) & rows.sure.is_null() & (rows.verdict != Verdict.REJECTED)
    refused: int = rows.update({rows.verdict: Verdict.REJECTED, rows.reason: reason}).where(unsure).execute()
    if refused:
        tell_lines(stage, reason)
    return refused


def _forget(stage: Stage) -> None:
    """Take back what has been found, and the addresses of the rows that have been refused."""
    rows, keys = stage.rows, stage.keys
    rows.update({rows.verdict: Verdict.NEW, rows.first: None}).where(rows.verdict == Verdict.DUPLICATE).execute()
    drop_keys_of_refused(stage)
    stage.door.analyze(keys)


def drop_keys_of_refused(stage: Stage) -> None:
    """What is refused holds nothing that another row could be a repeat of."""
    rows, keys = stage.rows, stage.keys
    refused = rows.select(rows.seq).where(rows.verdict == Verdict.REJECTED)
    keys.delete().where(keys.row.in_(refused)).execute()


def _twin(stage: Stage, name: str) -> Any:
    """The staged rows under another name, to look at beside the row that is written."""
    return stage.rows.alias(name)


def _join_known(stage: Stage) -> bool:
    """Of several rows about somebody we know let the later ones repeat the first; says whether there are any."""
    if KNOWN not in stage.seen:
        return False
    rows, several = stage.rows, stage.several
    known = rows.verdict == Verdict.UPDATE
    pairs = rows.select(rows.target, fn.MIN(rows.seq)).where(known).group_by(rows.target)
    several.insert(pairs.having(fn.COUNT(rows.seq) > 1), columns=[several.target, several.row]).execute()
    if not staged(several):
        return False
    stage.door.index(several, "target")
    stage.door.analyze(several)
    _index_repeats(stage)
    first = several.select(several.row).where(several.target == rows.target)
    later = rows.target.in_(several.select(several.target)) & (rows.seq > first)
    rows.update({rows.verdict: Verdict.DUPLICATE, rows.first: first}).where(known, later).execute()
    _point_to_first(stage)
    return True


def refuse(stage: Stage, row: int, reason: str) -> None:
    """Refuse a row."""
    rows = stage.rows
    rows.update({rows.verdict: Verdict.REJECTED, rows.reason: reason}).where(rows.seq == row).execute()


def refuse_repeats(stage: Stage) -> None:
    """Refuse what repeats a row that is refused."""
    rows, first = stage.rows, _twin(stage, "refused")
    refused = first.select(first.seq).where(first.verdict == Verdict.REJECTED)
    again = (rows.verdict == Verdict.DUPLICATE) & (rows.first > 0) & rows.first.in_(refused)
    reason = "it repeats a row that is rejected"
    rows.update({rows.verdict: Verdict.REJECTED, rows.reason: reason}).where(again).execute()


def other_names(stage: Stage, limit: int) -> list[str]:
    """What to say of repeats that give another name than the first row."""
    rows, first = stage.rows, _twin(stage, "original")
    name = column("name")
    # Of companies the accents count, which no key has.
    compared = column("name_key") if stage.bulk.linked else name
    query = (
        rows.join(first, on=(first.seq == rows.first))
        .select(rows.line, getattr(rows, name), first.line, getattr(first, name))
        .where(rows.verdict == Verdict.DUPLICATE, getattr(rows, compared) != getattr(first, compared))
        .order_by(rows.seq)
    )
    told = (
        f"line {line}: {theirs!r} is the same {stage.bulk.noun.name} as line {there}, {ours!r}; the first name is kept"
        for line, theirs, there, ours in query.bind(proxy).tuples()
        if spelled(theirs) != spelled(ours)
    )
    return list(islice(told, limit))


def left_out(stage: Stage, limit: int) -> list[str]:
    """What to say of addresses and domains that an earlier row has and so a later one does not get."""
    rows, keys = stage.rows, stage.keys
    query = (
        keys.join(rows, on=(rows.seq == keys.row))
        .select(rows.line, keys.value)
        .where(
            keys.taken == 1, keys.holder.is_null(), rows.verdict.not_in([int(Verdict.DUPLICATE), int(Verdict.REJECTED)])
        )
        .order_by(keys.row)
        .limit(limit)
    )
    return [
        f"line {line}: another row has {value!r} already; it is left out" for line, value in query.bind(proxy).tuples()
    ]
