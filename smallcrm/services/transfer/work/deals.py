"""Rows as deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.clock import micros
from smallcrm.services.pipelines import LOST, OPEN, stage_of
from smallcrm.services.transfer.telling import rows_text
from smallcrm.services.transfer.work.draft import Draft, begun, said
from smallcrm.services.values.due import canonical, instant_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from smallcrm.services.records.schema import Values
    from smallcrm.services.transfer.work.draft import Named
    from smallcrm.services.transfer.work.rows import Row
    from smallcrm.services.transfer.work.stages import At

# A lost deal needs a reason, and few programs ask for one.
NO_REASON = "not given"
_PLACES = frozenset(("stage", "pipeline", "status", "status:won", "status:closed"))


def draft(row: Row, named: Named, at: At, source: str, zone: ZoneInfo, now: datetime) -> Draft:
    """The deal of a row, which is in this place; where nothing else says when it was decided, its close date does."""
    values = begun(row, source) | said(row, "amount", "expected_close", "source", "description")
    usual: Values = {}
    # What is only concluded is no other name for what is known.
    (values if row.get("name") else usual)["name"] = _name(row)
    # A file that says nothing of stages leaves those alone that deals are in.
    (values if row.said.keys() & _PLACES else usual).update(pipeline=at.pipeline, stage=at.stage)
    if named.company is not None:
        values["company"] = named.company
    if named.contacts:
        values["contacts"] = [{"contact": contact} for contact in named.contacts]
    if named.owner is not None:
        values["owner"] = named.owner
    if at.kind == LOST:
        (values if row.get("lost_reason") else usual)["lost_reason"] = row.get("lost_reason") or NO_REASON
    closed = None if at.kind == OPEN else row.get("closed_at")
    if closed is None and at.kind != OPEN and canonical(row.get("expected_close") or ""):
        closed = micros(min(instant_of(row.get("expected_close"), zone), now))
    if closed is not None:
        closed = min(closed, micros(now))
    made = Draft(row, values, usual, {"company_id": named.company, "created_at": row.get("created_at")})
    _rate(made, at.kind, at.probability)
    made.about = frozenset(("contact", contact) for contact in named.contacts)
    made.tell_apart()
    made.created, made.updated, made.closed = row.get("created_at"), row.get("updated_at"), closed
    made.passed = at.before
    return made


def settle(draft: Draft, before: Values) -> None:
    """Measure the probability of a row by the stage that its deal is in, where the row says nothing of a stage."""
    if draft.row.get("probability") is not None and not draft.row.said.keys() & _PLACES:
        stage = stage_of(before["stage"])
        _rate(draft, stage.kind, stage.probability)


def _rate(draft: Draft, kind: str, usual: int) -> None:
    """Give a deal the probability of its row; one that is the stage's own is none of the deal's."""
    said = draft.row.get("probability")
    draft.values.pop("probability", None)
    draft.lifted = frozenset(("probability",)) if kind == OPEN and said == usual else frozenset()
    if kind == OPEN and said not in (None, usual):
        draft.values["probability"] = said


def told_unnamed(names: Sequence[str]) -> list[str]:
    """What to say of deals that are called by what else their rows say."""
    if not names:
        return []
    told = f"in {rows_text(len(names))} the deal has no name and is called by its company and id, as {names[0]!r}"
    return [f"{told}; --map COLUMN=name says which column names it"]


def _name(row: Row) -> str | None:
    """The name of a deal; where it has none, that of its company and its id."""
    if row.get("name"):
        name: str = row.get("name")
        return name
    return " ".join(filter(None, (row.get("company:name"), row.get("external_id")))) or None
