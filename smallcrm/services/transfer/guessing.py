"""What type of field a column could be, found out from every value that it has."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.services.records.cleaning import MAX_TEXT
from smallcrm.services.values.dates import DateOrder, order_evidence, parse_date, parse_instant
from smallcrm.services.values.emails import email_key
from smallcrm.services.values.numbers import currency_of, parse_money, parse_number
from smallcrm.services.values.words import is_empty, parse_bool
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# A few words, each said several times by several records, are something to choose from.
MOST_OPTIONS, LONGEST_OPTION, OFTEN = 12, 60, 5
_REMEMBERED = 20_000
# So many of a column's values show a person what it is.
SAMPLES = 3
# Longer ones are numbers of something, such as an account, and nothing that is reckoned with.
_MOST_DIGITS = 20
_WHOLE = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,14})", re.ASCII)
_LEADING_ZERO = re.compile(r"[+-]?0[0-9]", re.ASCII)
_WORDS = re.compile(r"[^\W\d_]+|[^\w\s.,'+-]")
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")


class _Way(NamedTuple):
    """One way to read a type: whether a value fits, and the order of dates or the decimal mark that it takes."""

    fits: Callable[[str], bool]
    order: DateOrder | None = None
    mark: str | None = None

    def is_of(self, order: DateOrder | None, mark: str | None) -> bool:
        """Whether it goes with what is said of a file; what says nothing of dates or marks goes with all."""
        other_order = order is not None and self.order not in (None, order)
        other_mark = mark is not None and self.mark not in (None, mark)
        return not other_order and not other_mark


class Guess:
    """What is still possible for a column, as its values are seen."""

    def __init__(self) -> None:
        self.filled = 0
        self.samples: list[str] = []
        self._longest = 0
        self._several_lines = False
        self._left = dict(_WAYS)
        self._seen: set[str] = set()
        self._options: dict[str, int] | None = {}

    def hold(self, order: DateOrder | None, mark: str | None) -> None:
        """Leave only what is written in this order of dates and with this decimal mark, where one is said."""
        left = {name: tuple(way for way in ways if way.is_of(order, mark)) for name, ways in self._left.items()}
        self._left = {name: ways for name, ways in left.items() if ways}

    def see(self, cells: Iterable[str]) -> None:
        """Take the values of some rows into account."""
        for raw in cells:
            cell = raw.strip()
            if cell and not is_empty(cell):
                self.filled += 1
                self._count(cell)
                if cell not in self._seen:
                    self._learn(cell)

    def _count(self, cell: str) -> None:
        if self._options is not None:
            self._options[cell] = self._options.get(cell, 0) + 1
            if len(self._options) > MOST_OPTIONS or len(cell) > LONGEST_OPTION:
                self._options = None

    def _learn(self, cell: str) -> None:
        if len(self._seen) < _REMEMBERED:
            self._seen.add(cell)
        if len(self.samples) < SAMPLES:
            self.samples.append(cell)
        self._longest = max(self._longest, len(cell))
        self._several_lines = self._several_lines or "\n" in cell
        left = {name: tuple(way for way in ways if way.fits(cell)) for name, ways in self._left.items()}
        self._left = {name: ways for name, ways in left.items() if ways}

    def definition(self) -> dict[str, Any]:
        """The type that holds every value, with its options where it has some."""
        if self._left:
            return {"type": next(iter(self._left))}
        if self._options and self.filled >= OFTEN * len(self._options) and not self._several_lines:
            named: dict[str, str] = {}
            for cell in self._options:
                named.setdefault(fold(cell), cell)
            return {"type": "select", "options": [*named.values()]}
        return {"type": "long text" if self._several_lines or self._longest > MAX_TEXT else "text"}


def _is_boolean(cell: str) -> bool:
    return parse_bool(cell) is not None and not cell.isdigit()


def _is_decimal(mark: str, cell: str) -> bool:
    if _LEADING_ZERO.match(cell) or len(cell) > _MOST_DIGITS or _WORDS.search(cell):
        return False
    return parse_number(cell, mark) is not None


def _is_money(mark: str, cell: str) -> bool:
    named = any(currency_of(word) for word in _WORDS.findall(cell))
    return named and parse_money(cell, mark, "EUR") is not None


def _is_date(order: DateOrder, cell: str) -> bool:
    if ":" in cell or _DIGITS.fullmatch(cell):
        return False
    return order_evidence(cell)[1] in (None, order) and parse_date(cell, order) is not None


def _is_instant(order: DateOrder, cell: str) -> bool:
    if _DIGITS.fullmatch(cell):
        return False
    return order_evidence(cell)[1] in (None, order) and parse_instant(cell, order) is not None


def _is_whole(cell: str) -> bool:
    return _WHOLE.fullmatch(cell) is not None


def _is_email(cell: str) -> bool:
    return email_key(cell) is not None


def _is_link(cell: str) -> bool:
    return _LINK.fullmatch(cell) is not None and len(cell) <= MAX_TEXT


# The ways to read each type. A column is read in one of them, so that one has to fit all of its values.
_WAYS: dict[str, tuple[_Way, ...]] = {
    "boolean": (_Way(_is_boolean),),
    "integer": (_Way(_is_whole),),
    "decimal": tuple(_Way(partial(_is_decimal, mark), mark=mark) for mark in ".,"),
    "money": tuple(_Way(partial(_is_money, mark), mark=mark) for mark in ".,"),
    "date": tuple(_Way(partial(_is_date, order), order) for order in DateOrder),
    "datetime": tuple(_Way(partial(_is_instant, order), order) for order in DateOrder),
    "email": (_Way(_is_email),),
    "url": (_Way(_is_link),),
}
