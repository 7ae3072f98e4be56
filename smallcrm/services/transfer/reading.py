"""Files as tables: what every reader yields, and the reader for text with separated cells."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass, field
from itertools import chain, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol

from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.transfer.aliases import is_known
from smallcrm.services.transfer.dialect import Dialect, choose_dialect
from smallcrm.services.transfer.encoding import Encoding, examine
from smallcrm.services.transfer.headers import find_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import TextIOWrapper
    from pathlib import Path

MAX_CELL = 16 << 20
MAX_COLUMNS = 16_384
SAMPLE = 2_000
_END = "\0end of file\0"
_BREAK = re.compile(r"\r\n|\r|\n")
_FIGURE = re.compile(r"[\s\d.,'()%$€£¥+-]*(?:[A-Z]{3})?")
TOTALS = frozenset(
    [
        "Total",
        "Totals",
        "TOTAL",
        "TOTALS",
        "total",
        "totals",
        "Grand Total",
        "Grand total",
        "Grand Totals",
        "Sum",
        "Subtotal",
        "Sub-total",
        "Summe",
        "Gesamt",
        "Gesamtsumme",
        "Totaal",
        "Totale",
        "Totaux",
        "Celkem",
        "Razem",
        "Suma",
        "合計",
    ]
)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be part of the table: where it began, its cells, and why."""

    line: int
    row: list[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, all as wide as the table, with the physical line each begins on."""

    rows: list[list[str]]
    lines: Sequence[int]
    rejected: list[Rejected] = field(default_factory=list)
    blank: int = 0
    skipped: int = 0
    position: int = 0


class CsvRows(Protocol):
    """What the csv module gives: rows, and how many lines they took so far."""

    @property
    def line_num(self) -> int:
        """The number of lines read."""

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


class Table(Protocol):
    """What every reader makes of a file."""

    @property
    def name(self) -> str:
        """The name of the file."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, each once."""

    @property
    def has_header(self) -> bool:
        """Whether the file names its columns."""

    @property
    def header_line(self) -> int:
        """The line of the header; 0 where there is none."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell the user about how it was read, as sentences."""

    @property
    def size(self) -> int:
        """How many bytes the file has."""

    @property
    def sample(self) -> list[list[str]]:
        """The first rows."""

    def chunks(self, size: int = 5_000) -> Iterator[Chunk]:
        """The rows from the first to the last; may be asked for again."""


@dataclass(frozen=True)
class CsvTable:
    """A text file whose lines are rows and whose cells are separated by one character."""

    path: Path
    name: str
    columns: tuple[str, ...]
    has_header: bool
    header_line: int
    notes: tuple[str, ...]
    size: int
    sample: list[list[str]]
    encoding: Encoding
    dialect: Dialect
    header: tuple[str, ...]
    rows_before: int
    stamp: tuple[int, int]

    def chunks(self, size: int = 5_000) -> Iterator[Chunk]:
        """The rows in order; ValidationError for an endless cell or a file changed meanwhile."""
        with _open(self.path, self.encoding) as file:
            reader = _rows(file, self.encoding, self.dialect)
            for _row in islice(reader, self.rows_before):
                pass
            sorter = _Sorter(self.header, len(self.columns))
            while True:
                before = reader.line_num
                rows = _take(reader, size, self.name, self.dialect.skip)
                ended = bool(rows and rows[-1] and rows[-1][-1].endswith(_END))
                closed = ended and rows[-1] == [_END]
                if closed:
                    rows.pop()
                lines = _lines(rows, before + 1 + self.dialect.skip, reader.line_num - before - closed)
                yield sorter.sort(
                    rows,
                    lines,
                    min(os.lseek(file.fileno(), 0, os.SEEK_CUR), self.size),
                    sound=closed or not ended,
                )
                if ended or len(rows) < size:
                    break
        if _stamp(self.path) != self.stamp:
            raise ValidationError(f"{self.name} changed while it was read; import it again.", field="file")


def open_table(
    path: Path, *, encoding: str | None = None, delimiter: str | None = None, header: bool | None = None
) -> CsvTable:
    """The table in a text file; UsageError where there is none, ValidationError where it breaks off."""
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '\r\n"'):
        raise UsageError(f"A delimiter is one character, not {delimiter!r}.")
    found = examine(path, encoding)
    stamp = _stamp(path)
    with _open(path, found) as file:
        lines = list(islice(_fixed(file, found), 300))
    dialect = choose_dialect(lines, delimiter)
    with _open(path, found) as file:
        reader = _rows(file, found, dialect)
        rows = _take(reader, SAMPLE, path.name, dialect.skip)
    _without_mark(rows)
    head = find_header(rows, is_known, wanted=header)
    if len(head.names) > MAX_COLUMNS:
        raise ValidationError(
            f"{path.name} has {len(head.names)} columns; at most {MAX_COLUMNS} can be read.", field="file"
        )
    if not any(any(map(str.strip, row)) for row in rows):
        raise UsageError(f"{path.name} has no rows.")
    header_line = _lines(rows, 1 + dialect.skip, -1)[head.rows_before - 1] if head.found else 0
    body = [_fit(row, len(head.names)) for row in rows[head.rows_before :] if any(row)]
    return CsvTable(
        path=path,
        name=path.name,
        columns=head.names,
        has_header=head.found,
        header_line=header_line,
        notes=tuple(_notes(found, dialect, head.found, head.rows_before)),
        size=found.size,
        sample=body,
        encoding=found,
        dialect=dialect,
        header=tuple(rows[head.rows_before - 1]) if head.found else (),
        rows_before=head.rows_before,
        stamp=stamp,
    )


