"""When something is due: a date, or an instant where a time is said. Both are texts, which sort together.

A date is `2026-03-31` and never passes through UTC; an instant is `2026-03-31T14:00Z`, to the minute.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from smallcrm.services.values.moments import Meaning

OVERDUE, TODAY, PLANNED = TIMINGS = ("overdue", "today", "planned")
_TIMED = re.compile(r":\d\d|\dT\d")
# Far from either end of the calendar, so that every zone can show it and a reminder can lie before it.
_FIRST, _LAST = 1000, 9998


def canonical(text: str) -> str | None:
    """A date or an instant in ISO 8601 as it is stored; None where it is neither, or a time without its offset."""
    text = text.strip()
    try:
        if not _TIMED.search(text):
            day = date.fromisoformat(text)
            return day.isoformat() if _FIRST <= day.year <= _LAST else None
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is None else instant_text(found)


def text_of(meaning: Meaning) -> str | None:
    """What a person means, as it is stored; None where it lies too far off."""
    return canonical(meaning.first.isoformat()) if meaning.instant is None else instant_text(meaning.instant)


def instant_text(instant: datetime) -> str | None:
    """An instant as it is stored, to the minute in UTC; None where it lies too far off."""
    try:
        found = instant.astimezone(UTC)
    except OverflowError:
        return None
    if not _FIRST <= found.year <= _LAST:
        return None
    return found.replace(tzinfo=None).isoformat(timespec="minutes") + "Z"


def has_time(due: str) -> bool:
    """Whether it is an instant."""
    return "T" in due


def when(due: str) -> date | datetime:
    """The date or the instant itself."""
    return datetime.fromisoformat(due) if has_time(due) else date.fromisoformat(due)


def day_of(due: str, zone: ZoneInfo) -> date:
    """The day in a zone on which it is due."""
    return datetime.fromisoformat(due).astimezone(zone).date() if has_time(due) else date.fromisoformat(due)


def instant_of(due: str, zone: ZoneInfo) -> datetime:
    """The instant from which reminders count: the due one, or the begin of the day in a zone."""
    if has_time(due):
        return datetime.fromisoformat(due)
    return datetime.combine(date.fromisoformat(due), time(), zone).astimezone(UTC)


def timing(due: str, now: datetime, zone: ZoneInfo) -> str:
    """Overdue, today or planned: an instant is overdue once it is past, a date from the next midnight in the zone."""
    today = now.astimezone(zone).date()
    day = day_of(due, zone)
    if (datetime.fromisoformat(due) < now) if has_time(due) else (day < today):
        return OVERDUE
    return TODAY if day == today else PLANNED


def after(day: date) -> str:
    """A text that sorts after all that is due on a day in any zone."""
    return (day + timedelta(days=2)).isoformat()
