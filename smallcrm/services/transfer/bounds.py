"""How much of a file may be in memory: a row that no table has is refused before it is made, a chunk ends in time."""

from __future__ import annotations

import csv
import re
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from smallcrm.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smallcrm.services.transfer.dialect import Dialect

MAX_CELL = 16 << 20
MAX_COLUMNS = 16_384
MAX_ROW = 64 << 20
CHUNK_TEXT = 8 << 20
CHUNK_CELLS = 4 << 20
PIECE = 100
DENSE = 1 << 20
_REST = re.compile(r'(?:[^"]|"")*+("?)')


class CsvRows(Protocol):
    """What the csv module gives: rows, and how many lines they took so far."""

    @property
    def line_num(self) -> int:
        """The number of lines read."""

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class Bounds:
    """Watches the lines of a file on their way to the csv module.

    Where the file has long lines every row is counted, before it is made. Where it has none, only rows of many lines
    can be wide; then lines pass a hundred at a time, and what counts is what a hundred rows come to.
    """

    def __init__(self, name: str, dialect: Dialect, *, exact: bool) -> None:
        self.exact = exact
        self._name = name
        self._dialect = dialect
        self.begin()
        space = " *" if dialect.skip_space else ""
        self._quoted = re.compile(rf'(^|{re.escape(dialect.delimiter)}){space}"(?:[^"]|"")*+("?)')
        self._line = dialect.skip

    def begin(self) -> None:
        """A new row, or a hundred of them, begins with the next line."""
        self.size = 0
        self._pending: list[str] = []
        self._marks = 0
        self._inside = False

    def watched(self, lines: Iterable[str]) -> Iterator[str]:
        """The lines; ValidationError as soon as those of one row are more than a table's row can be."""
        return self._one_by_one(lines) if self.exact else chain.from_iterable(self._pieces(iter(lines)))

    def _one_by_one(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self._line += 1
            self.size += len(line)
            # Shorter than that, no row has too many cells, and nothing needs to be counted.
            if self.size <= MAX_COLUMNS:
                self._pending.append(line)
            else:
                self._count(line)
            yield line

    def _pieces(self, lines: Iterator[str]) -> Iterator[list[str]]:
        while piece := list(islice(lines, PIECE)):
            self._line += len(piece)
            self.size += sum(map(len, piece))
            if self.size > DENSE:
                self._marks += sum(line.count(self._dialect.delimiter) for line in piece)
                self._refuse_larger(PIECE * MAX_COLUMNS)
            yield piece

    def _count(self, line: str) -> None:
        """Count the separators outside of quotes in a long row; those of its first lines when it becomes one."""
        for text in (*self._pending, line):
            self._marks += self._separators(text)
        self._pending.clear()
        self._refuse_larger(MAX_COLUMNS)

    def _refuse_larger(self, most: int) -> None:
        if self.size > MAX_ROW:
            self._refuse(f"a row has more than {MAX_ROW >> 20} MB, or a quote is never closed")
        if self._marks >= most:
            self._refuse(f"a row has more than {MAX_COLUMNS:,} columns, and no more than that can be read")

    def _separators(self, text: str) -> int:
        start = 0
        if self._inside:
            rest = _REST.match(text)
            if rest is None or not rest[1]:
                return 0
            self._inside, start = False, rest.end()
        marks = text.count(self._dialect.delimiter, start)
        if '"' in text and marks:
            marks, last = 0, start
            for found in self._quoted.finditer(text, start):
                marks += text.count(self._dialect.delimiter, last, found.start())
                marks += found[1] == self._dialect.delimiter
                last, self._inside = found.end(), not found[2]
            marks += text.count(self._dialect.delimiter, last)
        elif '"' in text:
            self._inside = any(not found[2] for found in self._quoted.finditer(text, start))
        return marks

    def _refuse(self, what: str) -> None:
        raise ValidationError(
            f"{self._name}, line {self._line}: {what}.", field="file", hint="check that the file is a table of text"
        )


def take(reader: CsvRows, bounds: Bounds, size: int, name: str, skip: int) -> list[list[str]]:
    """The next rows, `size` at most, fewer where they are long; ValidationError for a cell without end."""
    rows: list[list[str]] = []
    text = 0
    step = 1 if bounds.exact else PIECE
    try:
        while len(rows) < size and text <= CHUNK_TEXT:
            some = list(islice(reader, min(step, size - len(rows))))
            if not some:
                break
            rows += some
            text += bounds.size
            bounds.begin()
    except csv.Error as error:
        line = reader.line_num + skip
        raise ValidationError(
            f"{name}, line {line}: a cell has more than {MAX_CELL >> 20} MB, or a quote is never closed.",
            field="file",
        ) from error
    return rows
