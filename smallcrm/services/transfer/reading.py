"""Files as tables: what every reader yields, and the reader for text with separated cells."""

from __future__ import annotations

import csv
import os
import re
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.transfer.aliases import is_known
from smallcrm.services.transfer.dialect import Dialect, choose_dialect
from smallcrm.services.transfer.encoding import Encoding, examine
from smallcrm.services.transfer.headers import find_header
from smallcrm.services.transfer.sorting import END, Sorter, fit
from smallcrm.services.transfer.tables import Chunk, Rejected, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from io import TextIOWrapper
    from pathlib import Path

MAX_CELL = 16 << 20
MAX_COLUMNS = 16_384
SAMPLE = 2_000
_BREAK = re.compile(r"\r\n|\r|\n")


class CsvRows(Protocol):
    """What the csv module gives: rows, and how many lines they took so far."""

    @property
    def line_num(self) -> int:
        """The number of lines read."""

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


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
            sorter = Sorter(self.header, len(self.columns))
            while True:
                before = reader.line_num
                rows = _take(reader, size, self.name, self.dialect.skip)
                ended = bool(rows and rows[-1] and rows[-1][-1].endswith(END))
                closed = ended and rows[-1] == [END]
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
    body = [fit(row, len(head.names)) for row in rows[head.rows_before :] if any(row)]
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
    return csv.reader(chain(lines, [END]), delimiter=dialect.delimiter, skipinitialspace=dialect.skip_space)


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
