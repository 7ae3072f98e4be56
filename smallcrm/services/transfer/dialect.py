"""Which character separates the cells: decided by parsing a sample with each candidate."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from smallcrm.services.transfer.vendors import OWN, source_of

DELIMITERS = (",", ";", "\t", "|", "~")
_TAB = "\t"
_SEP_LINE = re.compile(r'\ufeff?"?sep=(.)"?[\r\n]*', re.IGNORECASE)
_SPACE_BEFORE_QUOTE = re.compile(r'[,;|\t~] +"[^"\r\n]*"\s*(?:[,;|\t~\r\n]|$)', re.MULTILINE)
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "~": "tilde"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a file are separated; `skip` lines before the table only say so.

    `escaped`: no cell is in quotes, and what a line cannot hold is written as smallCRM does in TSV.
    """

    delimiter: str
    skip_space: bool = False
    skip: int = 0
    escaped: bool = False

    @property
    def shown(self) -> str:
        """The delimiter by name."""
        return _NAMES.get(self.delimiter, repr(self.delimiter))


def choose_dialect(lines: list[str], wanted: str | None = None) -> Dialect:
    """The dialect under which a sample of lines reads most like a table."""
    told = _SEP_LINE.fullmatch(lines[0]) if lines else None
    body = lines[1:] if told else lines
    if wanted in (None, _TAB) and not told and _is_ours(lines):
        return Dialect(_TAB, escaped=True)
    spaced = _SPACE_BEFORE_QUOTE.search("".join(body)) is not None
    if wanted or told:
        return Dialect(wanted or (told[1] if told else ","), spaced, 1 if told else 0)
    best = max(DELIMITERS, key=lambda delimiter: _score(body, delimiter))
    return Dialect(best, spaced)


def _is_ours(lines: list[str]) -> bool:
    """Whether lines are of a TSV of smallCRM: a row on each, whatever quotes there are."""
    if not lines or source_of(lines[0].rstrip("\r\n").split(_TAB)) != OWN:
        return False
    # The last of the first lines may be cut.
    return all(line.count(_TAB) == lines[0].count(_TAB) for line in lines[1:-1])


def _score(lines: list[str], delimiter: str) -> float:
    """The share of rows of the usual width, more for wider ones and for a row of words that heads it."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if any(row)]
    except csv.Error:
        return -1.0
    if not rows:
        return 0.0
    width, count = Counter(map(len, rows)).most_common(1)[0]
    if max(map(len, rows)) == 1:
        return 0.1
    share = count / len(rows) * (1 - 0.5 / width) if width > 1 else 0.4
    heads = [row for row in rows[:20] if len(row) == width]
    words = bool(heads) and width > 1 and all(_is_word(cell) for cell in heads[0] if cell.strip())
    return share + (0.1 if words else 0.0)


def _is_word(cell: str) -> bool:
    return len(cell) <= 80 and any(map(str.isalpha, cell)) and "@" not in cell  # noqa: PLR2004 - as headers are
