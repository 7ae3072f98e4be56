"""What a column of an archive holds: how a stored value is written as a cell, and how a cell is read and checked.

A cell is text that a spreadsheet or another program can use: numbers as digits, instants in ISO 8601 and UTC, states
as words. What is read is checked for all that the program takes for granted, since an archive may come from anybody.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.ids import MAX_NUMBER, number_of
from smallcrm.models.base import State
from smallcrm.services.values import due
from smallcrm.text import unguard_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Container

# Something is still added to it, and a number of JSON has to hold it.
_COUNTED = 1 << 52
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1
_DIGITS = len(str(MAX_NUMBER))
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,18})")
_CURRENCY = re.compile(r"[A-Z]{3}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z")


class Unfit(ValueError):
    """A cell that the column cannot hold; its text says why, `column` which it is where it is not the one at hand."""

    def __init__(self, why: str, column: str = "") -> None:
        super().__init__(why)
        self.column = column


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Cell:
    """How the values of a column are written and read; `read` raises Unfit. `text`: it is guarded against formulas."""

    read: Callable[[str], Any]
    write: Callable[[Any], Any] = _as_it_is
    text: bool = False


def _text(cell: str) -> str:
    if "\0" in cell:
        raise Unfit("it holds a NUL character")
    return unguard_cell(cell)


def whole(cell: str) -> int:
    """A whole number of 64 bits; raises Unfit."""
    if not _WHOLE.fullmatch(cell) or not _LEAST <= int(cell) <= _MOST:
        raise Unfit("it is no whole number")
    return int(cell)


def _count(cell: str) -> int:
    found = whole(cell)
    if abs(found) > _COUNTED:
        raise Unfit("it is a larger number than any that is counted")
    return found


def number(cell: str) -> int:
    """The number of a row in its workspace; raises Unfit."""
    # Most cells of most files are numbers; this is several times as fast as the expression.
    plain = cell.isdecimal() and cell.isascii() and cell[0] != "0" and len(cell) <= _DIGITS
    found = int(cell) if plain else whole(cell)
    if not 0 < found <= MAX_NUMBER:
        raise Unfit(f"it is no number from 1 to {MAX_NUMBER}")
    return found


def _version(cell: str) -> int:
    found = _count(cell)
    if found < 1:
        raise Unfit("it is no number from 1 on")
    return found


def _flag(cell: str) -> int:
    if cell not in ("0", "1"):
        raise Unfit("it is neither 0 nor 1")
    return int(cell)


def instant_text(micros: int) -> str:
    """An instant in ISO 8601, with its microseconds where there are any."""
    return clock.from_micros(micros).replace(tzinfo=None).isoformat() + "Z"


def instant(cell: str) -> int:
    """The microseconds since 1970 of an instant; raises Unfit."""
    try:
        if not _INSTANT.fullmatch(cell):
            raise ValueError
        return clock.micros(datetime.fromisoformat(cell))
    except ValueError:
        raise Unfit("it is no instant such as 2026-03-31T14:00:00Z") from None


def day(cell: str) -> str:
    """A date; raises Unfit."""
    try:
        if date.fromisoformat(cell).isoformat() != cell:
            raise ValueError
    except ValueError:
        raise Unfit("it is no date such as 2026-03-31") from None
    return cell


def _due(cell: str) -> str:
    if due.canonical(cell) != cell:
        raise Unfit("it is neither a date nor an instant such as 2026-03-31T14:00Z")
    return cell


def currency(cell: str) -> str:
    """A currency code; raises Unfit."""
    if not _CURRENCY.fullmatch(cell):
        raise Unfit("it is no currency code such as EUR")
    return cell


def _state(cell: str) -> int:
    found = _STATES.get(cell)
    if found is None:
        raise Unfit(f"it is none of {', '.join(_STATES)}")
    return found


def _percent(cell: str) -> int:
    found = whole(cell)
    if not 0 <= found <= 100:  # noqa: PLR2004
        raise Unfit("it is no whole number from 0 to 100")
    return found


def _document(cell: str) -> str:
    text = _text(cell)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Unfit("it is no JSON") from None
    if not isinstance(found, dict) or not all(map(_is_change, found.values())):
        raise Unfit("it says no changes of fields")
    return text


def _is_change(change: Any) -> bool:
    """Whether it is what the journal holds of a field: old and new, or what went and what came."""
    if isinstance(change, dict):
        lists = list(change.values())
        return set(change) <= {"-", "+"} and all(isinstance(one, list) and all(map(_is_element, one)) for one in lists)
    return isinstance(change, list) and len(change) == 2  # noqa: PLR2004


def _is_element(element: Any) -> bool:
    return isinstance(element, dict)


_STATES = {"live": int(State.LIVE), "trashed": int(State.TRASHED), "undone": int(State.UNDONE)}
_WORDS = {state: word for word, state in _STATES.items()}

TEXT = Cell(_text, text=True)
WHOLE = Cell(_count)
VERSION = Cell(_version)
AMOUNT = Cell(_as_it_is)
NUMBER = Cell(number, number_of)
FLAG = Cell(_flag)
INSTANT = Cell(instant, instant_text)
DATE = Cell(day)
DUE = Cell(_due)
CURRENCY = Cell(currency)
PERCENT = Cell(_percent)
STATE = Cell(_state, _WORDS.__getitem__)
JSON = Cell(_document, text=True)


def span(most: int) -> Cell:
    """The cell of a column that holds a whole number from 0 to the most there may be."""

    def read(cell: str) -> int:
        found = whole(cell)
        if not 0 <= found <= most:
            raise Unfit(f"it is no number from 0 to {most:,}")
        return found

    return Cell(read)


def choice(words: Container[str]) -> Cell:
    """The cells of a column that holds one of some words."""

    def read(cell: str) -> str:
        if cell not in words:
            raise Unfit("it is none of the words that stand there")
        return cell

    return Cell(read)
