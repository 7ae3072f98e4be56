"""Files as tables: what every reader yields, and the reader for text with separated cells."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.transfer import bounds
from smallcrm.services.transfer.aliases import is_known
from smallcrm.services.transfer.bounds import Bounds, take
from smallcrm.services.transfer.dialect import Dialect, choose_dialect
from smallcrm.services.transfer.encoding import Encoding, examine
from smallcrm.services.transfer.headers import find_header
from smallcrm.services.transfer.sorting import END, Sorter, fit
from smallcrm.services.transfer.tables import Chunk, Rejected, Table
from smallcrm.services.transfer.writing import unescaped
from smallcrm.text import guard_cell, replace_bad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import TextIOWrapper
    from pathlib import Path

    from smallcrm.services.transfer.bounds import CsvRows

SAMPLE = 2_000
HEAD_LINES = 300
HEAD_TEXT = 2 << 20
_BREAK = re.compile(r"\r\n|\r|\n")


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
    exact: bool = False

    def chunks(self, size: int = 5_000) -> Iterator[Chunk]:
        """The rows in order; ValidationError for an endless cell or a file changed meanwhile."""
        size = min(size, max(1, bounds.CHUNK_CELLS // len(self.columns)))
        with _open(self.path, self.encoding) as file:
            watch = Bounds(self.name, self.dialect, exact=self.encoding.long_lines)
            reader = _rows(file, self.encoding, self.dialect, watch)
            for _row in range(self.rows_before):
                take(reader, watch, 1, self.name, self.dialect.skip)
            sorter = Sorter(self.header, len(self.columns))
            ended = False
            while not ended:
                before = reader.line_num
                rows = take(reader, watch, size, self.name, self.dialect.skip)
                ended = not rows or bool(rows[-1] and rows[-1][-1].endswith(END))
                closed = bool(rows) and rows[-1] == [END]
                if closed:
                    rows.pop()
                lines = _lines(rows, before + 1 + self.dialect.skip, reader.line_num - before - closed)
                yield sorter.sort(
                    _finished(rows, self.dialect),
                    lines,
                    min(os.lseek(file.fileno(), 0, os.SEEK_CUR), self.size),
                    sound=closed or not ended,
                )
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
    # A name that is not UTF-8 opens the file, but can neither be stored nor shown.
    name = replace_bad(path.name)[0]
    with _open(path, found) as file:
        lines = _head(_fixed(file, found))
    dialect = choose_dialect(lines, delimiter)
    with _open(path, found) as file:
        watch = Bounds(name, dialect, exact=found.long_lines)
        rows = take(_rows(file, found, dialect, watch), watch, SAMPLE, name, dialect.skip)
    _without_mark(rows)
    head = find_header(rows, is_known, wanted=header)
    if not any(any(map(str.strip, row)) for row in rows):
        raise UsageError(f"{name} has no rows.")
    header_line = _lines(rows, 1 + dialect.skip, -1)[head.rows_before - 1] if head.found else 0
    most = max(1, bounds.CHUNK_CELLS // len(head.names))
    shown = _finished(rows[head.rows_before :][:most], dialect)
    body = [fit(row, len(head.names)) for row in shown if any(row)]
    return CsvTable(
        path=path,
        name=name,
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


def _head(lines: Iterable[str]) -> list[str]:
    """The first lines, as much of them as tells how cells are separated."""
    found: list[str] = []
    room = HEAD_TEXT
    for line in islice(lines, HEAD_LINES):
        found.append(line[:room])
        room -= len(line)
        if room <= 0:
            break
    return found


def _rows(file: TextIOWrapper, encoding: Encoding, dialect: Dialect, watch: Bounds) -> CsvRows:
    """The csv module's reader over the lines and one more, which ends up in a cell if a quote stays open."""
    csv.field_size_limit(bounds.MAX_CELL)
    lines = iter(_fixed(file, encoding))
    for _line in islice(lines, dialect.skip):
        pass
    return csv.reader(
        chain(watch.watched(lines), [END]),
        delimiter=dialect.delimiter,
        skipinitialspace=dialect.skip_space,
        quoting=csv.QUOTE_NONE if dialect.escaped else csv.QUOTE_MINIMAL,
    )


def _finished(rows: list[list[str]], dialect: Dialect) -> list[list[str]]:
    """The rows of a file, whose lines are counted by now, with the cells that our own CSV has for them."""
    if not dialect.escaped:
        return rows
    return [[guard_cell(unescaped(cell)) if cell else cell for cell in row] for row in rows]


def _without_mark(rows: list[list[str]]) -> None:
    """Take the mark of the end off the last row, if it is there."""
    if rows and rows[-1] and rows[-1][-1].endswith(END):
        rows[-1][-1] = rows[-1][-1].removesuffix(END)
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


__all__ = ["Chunk", "CsvTable", "Rejected", "Table", "open_table"]
