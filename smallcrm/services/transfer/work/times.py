"""When imported work came about: the times of a new record and of its log, as its row says them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.clock import from_micros

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Noun, Values
    from smallcrm.services.transfer.work.draft import Draft

_ENDS = {"deal": "closed_at", "ticket": "closed_at", "activity": "done_at"}
_LOGS = {"deal": ("stage_log", "stage"), "ticket": ("status_log", "status")}


def backdate(noun: Noun, document: Values, draft: Draft, now: int) -> None:
    """Give a new document the times of its row: when it was made, came into its stage or status, and ended."""
    ends = _ENDS[noun.name]
    created = draft.created if draft.created is not None else min(draft.closed or now, now)
    document["created_at"] = from_micros(created)
    last = draft.closed or draft.updated or created
    if noun.name in _LOGS:
        log, state = _LOGS[noun.name]
        document[log] = _log(document[log][-1], state, draft.passed, created, last)
        # What ended on the day on which it came about did not end at the begin of that day.
        last = document[log][-1]["at"]
    if document[ends] is not None:
        document[ends] = last


def _log(entry: Values, state: str, passed: Any, created: int, last: int) -> list[Values]:
    """The log of what came into its state at `last`, and into another one before when it was made."""
    if passed is None:
        return [{**entry, "at": max(created, last)}]
    # Each entry is later than the one before it, or the last would not be the state that it has.
    return [{**entry, state: passed, "at": created}, {**entry, "at": max(created + 1, last)}]


def ended(noun: Noun, cleaned: Values, draft: Draft) -> None:
    """Give a record that an update ends the time that the row says."""
    ends = _ENDS[noun.name]
    if draft.closed is not None and cleaned.get(ends) is not None:
        cleaned[ends] = draft.closed
