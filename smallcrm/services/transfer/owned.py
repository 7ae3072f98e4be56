"""Rows of our own exports whose number is that of a record here: they are about that record.

A number alone may be of another workspace, so the record has to have come about when the row says; and where its own
`smallcrm` ids tell that it was imported, at a time that many have, the row must say one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import fn

from smallcrm.clock import micros
from smallcrm.models.base import State
from smallcrm.models.external_id import ExternalId
from smallcrm.services.transfer.hidden import IN_TRASH
from smallcrm.services.transfer.staging import NUMBERED, Stage, Verdict, record_of, staged
from smallcrm.services.transfer.vendors import OWN
from smallcrm.services.transfer.work.lookups import some_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.work.rows import Row

SEEN = (State.LIVE, State.TRASHED)
# What spreadsheets leave of a time: all of it, thousandths, seconds, minutes.
_PRECISIONS = (1_000, 1_000_000, 60_000_000)


def is_same_time(held: int, said: int) -> bool:
    """Whether two times in microseconds are one, to the precision of the second."""
    return held == said or any(held // unit * unit == said for unit in _PRECISIONS)


def match_own(stage: Stage) -> None:
    """Match the rows of an own export with the records of their numbers; `mine` is left of those that are meant."""
    rows, model = stage.rows, stage.bulk.noun.model
    if stage.source not in NUMBERED or not rows.select(rows.seq).where(rows.mine.is_null(False)).limit(1).exists():
        return
    numbered = rows.mine.is_null(False)
    if "created_at" not in stage.columns:
        rows.update({rows.mine: None}).where(numbered).execute()
        return
    said, held = stage.own("created_at"), model.created_at
    same = held == said
    for unit in _PRECISIONS:
        same |= held / unit * unit == said
    there = model.select(model.id).where(model.id == rows.mine, model.state.in_(list(SEEN)), same)
    meant = fn.EXISTS(there) & _is_of_here(stage)
    rows.update({rows.mine: None}).where(numbered, ~meant).execute()
    live = model.select(model.id).where(model.id == rows.mine, model.state == State.LIVE)
    found = numbered & (rows.verdict == Verdict.NEW)
    rows.update({rows.target: rows.mine, rows.sure: 1}).where(found, fn.EXISTS(live)).execute()
    _match_trashed(stage, found & rows.target.is_null())


def _match_trashed(stage: Stage, trashed: Any) -> None:
    rows = stage.rows
    change = {rows.target: rows.mine, rows.sure: 1}
    if stage.terms.restore:
        rows.update({**change, rows.revived: 1}).where(trashed).execute()
    else:
        refused = {rows.verdict: Verdict.REJECTED, rows.reason: IN_TRASH, rows.n: rows.mine}
        rows.update({**change, **refused}).where(trashed).execute()


def _is_of_here(stage: Stage) -> Any:
    """The condition that no earlier workspace tells otherwise."""
    rows, origins = stage.rows, stage.origins
    # Of a card that has another name it is that one which is written.
    mine = (ExternalId.source == stage.source) & (ExternalId.object == stage.bulk.noun.name)
    imported = fn.EXISTS(ExternalId.select(ExternalId.id).where(mine, ExternalId.record_id == rows.mine))
    if not staged(origins):
        return ~imported
    named = origins.select(origins.key).where(origins.row == rows.seq)
    told = ExternalId.select(ExternalId.id).where(mine, ExternalId.record_id == rows.mine, ExternalId.key.in_(named))
    return ~imported | fn.EXISTS(told)


def find_own(noun: Noun, rows: Sequence[Row]) -> Iterator[tuple[int, int] | None]:
    """The record, and its state, that each row means by its number; None where it means none."""
    wanted = [record_of(row.get("external_id")) for row in rows]
    found: dict[int, tuple[int, int]] = {}
    origins: dict[int, set[str]] = {}
    model: Any = noun.model
    for some in some_of(record for record in wanted if record is not None):
        there = model.id.in_(some) & model.state.in_(list(SEEN))
        for record, created, state in model.select(model.id, model.created_at, model.state).where(there).tuples():
            found[record] = micros(created), state
        own: Any = ExternalId.select(ExternalId.record_id, ExternalId.key).where(
            ExternalId.source == OWN, ExternalId.object == noun.name, ExternalId.record_id.in_(some)
        )
        for record, key in own.tuples():
            origins.setdefault(record, set()).add(key)
    for record, row in zip(wanted, rows, strict=True):
        held, said = found.get(record or 0), row.get("created_at")
        same = held is not None and said is not None and is_same_time(held[0], said)
        earlier = origins.get(record or 0, set())
        is_of_here = same and (not earlier or not earlier.isdisjoint(row.origins))
        yield (record, held[1]) if is_of_here and record and held else None
