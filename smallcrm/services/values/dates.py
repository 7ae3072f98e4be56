"""Dates and instants as other programs write them, with the order of day and month decided by the caller."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from smallcrm.services.values.months import MONTHS
from smallcrm.text import fold

if TYPE_CHECKING:
    from datetime import tzinfo


class DateOrder(StrEnum):
    """In which order a date of numbers is written."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


PIVOT = 70
_EPOCH = date(1899, 12, 30)
_NUMBERS = re.compile(r"(\d{1,4})\s*([/.\-\s])\s*(\d{1,2})\s*[/.\-\s]\s*(\d{1,4})\.?")
_CJK = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]?")
_TIME = re.compile(
    r"[T\s]\s*(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([ap]\.?m\.?)?"
    r"\s*(?:z|utc|gmt)?\s*([+-]\d{2}:?\d{2}|[a-z]{2,5})?\s*",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\d+|[^\W\d_]+")
_SLASHED = re.compile(r"\s*(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")


def parse_date(text: str, order: DateOrder | None = None, latest: date | None = None) -> str | None:
    """The date as `YYYY-MM-DD`; None if it is none or its order open. No two-digit year is past `latest`."""
    try:
        if len(text) == 10 and text[4] == "-":  # noqa: PLR2004 - the usual form, at C speed
            return date.fromisoformat(text).isoformat()
        found = _parse(text.strip(), order, latest)
    except (ValueError, OverflowError):
        return None
    return found.isoformat() if found else None


def parse_instant(text: str, order: DateOrder | None = None, zone: tzinfo = UTC) -> datetime | None:
    """The UTC instant; a time without offset is in `zone`, and so is midnight where there is no time."""
    stripped = text.strip()
    try:
        found = datetime.fromisoformat(stripped)
    except ValueError:
        try:
            found = _timed(stripped, order, zone)  # type: ignore[assignment]
        except (ValueError, OverflowError):
            return None
    try:
        return found and (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def has_time(text: str) -> bool:
    """Whether a date is written with a time of day."""
    stripped = text.strip()
    match = _TIME.search(stripped)
    return (match is not None and match.start() > 0) or (stripped.isdigit() and len(stripped) in (10, 13))


def clock_time(text: str) -> str | None:
    """A time of day as `HH:MM`; None if it is none."""
    match = _TIME.fullmatch(f" {text.strip()}")
    if match is None or match[6]:
        return None
    hour, minute = int(match[1]), int(match[2])
    if match[5]:
        hour = hour % 12 + (12 if match[5][0] in "pP" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None  # noqa: PLR2004


def order_evidence(text: str) -> tuple[bool, DateOrder | None]:
    """Whether the text is a date whose order matters, and the order that it alone proves."""
    match = _SLASHED.match(text)
    if match is None:
        return False, None
    first, mark, second = int(match[1]), match[2], int(match[3])
    if first > 31 or second > 31 or not first or not second:  # noqa: PLR2004 - the days of a month
        return False, None
    if first > 12:  # noqa: PLR2004 - the months of a year
        return True, DateOrder.DMY if second <= 12 else None  # noqa: PLR2004
    if second > 12:  # noqa: PLR2004
        return True, DateOrder.MDY
    return mark != ".", None


def _parse(text: str, order: DateOrder | None, latest: date | None) -> date | None:
    if text.isdigit():
        return _from_digits(text)
    bare = _TIME.sub("", text) if ":" in text else text
    match = _NUMBERS.fullmatch(bare.strip()) or _NUMBERS.fullmatch(text)
    if match:
        return _from_numbers(match, order, latest)
    cjk = _CJK.match(bare)
    if cjk:
        return date(int(cjk[1]), int(cjk[2]), int(cjk[3]))
    return _from_words(bare, latest)


def _from_digits(text: str) -> date | None:
    """`YYYYMMDD`, a spreadsheet's day number, or seconds or milliseconds since 1970."""
    number = int(text)
    if len(text) == 8:  # noqa: PLR2004
        return date(number // 10_000, number // 100 % 100, number % 100)
    if len(text) == 5 and 20_000 <= number <= 60_000:  # noqa: PLR2004 - 1954 to 2064
        return _EPOCH + timedelta(days=number)
    if len(text) in (10, 13):
        return datetime.fromtimestamp(number / (1 if len(text) == 10 else 1000), UTC).date()  # noqa: PLR2004
    return None


def _from_numbers(match: re.Match[str], order: DateOrder | None, latest: date | None) -> date | None:
    first, mark, second, third = match.groups()
    if len(first) > 2:  # noqa: PLR2004 - only a year has more digits
        return date(_year(first, None), int(second), int(third))
    if order is DateOrder.YMD and len(third) <= 2:  # noqa: PLR2004
        return date(_year(first, latest), int(second), int(third))
    day, month = int(first), int(second)
    if mark != "." and order in (None, DateOrder.YMD) and day <= 12 and month <= 12 and day != month:  # noqa: PLR2004
        return None
    if order is DateOrder.MDY or (order is not DateOrder.DMY and month > 12):  # noqa: PLR2004
        day, month = month, day
    return _not_after(day, month, _year(third, latest), latest)


def _from_words(text: str, latest: date | None) -> date | None:
    """A date whose month is a word, as in `24 October 2011` and `Oct 24, 2011`."""
    month: int | None = None
    numbers: list[str] = []
    for word in _WORDS.findall(text.replace("º", "").replace("ª", "")):
        if word.isdigit():
            numbers.append(word)
        elif month is None:
            month = MONTHS.get(fold(word))
    if month is None or len(numbers) != 2:  # noqa: PLR2004 - a day and a year
        return None
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)  # noqa: PLR2004
    return _not_after(int(day), month, _year(year, latest), latest)


def _year(text: str, latest: date | None) -> int:
    year = int(text)
    if len(text) == 4:  # noqa: PLR2004
        return year
    if len(text) != 2:  # noqa: PLR2004
        raise ValueError(text)
    year += 2000 if year < PIVOT else 1900
    return year - 100 if latest and year > latest.year else year


def _not_after(day: int, month: int, year: int, latest: date | None) -> date:
    found = date(year, month, day)
    return found.replace(year=year - 100) if latest and found > latest and year == latest.year else found


def _timed(text: str, order: DateOrder | None, zone: tzinfo) -> datetime | None:
    match = _TIME.search(text)
    if match is None or match.start() == 0:
        if text.isdigit() and len(text) in (10, 13):
            return datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), UTC)  # noqa: PLR2004
        day = parse_date(text, order)
        return datetime.fromisoformat(day) if day else None
    day = parse_date(text[: match.start()] + text[match.end() :], order)
    if day is None:
        return None
    hour, minute, second = int(match[1]), int(match[2]), min(int(match[3] or 0), 59)
    if match[5]:
        hour = hour % 12 + (12 if match[5][0] in "pP" else 0)
    offset = match[6] or ""
    zoned = f"{offset[:3]}:{offset[-2:]}" if offset[:1] in ("+", "-") else "+00:00" if "z" in match[0].lower() else ""
    found = datetime.fromisoformat(f"{day}T{hour:02}:{minute:02}:{second:02}{zoned}")
    return found if found.tzinfo else found.replace(tzinfo=zone)