def _notes(encoding: Encoding, dialect: Dialect, has_header: bool, rows_before: int) -> list[str]:  # noqa: FBT001
    notes = list(encoding.notes)
    if dialect.delimiter != ",":
        notes.append(f"Cells are separated by {dialect.shown}.")
    if not has_header:
        notes.append("There is no header; columns are known by their values.")
    elif rows_before > 1:
        notes.append(f"{rows_before - 1} lines above the header were left out.")
    return notes


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _open(path: Path, encoding: Encoding) -> TextIOWrapper:
    return path.open(encoding=encoding.codec, errors=encoding.errors, newline="")


def _fixed(file: Iterable[str], encoding: Encoding) -> Iterable[str]:
    """The lines, without the NULs that were counted before; untouched at C speed where there are none."""
    if encoding.nuls or encoding.codec not in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32"):
        return (line.translate({0: "\ufffd"}).translate(_HALVES) for line in file)
    return file


_HALVES = dict.fromkeys(range(55296, 57344), "�")


def _rows(file: TextIOWrapper, encoding: Encoding, dialect: Dialect) -> CsvRows:
    """The csv module's reader over the lines and one more, which ends up in a cell if a quote stays open."""
    csv.field_size_limit(MAX_CELL)
    lines = iter(_fixed(file, encoding))
    for _line in islice(lines, dialect.skip):
        pass
    return csv.reader(chain(lines, [_END]), delimiter=dialect.delimiter, skipinitialspace=dialect.skip_space)


def _take(reader: CsvRows, size: int, name: str, skip: int) -> list[list[str]]:
    try:
        return list(islice(reader, size))
    except csv.Error as error:
        line = reader.line_num + skip
        raise ValidationError(
            f"{name}, line {line}: a cell has more than {MAX_CELL >> 20} MB, or a quote is never closed.",
            field="file",
        ) from error


def _without_mark(rows: list[list[str]]) -> None:
    """Take the mark of the end off the last row, if it is there."""
    if rows and rows[-1] and rows[-1][-1].endswith(_END):
        rows[-1][-1] = rows[-1][-1].removesuffix(_END)
        if rows[-1] == [""]:
            rows.pop()


def _lines(rows: list[list[str]], first: int, spanned: int) -> Sequence[int]:
    """The physical line each row begins on; counted row by row only where cells hold line breaks."""
    if spanned == len(rows):
        return range(first, first + len(rows))
    lines: list[int] = []
    for row in rows:
        lines.append(first)
        first += 1 + sum(len(_BREAK.findall(cell)) for cell in row if "\n" in cell or "\r" in cell)
    return lines


def _fit(row: list[str], width: int) -> list[str]:
    return row[:width] + [""] * (width - len(row))


class _Sorter:
    """Tells rows of the table from what stands between them; loops only where not all are alike."""

    def __init__(self, header: Sequence[str], width: int) -> None:
        self.width = width
        self.header = list(header)
        self.after_blank = False

    def sort(self, rows: list[list[str]], lines: Sequence[int], position: int, *, sound: bool) -> Chunk:
        """The rows of the table among these, and what became of the others."""
        alike = set(map(len, rows)) <= {self.width} and all(map(any, rows))
        if sound and alike and self.header not in rows and TOTALS.isdisjoint(map(itemgetter(0), rows)):
            self.after_blank = self.after_blank and not rows
            return Chunk(rows, lines, position=position)
        return self._slowly(rows, lines, position)

    def _slowly(self, rows: list[list[str]], lines: Sequence[int], position: int) -> Chunk:
        kept: list[list[str]] = []
        kept_lines: list[int] = []
        rejected: list[Rejected] = []
        blank = skipped = 0
        for row, line in zip(rows, lines, strict=True):
            if not any(row):
                blank, self.after_blank = blank + 1, True
            elif row[-1].endswith(_END):
                cells = [*row[:-1], row[-1].removesuffix(_END)]
                rejected.append(Rejected(line, cells, "a quote in this row is never closed"))
            elif self._aside(row):
                skipped += 1
            elif len(row) > self.width and any(row[self.width :]):
                self.after_blank = False
                rejected.append(
                    Rejected(line, row, f"{len(row)} cells, but the table has {self.width} columns")
                )
            else:
                self.after_blank = False
                kept.append(row if len(row) == self.width else _fit(row, self.width))
                kept_lines.append(line)
        return Chunk(kept, kept_lines, rejected, blank, skipped, position)

    def _aside(self, row: list[str]) -> bool:
        """Whether a row is the header again, a total, or a remark under the table."""
        first = row[0].strip()
        if self.header and row[: self.width] == self.header[: self.width]:
            return True
        filled = [cell for cell in row[1:] if cell.strip()]
        if first in TOTALS and self.width > 1 and len(filled) * 2 <= self.width:
            return all(map(_FIGURE.fullmatch, filled))
        return self.after_blank and len(row) == 1 and self.width > 2  # noqa: PLR2004 - a lone cell under a table
