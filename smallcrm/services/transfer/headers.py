"""The row that names the columns: where it is, and its names in a form that can be looked up."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TITLE_LINES = 20
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MARKS = re.compile(r"[^\w'\u2019+#%&]+|_")
# Jira's way to name a field that somebody added.
_CUSTOM = re.compile(r"\s*custom field \((.+)\)", re.IGNORECASE)
_APOSTROPHES = re.compile(r"['\u2019`]")
_NUMBER = re.compile(r"[\s$€£(+-]*\d[\d\s.,:/%)+-]*[\w%€]{0,3}")
_DATA = re.compile(r"[^\s@]+@\S+\.\S+|https?://.*|\d{4}-\d\d-\d\d.*", re.IGNORECASE | re.DOTALL)
# So much of a cell or a name tells what it is; the patterns take the square of its length for some.
LOOK = 300
# So much of a column's name is told in a sentence.
SHOWN_NAME = 60


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns, and how many rows stand before the first row of data."""

    names: tuple[str, ...]
    rows_before: int
    found: bool


def words_of(header: str) -> str:
    """The header in lower case, folded, its words apart and separated by one space."""
    named = _CUSTOM.sub(r"\1", header[:LOOK].replace("\ufeff", ""))
    apart = _CAMEL.sub(" ", _APOSTROPHES.sub("", named))
    return " ".join(_MARKS.sub(" ", fold(apart)).split())


def key_of(header: str) -> str:
    """The header without spaces, as alias tables list it."""
    return words_of(header).replace(" ", "")


def find_header(rows: Sequence[list[str]], known: Callable[[str], bool], *, wanted: bool | None = None) -> Header:
    """The header among the first rows; `known` tells the column names that some program uses."""
    width = _usual_width(rows)
    at = None if wanted is False else _position(rows, width, known)
    if at is None and wanted:
        at = next((at for at, row in enumerate(rows) if any(map(str.strip, row))), 0)
    if at is None:
        return Header(unique_names([""] * width, width), _first_data(rows, width), found=False)
    return Header(unique_names(rows[at], max(width, len(_trimmed(rows[at])))), at + 1, found=True)


def unique_names(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """A name for each column: `Column 7` where there is none, ` (2)` added where it was there before."""
    taken: set[str] = set()
    counts: dict[str, int] = {}
    names: list[str] = []
    for at in range(width):
        name = " ".join(cells[at].replace("\ufeff", "").split()) if at < len(cells) else ""
        plain = name = name or f"Column {at + 1}"
        while (key := fold(name)) in taken:
            counts[plain] = counts.get(plain, 1) + 1
            name = f"{plain} ({counts[plain]})"
        taken.add(key)
        names.append(name)
    return tuple(names)


def _trimmed(row: Sequence[str]) -> Sequence[str]:
    """The row without its empty cells at the end."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return row[:end]


def _usual_width(rows: Sequence[list[str]]) -> int:
    """The width that most rows have, without columns at the end that are empty in all of them."""
    widths = Counter(len(row) for row in rows if any(map(str.strip, row)))
    if not widths:
        return max(map(len, rows), default=1) or 1
    alone = max(widths.values()) == 1
    width = next(iter(widths)) if alone else max(widths, key=lambda found: (widths[found], found))
    return max(1, min(width, max(len(_trimmed(row)) for row in rows if len(row) == width)))


def _first_data(rows: Sequence[list[str]], width: int) -> int:
    """How many rows of titles stand before the first that is as wide as the table."""
    wide = (at for at, row in enumerate(rows[:TITLE_LINES]) if len(row) >= width and any(map(str.strip, row)))
    return next(wide, 0)


def _position(rows: Sequence[list[str]], width: int, known: Callable[[str], bool]) -> int | None:
    """The row that knows most column names, else the first full row of words; None if data comes first."""
    best, hits = None, 0
    first = next((at for at, row in enumerate(rows) if any(map(str.strip, row))), 0)
    for at, row in enumerate(rows[: TITLE_LINES + 1]):
        cells = [cell for cell in map(str.strip, row) if cell]
        if not cells or any(map(_is_data, cells)):
            continue
        found = sum(map(known, cells))
        enough = found * 3 >= len(cells) and (found > 1 or at == first)
        if enough and found > hits and len(row) * 2 >= width:
            best, hits = at, found
    if best is not None:
        return best
    return next((at for at, row in enumerate(rows[: TITLE_LINES + 1]) if _heads(row, width, rows[at + 1 :])), None)


def _is_data(cell: str) -> bool:
    """Whether a cell is an address, a link or a date, which no column is called."""
    return _DATA.fullmatch(cell, 0, LOOK) is not None


def _heads(row: list[str], width: int, below: Sequence[list[str]]) -> bool:
    """Whether a row of unknown words can be a header."""
    cells = [cell for cell in map(str.strip, row) if cell]
    if len(row) < width or len(cells) * 2 < width or not cells:
        return False
    if any(map(_is_data, cells)):
        return False
    wordy = sum(1 for cell in cells if len(cell) <= 100 and not _NUMBER.fullmatch(cell))  # noqa: PLR2004
    if wordy * 2 < len(cells) or not _NUMBER.sub("", cells[0][:LOOK]):
        return False
    return not _same_kind(row, below[:50])


def _same_kind(row: list[str], below: Sequence[list[str]]) -> bool:
    """Whether a row repeats, column by column, values that the rows below it have: then it is one of them."""
    repeated = sum(
        1
        for at, cell in enumerate(row)
        if cell.strip() and any(at < len(other) and other[at] == cell for other in below)
    )
    return repeated * 2 > sum(1 for cell in row if cell.strip())
