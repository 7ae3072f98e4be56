"""What is open and due: overdue, today or planned, in SQL as `values.due` says it of a text."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm import clock
from smallcrm.models.base import State
from smallcrm.services.values import due
from smallcrm.services.zone import workspace_zone

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

OPEN, DONE, CANCELED = STATUSES = ("open", "done", "canceled")
"""What an activity is: only one that is open stands somewhere."""
MOST_DAYS = 36_500
_MINUTE = timedelta(minutes=1, microseconds=-1)
_DATE = len("2026-03-31")


def waits(row: Any) -> Any:
    """The condition that an activity of `row` is open and due some time."""
    return (row.status == OPEN) & row.due.is_null(is_null=False)


def timing_sql(row: Any) -> dict[str, Any]:
    """The condition of each way in which the activities of `row` stand; none holds for what does not wait."""
    now, zone = clock.now(), workspace_zone()
    today = now.astimezone(zone).date()
    # Every state is named, for the index of what is open begins with it.
    waiting = row.state.in_(list(State)) & waits(row)
    coming, later = _from(row, today, now), _from_day(row, today + timedelta(days=1), zone)
    return {
        due.OVERDUE: waiting & ~coming,
        due.TODAY: waiting & coming & ~later,
        due.PLANNED: waiting & later,
    }


def comes_within(text: str, now: datetime, zone: ZoneInfo, days: int) -> bool:
    """Whether what is due is not overdue, and comes within so many days."""
    last = now.astimezone(zone).date() + timedelta(days=days)
    return due.timing(text, now, zone) != due.OVERDUE and due.day_of(text, zone) <= last


def comes_within_sql(row: Any, days: int) -> Any:
    """The same of the activities of `row` that are due."""
    now, zone = clock.now(), workspace_zone()
    today = now.astimezone(zone).date()
    return _from(row, today, now) & ~_from_day(row, today + timedelta(days=days + 1), zone)


def _from_day(row: Any, day: date, zone: ZoneInfo) -> Any:
    return _from(row, day, datetime.combine(day, time(), zone))


def _from(row: Any, day: date, instant: datetime) -> Any:
    """The condition that something is due on a day or later, or, where it has a time, at an instant or later."""
    of_day = pw.fn.LENGTH(row.due) == _DATE
    # A due is kept to the minute, so the next whole minute is where it begins.
    begins = due.instant_text(instant + _MINUTE)
    return (of_day & (row.due >= day.isoformat())) | (~of_day & (row.due >= begins))
