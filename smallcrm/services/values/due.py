"""When something is due: a date, or an instant where a time is said. Both are texts, which sort together.

A date is `2026-03-31` and never passes through UTC; an instant is `2026-03-31T14:00Z`, to the minute.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from smallcrm.services.values import dates, relative

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

OVERDUE, TODAY, PLANNED = TIMINGS = ("overdue", "today", "planned")
_TIMED = re.compile(r":\d\d|\d\s*[ap]\.?m\b|\dT\d", re.IGNORECASE)
_HOUR = re.compile(r"(\d{1,2})\s*([ap])\.?m\.?", re.IGNORECASE)
_MIDDAY = 12
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


def parse(text: str, now: datetime, zone: str) -> str | None:
    """What a person types, as it is stored; a time is meant in the zone, and so are words such as fri."""
    from zoneinfo import ZoneInfo

    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    day = relative.relative_day(text, today)
    if day is not None:
        return canonical(day.isoformat())
    moment = relative.relative_moment(text, now)
    if moment is not None:
        return instant_text(moment)
    if not _TIMED.search(text):
        return canonical(dates.parse_date(text) or "")
    found = dates.parse_instant(_absolute(text, today), None, here)
    return None if found is None else instant_text(found)


def _absolute(text: str, today: date) -> str:
    """`fri 14:00`, `14:00` or `tomorrow 2pm` with the day and the time in numbers; other texts as they are."""
    head, space, last = text.strip().rpartition(" ")
    hour = _HOUR.fullmatch(last)
    if hour is not None and 1 <= int(hour[1]) <= _MIDDAY:
        last = f"{int(hour[1]) % _MIDDAY + (_MIDDAY if hour[2] in 'pP' else 0):02}:00"
    day = relative.relative_day(head, today) if head else today if re.fullmatch(r"\d{1,2}:\d\d", last) else None
    return f"{day.isoformat()} {last}" if day is not None else f"{head}{space}{last}"


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
