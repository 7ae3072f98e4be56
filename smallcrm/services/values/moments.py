"""Days and moments as people say them: today, fri, +2w, eom, last-month, 2026-03-31, now, -5h, fri 14:00.

One language for filters and for what is typed into a field. Pure functions of the text and of `here`: the instant at
which it is read, in the zone of the workspace. A day is a day of that zone and never passes through UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple

from smallcrm.services.values import dates

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_EXAMPLES = "2026-03-31, today, fri, +2w or eom"
TIME_EXAMPLES = "2026-03-31 14:00, fri 14:00, now or +2h"

_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_SECOND, _FRACTION = timedelta(seconds=1), timedelta(milliseconds=1)
_NEAR = {"today": 0, "tod": 0, "tomorrow": 1, "tom": 1, "yesterday": -1}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST = 3
_PERIODS = {"week": 0, "month": 1, "quarter": 3, "year": 12}
_LETTERS = {"w": 0, "m": 1, "q": 3, "y": 12}
_TURNS = {"last": -1, "this": 0, "next": 1}
_STEP = re.compile(r"([+-]?)\s*([0-9]{1,6})\s*([a-z]{1,8})")
_DAYS = {"d": 1, "day": 1, "w": 7, "week": 7}
_MONTHS = {"m": 1, "mo": 1, "month": 1, "q": 3, "quarter": 3, "y": 12, "year": 12}
_MINUTES = {"h": 60, "hour": 60, "min": 1, "minute": 1}
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?")
_CLOCK = re.compile(r"([0-9]{1,2})(?::([0-9]{2}))?\s*(?:([ap])\.?m\.?)?")
_NOON = 12
_TIMED = re.compile(r":\d\d|\d\s*[ap]\.?m\b|\dT\d", re.IGNORECASE)
_SECONDS = re.compile(r"(?::\d\d:\d\d|T\d{6})([.,]\d)?")
_DATE_DIGITS = 8
_LONGEST = 100


class Meaning(NamedTuple):
    """The first and the last day that are meant; where a time is said, also its first instant and how long it is."""

    first: date
    last: date
    instant: datetime | None = None
    length: timedelta = timedelta()

    def instants(self, here: datetime) -> tuple[datetime, datetime] | None:
        """Where it begins, and where what follows it begins; None at the ends of the calendar."""
        try:
            if self.instant is not None:
                return self.instant, self.instant + self.length
            return _midnight(self.first, here), _midnight(self.last + _DAY, here)
        except OverflowError:
            return None


def here_at(now: datetime, zone: str) -> datetime:
    """An instant in a zone, which is all that a word depends on."""
    from zoneinfo import ZoneInfo

    return now.astimezone(ZoneInfo(zone))


def read(text: str, here: datetime) -> Meaning | None:
    """What a text means; None where it is no day and no time, or lies outside the calendar."""
    if len(text) > _LONGEST:
        return None
    try:
        return _said(text, here) or _written(text.strip(), here)
    except (ValueError, OverflowError):
        return None


def is_word(text: str, here: datetime) -> bool:
    """Whether a text means another day when it is read on another day."""
    try:
        return len(text) <= _LONGEST and _said(text, here) is not None
    except (ValueError, OverflowError):
        return True


def ends_of(meaning: Meaning) -> str:
    """What the words for the ends of such a period are, which are those of the present one."""
    length = (meaning.last - meaning.first).days + 1
    name = next((name for name, most in (("week", 7), ("month", 31), ("quarter", 92)) if length <= most), "year")
    return f"so{name[0]} and eo{name[0]} are the first and the last day of this {name}"


def _said(text: str, here: datetime) -> Meaning | None:
    """What a text means that depends on when it is read."""
    if not text.isascii():
        return None
    word = text.strip().lower()
    today = here.date()
    if word == "now":
        return Meaning(today, today, here.astimezone(UTC))
    return _named(word, today) or _period(word, today) or _shifted(word, here) or _at_clock(word, here, _said)


def _named(word: str, today: date) -> Meaning | None:
    """A day that has a name, or the next one of that weekday, today not counted."""
    if word in _NEAR:
        return _one(today + _NEAR[word] * _DAY)
    if len(word) < _SHORTEST:
        return None
    at = next((at for at, name in enumerate(_WEEK) if name.startswith(word)), None)
    return None if at is None else _one(today + ((at - today.weekday() - 1) % 7 + 1) * _DAY)


def _one(day: date) -> Meaning:
    return Meaning(day, day)


def _period(word: str, today: date) -> Meaning | None:
    """last-week, this-month, next-year; the first day of this one as som, the last as eom."""
    turn, dash, name = word.partition("-")
    if dash and turn in _TURNS and name in _PERIODS:
        return _around(today, _TURNS[turn], _PERIODS[name])
    if word[:2] in ("so", "eo") and word[2:] in _LETTERS:
        first, last, *_ = _around(today, 0, _LETTERS[word[2:]])
        return _one(first if word[0] == "s" else last)
    return None


def _around(today: date, by: int, size: int) -> Meaning:
    """The period of so many months (none: the week) that today lies in, or one before or after it."""
    if not size:
        monday = today + (7 * by - today.weekday()) * _DAY
        return Meaning(monday, monday + 6 * _DAY)
    return _whole(today.year * 12 + (today.month - 1) // size * size + by * size, size)


def _whole(month: int, size: int) -> Meaning:
    """So many months; the last of all ends with the calendar."""
    last = date.max if month + size == 12 * 10_000 else _first(month + size) - _DAY
    return Meaning(_first(month), last)


def _first(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _shifted(word: str, here: datetime) -> Meaning | None:
    """So many days, weeks, months, quarters, years, hours or minutes from now, back with a minus."""
    match = _STEP.fullmatch(word)
    if match is None:
        return None
    count = int(match[2]) * (-1 if match[1] == "-" else 1)
    unit = match[3].removesuffix("s") if len(match[3]) > _SHORTEST - 1 else match[3]
    if unit in _DAYS:
        return _one(here.date() + count * _DAYS[unit] * _DAY)
    if unit in _MONTHS:
        return _one(_month_later(here.date(), count * _MONTHS[unit]))
    if unit in _MINUTES:
        return _moment(here.astimezone(UTC) + count * _MINUTES[unit] * _MINUTE, here)
    return None


def _month_later(day: date, by: int) -> date:
    """The same day of another month, or its last where it is shorter."""
    first, last, *_ = _whole(day.year * 12 + day.month - 1 + by, 1)
    return first.replace(day=min(day.day, last.day))


def _at_clock(word: str, here: datetime, day_of: Callable[[str, datetime], Meaning | None]) -> Meaning | None:
    """A time of a day before it, or of today: fri 14:00, tomorrow 2pm, 18:00; 2026-03-31 2pm."""
    match = next(filter(None, (_CLOCK.fullmatch(word, at) for at in _starts(word))), None)
    at = None if match is None else _time(match)
    if match is None or at is None:
        return None
    head = word[: match.start()].strip()
    day = day_of(head, here) if head else _one(here.date())
    if day is None or day.instant is not None or day.first != day.last:
        return None
    said = datetime.combine(day.first, at, here.tzinfo)
    return Meaning(day.first, day.first, said.astimezone(UTC), _MINUTE)


def _starts(word: str) -> list[int]:
    """Where a time may begin: at the start, at the last space but one, at the last one."""
    spaces = [at + 1 for at, letter in enumerate(word) if letter.isspace()]
    return [0, *spaces[-2:]]


def _time(match: re.Match[str]) -> time | None:
    """The time of a clock of 24 hours, or of 12 with am or pm; None of an hour alone."""
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        return time(hour % _NOON + (_NOON if match[3] == "p" else 0), minute) if 1 <= hour <= _NOON else None
    return time(hour, minute) if match[2] else None


def _written(text: str, here: datetime) -> Meaning | None:
    """A date, a month, a year or a time in full, which mean the same whenever they are read."""
    match = _MONTH.fullmatch(text)
    if match is not None:
        return _whole(int(match[1]) * 12 + int(match[2] or 1) - 1, 1 if match[2] else 12) if _is_month(match) else None
    if text.isdigit() and len(text) != _DATE_DIGITS:
        return None
    if not _TIMED.search(text):
        day = dates.parse_date(text)
        return None if day is None else _one(date.fromisoformat(day))
    found = dates.parse_instant(text, None, here.tzinfo or UTC)
    if found is None:
        return _at_clock(text.lower(), here, _written)
    seconds = _SECONDS.search(text)
    length = _MINUTE if seconds is None else _FRACTION if seconds[1] else _SECOND
    return _moment(found, here, length)


def _is_month(match: re.Match[str]) -> bool:
    return int(match[1]) > 0 and 1 <= int(match[2] or 1) <= 12  # noqa: PLR2004 - the months of a year


def _moment(instant: datetime, here: datetime, length: timedelta = timedelta()) -> Meaning:
    day = instant.astimezone(here.tzinfo).date()
    return Meaning(day, day, instant, length)


def _midnight(day: date, here: datetime) -> datetime:
    """Where a day begins; where the clocks leave midnight out, its first moment."""
    return datetime.combine(day, time(), here.tzinfo).astimezone(UTC)
