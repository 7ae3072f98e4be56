"""Days and moments named from where one stands: today, fri, +3d, eow; now, +2h. Pure functions of what day it is."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta

_DAYS = {"today": 0, "tod": 0, "tomorrow": 1, "tom": 1, "yesterday": -1}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORTEST = 3
_STEP = re.compile(r"([+-])\s*([0-9]{1,5})\s*(d|w|m|q|y)")
_MOMENT = re.compile(r"([+-])\s*([0-9]{1,5})\s*(min|h)")
_MONTHS = {"m": 1, "q": 3, "y": 12}


def relative_day(text: str, today: date) -> date | None:
    """The day that a word means; None where it is none. A weekday is the next one after today, +1m ends with its month.

    Words: today, tomorrow, yesterday; mon … sunday; +3d, +2w, +1m, +1q, +1y and the same with -; eow, eom, eoq, eoy.
    """
    word = text.strip().casefold()
    try:
        if word in _DAYS:
            return today + timedelta(days=_DAYS[word])
        step = _STEP.fullmatch(word)
        if step is not None:
            count = int(step[1] + step[2])
            return (
                today + timedelta(days=count * (7 if step[3] == "w" else 1))
                if step[3] in "dw"
                else _months(today, count * _MONTHS[step[3]])
            )
        return _weekday(word, today) or _end(word, today)
    except (ValueError, OverflowError):
        return None


def relative_moment(text: str, now: datetime) -> datetime | None:
    """The moment that a word means, in the zone of `now`: now, +30min, +2h, -1h; None where it is none."""
    word = text.strip().casefold()
    if word == "now":
        return now
    step = _MOMENT.fullmatch(word)
    if step is None:
        return None
    count = int(step[1] + step[2])
    try:
        return now + (timedelta(hours=count) if step[3] == "h" else timedelta(minutes=count))
    except OverflowError:
        return None


def _weekday(word: str, today: date) -> date | None:
    if len(word) < _SHORTEST:
        return None
    for at, name in enumerate(_WEEK):
        if name.startswith(word):
            return today + timedelta(days=(at - today.weekday() - 1) % 7 + 1)
    return None


def _end(word: str, today: date) -> date | None:
    """The last day of the week, month, quarter or year that today is in."""
    if word == "eow":
        return today + timedelta(days=6 - today.weekday())
    lasts = {"eom": today.month, "eoq": (today.month + 2) // 3 * 3, "eoy": 12}
    month = lasts.get(word)
    return None if month is None else date(today.year, month, monthrange(today.year, month)[1])


def _months(day: date, count: int) -> date:
    """The same day some months on, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
