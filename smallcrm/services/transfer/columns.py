"""Whole columns of cells as values, at C speed where that can be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from smallcrm.clock import micros
from smallcrm.services.values.dates import parse_date, parse_instant
from smallcrm.services.values.markup import html_to_text
from smallcrm.services.values.numbers import parse_integer
from smallcrm.services.values.words import is_empty, lifecycle_of, parse_bool
from smallcrm.text import guard_cell, unguard_cell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, tzinfo

    from smallcrm.services.transfer.batch import Batch
    from smallcrm.services.transfer.mapping import ColumnTarget

Cells = tuple[str, ...]
Reading = tuple[Any, str]
Reader = tuple[Callable[[str], Any], str]
MEMO = 20_000
_GUARDED = re.compile("'+[=+@-]").match
_OK = ""
_LINK = re.compile(r"[^#]*#([^#]+)#[^#]*")
_NOTHING = frozenset(
    ("NULL", "null", "(null)", "<null>", "\\N", "#N/A", "N/A", "n/a", "(blank)", "(none)", "#REF!", "#VALUE!")
)


def plain(column: Sequence[str]) -> list[str]:
    """The cells without surrounding space and without the quote that guards a formula."""
    cells = list(map(str.strip, column))
    if "'" in "".join([cell[:1] for cell in cells]):
        return [cell[1:] if _GUARDED(cell) else cell for cell in cells]
    return cells


def unguarded(column: Sequence[str]) -> Cells:
    """The cells of our own exports without the guards that `plain` does not know, for it takes one more off."""
    if not any(cell.startswith("'") for cell in column):
        return tuple(column)
    return tuple(unguard_cell(cell) if _is_guarded(cell) else cell for cell in column)


def _is_guarded(cell: str) -> bool:
    return cell.startswith("'") and not _GUARDED(cell) and guard_cell(cell[1:]) == cell


def names(column: Sequence[str]) -> list[str | None]:
    """One-line texts; None for an empty cell, but not for `Null`, which is somebody's name."""
    joined = "".join(column)
    if "\n" in joined or "\r" in joined:
        return [
            " ".join(cell.split()) or None if "\n" in cell or "\r" in cell else cell or None for cell in plain(column)
        ]
    return [cell or None for cell in plain(column)]


def texts(column: Sequence[str]) -> list[str | None]:
    """One-line texts; None for an empty cell and for the words that databases write instead."""
    cells = names(column)
    if _NOTHING.isdisjoint(cells):
        return cells
    return [None if cell in _NOTHING else cell for cell in cells]


def exact_texts(column: Sequence[str]) -> list[str | None]:
    """Texts of several lines as they are; None for an empty cell."""
    return [cell or None for cell in plain(column)]


def long_texts(column: Sequence[str]) -> list[str | None]:
    """Texts of several lines; HTML is made text."""
    joined = "".join(column)
    cells = plain(column)
    if "<" in joined or "&" in joined:
        return [html_to_text(cell) or None if "<" in cell or "&" in cell else cell or None for cell in cells]
    return [cell or None for cell in cells]


def websites(column: Sequence[str], header: str, lines: Sequence[int], batch: Batch) -> list[str | None]:
    """Web addresses; of what databases keep as `text#address#`, the address, with a warning where that is none."""
    cells = texts(column)
    if "#" not in "".join(column):
        return cells
    links = [_LINK.fullmatch(cell) if cell else None for cell in cells]
    for at, link in enumerate(links):
        if link:
            cells[at] = link[1] if link[1].lower().startswith(("http://", "https://", "www.")) else None
            if cells[at] is None:
                batch.warn(lines[at], header, column[at], "not a web address")
    return cells


class Memo(dict[str, Reading]):
    """Readings of cells by their text, each worked out once; what is none is None and says why."""

    def __init__(self, read: Callable[[str], Any], reason: str) -> None:
        self.read = read
        self.reason = reason

    def __missing__(self, cell: str) -> Reading:
        if len(self) > MEMO:
            self.clear()
        value = None if is_empty(cell) else self.read(cell.strip().removeprefix("'"))
        bad = value is None and not is_empty(cell)
        self[cell] = found = (value, self.reason if bad else _OK)
        return found


def typed(
    read: Callable[[str], Any], reason: str, header: str
) -> Callable[[Sequence[str], Sequence[int], Batch], list[Any]]:
    """A function from a column to values, which warns of cells that are none."""
    memo = Memo(read, reason)

    def values(column: Sequence[str], lines: Sequence[int], batch: Batch) -> list[Any]:
        pairs = list(map(memo.__getitem__, column))
        for at, (_value, bad) in enumerate(pairs):
            if bad:
                batch.warn(lines[at], header, column[at], bad)
        return [value for value, _bad in pairs]

    return values


def reader_for(column: ColumnTarget, zone: tzinfo, today: date) -> Reader | None:
    """How one cell of a typed field is read, and what to say of one that cannot be; None for texts."""
    order, mark = column.decision.date_order, column.decision.decimal
    instants: Reader = (lambda cell: _micros(parse_instant(cell, order, zone))), "not a date"
    readers: dict[str, Reader] = {
        "birthday": ((lambda cell: parse_date(cell, order, today)), "not a date"),
        "created_at": instants,
        "updated_at": instants,
        "employees": ((lambda cell: _headcount(cell, mark)), "not a whole number"),
        "opt_out": ((lambda cell: _flag(parse_bool(cell))), "not yes or no"),
        "lifecycle": (lifecycle_of, "not a lifecycle stage"),
    }
    return readers.get(column.target.field)


def _micros(instant: Any) -> int | None:
    return None if instant is None else micros(instant)


def _flag(value: bool | None) -> int | None:  # noqa: FBT001
    return None if value is None else int(value)


def _headcount(cell: str, mark: str | None) -> int | None:
    """A number of people; of a range such as `11-50` or `1000+` the lower end."""
    number = parse_integer(cell, mark)
    if number is None:
        low = cell.replace("\u2013", "-").partition("-")[0].strip().rstrip("+")
        number = parse_integer(low, mark) if low else None
    return number if number is not None and number >= 0 else None
