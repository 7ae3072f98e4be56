"""Spans of time before something, in minutes: 30m, 2h, 1d, 1w."""

from __future__ import annotations

import re

MAX_MINUTES = 366 * 24 * 60
_UNITS = {"": 1, "m": 1, "min": 1, "h": 60, "d": 1440, "w": 10080}
_SPAN = re.compile(r"([0-9]{1,6})\s*(min|m|h|d|w|)", re.IGNORECASE)


def minutes_of(text: str) -> int | None:
    """The minutes of a span such as 30, 30m, 2h, 1d or 1w; None where it is none, or longer than a year."""
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        return None
    minutes = int(found[1]) * _UNITS[found[2].lower()]
    return minutes if minutes <= MAX_MINUTES else None


def span_text(minutes: int) -> str:
    """A span as it is typed, in its largest whole unit."""
    for unit in ("w", "d", "h"):
        if minutes and minutes % _UNITS[unit] == 0:
            return f"{minutes // _UNITS[unit]}{unit}"
    return f"{minutes}m"
