"""Days and instants as a filter names them: today, -2w, fri, last-month, 2026-03, 2026-03-31T12:00.

A day is a day of the workspace's zone and never passes through UTC; an instant lies in the days of that zone.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from smallcrm.clock import micros

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from smallcrm.services.records.query.checks import Place

Days = tuple[date, date]
_DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AGO = re.compile(r"([+-]?)([0-9]{1,6})([a-z]{1,8})", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?", re.ASCII)
_CLOCK = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)
_MONTHS = {"m": 1, "mo": 1, "month": 1, "q": 3, "quarter": 3, "y": 12, "year": 12}
_DAYS = {"d": 1, "day": 1, "days": 1, "w": 7, "week": 7, "weeks": 7}
_SECONDS = {"h": 3600, "hour": 3600, "hours": 3600, "min": 60}
EXAMPLES = "2026-03-31, today, -2w, fri, eom, last-month"


def _zone(place: Place) -> ZoneInfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(place.zone)


def days_of(text: str, place: Place) -> Days | None:
    """The first and the last day that a word means; None if it is no day. ValueError where there is none so far off."""
    word = text.strip().lower()
    today = _today(place)
    found = _named(word, today) or _period(word, today) or _shifted(word, today) or _calendar(word)
    if found is None:
        both = instants_of(text, place, days=False)
        if both is None:
            return None
        day = _local(both[0], place)
        found = (day, day)
    return found


def instants_of(text: str, place: Place, *, days: bool = True) -> tuple[int, int] | None:
    """The first and the last microsecond that a word means; None if it is no instant and no day."""
    word = text.strip().lower()
    if word == "now":
        return micros(place.now), micros(place.now)
    match = _AGO.fullmatch(word)
    if match and match[3] in _SECONDS:
        shift = timedelta(seconds=int(match[2]) * _SECONDS[match[3]] * (-1 if match[1] == "-" else 1))
        return micros(place.now + shift), micros(place.now + shift)
    match = _CLOCK.fullmatch(text.strip().upper())
    if match:
        said = datetime.fromisoformat(match[0])
        start = micros(said if said.tzinfo else said.replace(tzinfo=_zone(place)))
        return start, start + (1 if match[1] else 60) * 1_000_000 - 1
    both = days_of(text, place) if days else None
    return None if both is None else (_midnight(both[0], place), _midnight(both[1] + _DAY, place) - 1)


def _today(place: Place) -> date:
    return place.now.astimezone(_zone(place)).date()


def _local(instant: int, place: Place) -> date:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    return at.astimezone(_zone(place)).date()


def _midnight(day: date, place: Place) -> int:
    return micros(datetime(day.year, day.month, day.day, tzinfo=_zone(place)).astimezone(UTC))


def _named(word: str, today: date) -> Days | None:
    """A day that has a name, or the next one of that weekday, today not counted."""
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}.get(word)
    if near is not None:
        return _one(today + near * _DAY)
    at = next((at for at, name in enumerate(_WEEKDAYS) if word in (name, name[:3])), None)
    return None if at is None else _one(today + ((at - today.weekday() - 1) % 7 + 1) * _DAY)


def _one(day: date) -> Days:
    return day, day


_PERIODS = {"week": 0, "month": 1, "quarter": 3, "year": 12}
_LETTERS = {"w": "week", "m": "month", "q": "quarter", "y": "year"}
_TURNS = {"last": -1, "this": 0, "next": 1}


def _period(word: str, today: date) -> Days | None:
    """last-week, this-month, next-year; the first day of one as som, the last as eom."""
    turn, dash, name = word.partition("-")
    if dash and turn in _TURNS and name in _PERIODS:
        return _around(today, _TURNS[turn], _PERIODS[name])
    if len(word) == 3 and word[:2] in ("so", "eo") and word[2] in _LETTERS:  # noqa: PLR2004 - som, eom
        first, last = _around(today, 0, _PERIODS[_LETTERS[word[2]]])
        return _one(first if word[0] == "s" else last)
    return None


def _around(today: date, by: int, size: int) -> Days:
    """The period of so many months (none: the week) that today lies in, or one before or after it."""
    if not size:
        monday = today - today.weekday() * _DAY + 7 * by * _DAY
        return monday, monday + 6 * _DAY
    first = _first(today.year * 12 + (today.month - 1) // size * size + by * size)
    return first, _first(first.year * 12 + first.month - 1 + size) - _DAY


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _shifted(word: str, today: date) -> Days | None:
    """So many days, weeks, months, quarters or years from today, back with a minus."""
    match = _AGO.fullmatch(word)
    if match is None:
        return None
    count = int(match[2]) * (-1 if match[1] == "-" else 1)
    unit = match[3]
    try:
        if unit in _DAYS:
            return _one(today + count * _DAYS[unit] * _DAY)
        unit = unit.removesuffix("s")
        if unit in _MONTHS:
            return _one(_month_later(today, count * _MONTHS[unit]))
    except OverflowError as error:
        raise ValueError(word) from error
    return None


def _month_later(day: date, by: int) -> date:
    """The same day of another month, or its last where it is shorter."""
    first = _first(day.year * 12 + day.month - 1 + by)
    last = _first(first.year * 12 + first.month) - _DAY
    return first.replace(day=min(day.day, last.day))


def _calendar(word: str) -> Days | None:
    """2026-03-31, a whole month as 2026-03, a whole year as 2026."""
    match = _MONTH.fullmatch(word)
    if match is not None:
        year, month = int(match[1]), int(match[2] or 1)
        first, size = date(year, month, 1), 1 if match[2] else 12
        return first, _first(year * 12 + month - 1 + size) - _DAY
    try:
        return _one(date.fromisoformat(word)) if len(word) == 10 and word[4] == "-" else None  # noqa: PLR2004
    except ValueError:
        return None
