"""Cells of a spreadsheet as text, as a person would type them; nothing but the standard library is needed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import inf
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA")
)
# A spreadsheet keeps fifteen digits of a number and writes zeros, or noise, for the others.
FIFTEEN_DIGITS = 10**15
_POSITIONAL = 1e21
_LAST = datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - a spreadsheet knows no zones


class Cells:
    """Turns cells into text, and counts what was lost before the file was written."""

    def __init__(self) -> None:
        self.errors = 0
        self.long_numbers = 0
        self._texts: dict[type, Callable[[Any], str]] = {
            str: self._text,
            int: self._number,
            float: self._number,
            bool: _boolean,
            date: date.isoformat,
            datetime: _instant,
            time: _clock,
            timedelta: _duration,
        }

    def row(self, cells: Iterable[object]) -> list[str]:
        """The texts of a row."""
        texts = self._texts
        return [texts[type(cell)](cell) for cell in cells]

    def _text(self, cell: str) -> str:
        if cell[:1] == "#" and cell in ERRORS:
            self.errors += 1
            return ""
        return cell

    def _number(self, cell: float) -> str:
        size = abs(cell)
        if size < FIFTEEN_DIGITS:
            whole = int(cell)
            if cell == whole:
                return str(whole)
        elif size < inf:
            self.long_numbers += 1
        written = repr(cell)
        if "e" in written and size < _POSITIONAL:
            return format(Decimal(written), "f")
        return written.removesuffix(".0")


def _boolean(cell: bool) -> str:  # noqa: FBT001 - a cell
    return "true" if cell else "false"


def _instant(cell: datetime) -> str:
    """Date and time; a date alone at midnight. A spreadsheet's fraction of a day is off by some microseconds."""
    near = _to_milliseconds(cell)
    return near.date().isoformat() if near.time() == time() else near.isoformat(timespec=_precision(near.microsecond))


def _clock(cell: time) -> str:
    near = _to_milliseconds(datetime.combine(date(2000, 1, 1), cell)).time()
    return near.isoformat(timespec=_precision(near.microsecond))


def _to_milliseconds(cell: datetime) -> datetime:
    below = cell - timedelta(microseconds=cell.microsecond % 1000)
    if cell - below < timedelta(microseconds=500) or below > _LAST:
        return below
    return below + timedelta(milliseconds=1)


def _precision(microsecond: int) -> str:
    return "milliseconds" if microsecond else "seconds"


def _duration(cell: timedelta) -> str:
    """Hours, minutes and seconds, as a spreadsheet shows a duration."""
    seconds = round(abs(cell).total_seconds())
    sign = "-" if cell < timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
