"""Rows that nothing of their own makes known, but a row of the same file that has their id or an address of theirs.

Without it, whether two rows are one record would hang on which of them the workspace knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import peewee as pw
from peewee import fn

from smallcrm.services.transfer.matching import note_shared
from smallcrm.services.transfer.staging import EXTERNAL, Stage, Verdict, staged

if TYPE_CHECKING:
    from typing import Any

# What a row is found to be about may in turn tell of others.
ROUNDS = 20


def follow_known(stage: Stage) -> None:
    """Match the rows that share an id, or else an address, with rows about one record that is known."""
    rows, terms = stage.rows, stage.terms
    if not rows.select(rows.seq).where(rows.verdict == Verdict.NEW).limit(1).exists():
        return
    by_id = EXTERNAL in stage.seen and terms.by_id
    by_address = terms.by_address and staged(stage.keys) and note_shared(stage)
    for _round in range(ROUNDS):
        found = (_by_id(stage) if by_id else 0) + (_by_address(stage) if by_address else 0)
        if not found:
            break


def _by_id(stage: Stage) -> int:
    rows, new = stage.rows, stage.rows.alias("new")
    wanted = new.select(new.ext).where(new.verdict == Verdict.NEW, new.ext.is_null(False))
    known = rows.select(rows.ext.alias("k"), fn.MIN(rows.target).alias("t"))
    known = known.where(rows.verdict == Verdict.UPDATE, rows.ext.in_(wanted)).group_by(rows.ext)
    found = known.having(fn.MIN(rows.target) == fn.MAX(rows.target)).alias("known")
    return _follow(stage, found, rows.ext == found.c.k, sure=1)


def _by_address(stage: Stage) -> int:
    rows, shared, keys, other = stage.rows, stage.shared, stage.keys, stage.rows.alias("other")
    # SQLite keeps the order of a CROSS JOIN: from the few to the many.
    held = shared.join(keys, pw.JOIN.CROSS).join(other, pw.JOIN.CROSS)
    held = held.select(shared.value.alias("v"), fn.MIN(other.target).alias("low"), fn.MAX(other.target).alias("high"))
    theirs = (keys.value == shared.value) & (other.seq == keys.row) & (other.verdict == Verdict.UPDATE)
    known = held.where(theirs).group_by(shared.value).alias("held")
    both = pw.Select((known,)).join(keys, pw.JOIN.CROSS).where(keys.value == known.c.v).group_by(keys.row)
    found = both.select(keys.row.alias("k"), fn.MIN(known.c.low).alias("t"))
    found = found.having(fn.MIN(known.c.low) == fn.MAX(known.c.high)).alias("known")
    # What has an id of its own may be another that has the address too.
    return _follow(stage, found, (rows.seq == found.c.k) & rows.ext.is_null(), sure=None)


def _follow(stage: Stage, found: Any, here: Any, *, sure: int | None) -> int:
    rows = stage.rows
    change = {rows.verdict: Verdict.UPDATE, rows.target: found.c.t, rows.sure: sure}
    count: int = rows.update(change).from_(found).where(here, rows.verdict == Verdict.NEW).execute()
    return count
