"""Workbooks as tables: each sheet that holds rows is one. Excel's XLSX, XLSB and XLS, and OpenDocument."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import weakref
from dataclasses import dataclass
from os import pread
from pathlib import Path
from typing import TYPE_CHECKING

from smallcrm.errors import DiskFull, UsageError, ValidationError
from smallcrm.services.transfer import bounds
from smallcrm.services.transfer.aliases import is_known
from smallcrm.services.transfer.headers import TITLE_LINES, Header, find_header
from smallcrm.services.transfer.readers.ours import with_currencies
from smallcrm.services.transfer.readers.zips import Limits, is_encrypted, open_zip
from smallcrm.services.transfer.sorting import Sorter, fit
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.errors import SmallCRMError
    from smallcrm.services.transfer.tables import Chunk

SAMPLE = 2_000
PARTS = Limits(members=10_000, unpacked=1 << 30, ratio=200)
MAX_CELLS = 20_000_000
MEMORY = 2 << 30
SECONDS = 120
DISK = 1 << 30
MAX_INDEX = 16 << 20
_ROOT = Path(__file__).parents[4]
_PROGRAM = """
import sys
sys.path.append(sys.argv[1])
from smallcrm.services.transfer.readers.workbook import main
main(sys.argv[2:])
"""


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What the other process says of a sheet: where its rows are, and what they had lost before."""

    name: str
    visible: bool
    table: bool
    first: int = 1
    width: int = 0
    lots: tuple[tuple[int, int, int], ...] = ()
    errors: int = 0
    long_numbers: int = 0

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(count for _begin, _size, count in self.lots)


class _Rows:
    """The rows of a workbook, in a file without a name: nobody else can read it, and it is gone with this object."""

    def __init__(self) -> None:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the tables are there
        weakref.finalize(self, file.close)
        self.number = file.fileno()

    def lots(self, sheet: _Sheet) -> Iterator[list[list[str]]]:
        """The rows of a sheet as they were written, some at a time."""
        import orjson

        for begin, size, _count in sheet.lots:
            yield orjson.loads(pread(self.number, size, begin))


@dataclass(frozen=True)
class SheetTable:
    """A sheet of a workbook."""

    name: str
    columns: tuple[str, ...]
    has_header: bool
    header_line: int
    notes: tuple[str, ...]
    size: int
    sample: list[list[str]]
    sheet: _Sheet
    source: _Rows
    header: tuple[str, ...]
    rows_before: int
    exact: bool = False

    def chunks(self, size: int = 5_000) -> Iterator[Chunk]:
        """The rows in order, as they were when the workbook was opened."""
        width = len(self.columns)
        size = max(1, min(size, bounds.CHUNK_CELLS // max(1, self.sheet.width)))
        sorter = Sorter(self.header, width)
        done = self.rows_before
        for rows in self._pieces(size):
            begin = self.sheet.first + done
            done += len(rows)
            shaped = with_currencies([_shaped(row, width) for row in rows], self.columns)
            position = self.size * done // max(1, self.sheet.rows)
            yield sorter.sort(shaped, range(begin, begin + len(rows)), position, sound=True)

    def _pieces(self, size: int) -> Iterator[list[list[str]]]:
        """The rows after the header, `size` at a time, fewer where they are long."""
        rows: list[list[str]] = []
        skip, taken = self.rows_before, 0
        for (_begin, length, _count), lot in zip(self.sheet.lots, self.source.lots(self.sheet), strict=True):
            rows += lot[skip:]
            skip = max(0, skip - len(lot))
            taken += length
            while len(rows) >= size or (rows and taken > bounds.CHUNK_TEXT):
                yield rows[:size]
                del rows[:size]
                taken = 0
        if rows:
            yield rows


def open_sheets(path: Path, *, header: bool | None = None) -> list[SheetTable]:
    """A table for each sheet that holds rows; UsageError where none does, ValidationError for what cannot be read."""
    name = replace_bad(path.name)[0]
    before = _stamp(path)
    _refuse_bomb(path, name)
    rows = _Rows()
    sheets = _read(path, name, rows)
    if _stamp(path) != before:
        raise ValidationError(f"{name} changed while it was read; import it again.", field="file")
    heads = {sheet.name: _head(rows, sheet) for sheet in sheets if sheet.lots}
    found = {key: find_header(head, is_known, wanted=header) for key, head in heads.items()}
    chosen = _chosen(found)
    if not chosen:
        raise UsageError(f"{name} has no sheet with rows.")
    left = _left_out(sheets, chosen)
    tables: list[SheetTable] = []
    for sheet in sheets:
        if sheet.name in chosen:
            notes = (*_notes(sheet, found[sheet.name]), *([] if tables else left))
            tables.append(_table(name, before[0], sheet, rows, (heads[sheet.name], found[sheet.name], notes)))
    return tables


def _table(
    name: str, size: int, sheet: _Sheet, rows: _Rows, read: tuple[list[list[str]], Header, tuple[str, ...]]
) -> SheetTable:
    head, found, notes = read
    width = len(found.names)
    most = max(1, bounds.CHUNK_CELLS // width)
    body = with_currencies([fit(row, width) for row in head[found.rows_before :][:most] if any(row)], found.names)
    return SheetTable(
        name=f"{name}: {replace_bad(sheet.name)[0]}",
        columns=found.names,
        has_header=found.found,
        header_line=sheet.first + found.rows_before - 1 if found.found else 0,
        notes=notes,
        size=size,
        sample=body,
        sheet=sheet,
        source=rows,
        header=tuple(fit(head[found.rows_before - 1], width)) if found.found else (),
        rows_before=found.rows_before,
    )


def _head(rows: _Rows, sheet: _Sheet) -> list[list[str]]:
    """The first rows of a sheet; a title, which has one cell, is no wider than that."""
    head: list[list[str]] = []
    size = 0
    for (_begin, length, _count), lot in zip(sheet.lots, rows.lots(sheet), strict=True):
        head += lot
        size += length
        if len(head) >= SAMPLE or len(head) * sheet.width > bounds.CHUNK_CELLS or size > bounds.CHUNK_TEXT:
            break
    del head[SAMPLE:]
    for at, row in enumerate(head[:TITLE_LINES]):
        if sum(1 for cell in row if cell.strip()) > 1:
            break
        head[at] = _shaped(row, sheet.width)
    return head


def _shaped(row: list[str], width: int) -> list[str]:
    """The row without what is empty behind the table; a lone first cell alone, as text files have remarks."""
    if len(row) > 1 and not row[1] and row[0] and not any(row[1:]):
        return row[:1] if width > 1 else row[:width]
    return row if len(row) <= width or any(row[width:]) else row[:width]


def _chosen(found: dict[str, Header]) -> set[str]:
    """The sheets that are tables: those with names above columns, without the covers among them."""
    headed = {name for name, header in found.items() if header.found}
    wide = {name for name in headed if len(found[name].names) > 1}
    return wide or headed or (set(found) if len(found) == 1 else set())


def _left_out(sheets: list[_Sheet], chosen: set[str]) -> list[str]:
    """What to say of the sheets that are no tables; of empty ones nothing."""
    said = []
    for sheet in sheets:
        if sheet.name not in chosen:
            why = "a chart or macro" if not sheet.table else "hidden" if not sheet.visible else "no table"
            said += [f"{sheet.name} ({why})"] if sheet.lots or why != "no table" else []
    return [f"Sheets left out: {', '.join(said)}."] if said else []


def _notes(sheet: _Sheet, header: Header) -> Iterator[str]:
    if not header.found:
        yield "There is no header; columns are known by their values."
    elif header.rows_before > 1:
        yield f"{header.rows_before - 1} rows above the header were left out."
    if sheet.errors:
        cells = "1 cell holds" if sheet.errors == 1 else f"{sheet.errors:,} cells hold"
        yield f"{cells} an error such as #N/A or #REF!, and count as empty."
    if sheet.long_numbers:
        numbers = "1 number has" if sheet.long_numbers == 1 else f"{sheet.long_numbers:,} numbers have"
        yield f"{numbers} more than 15 digits: a spreadsheet keeps no more of a number, so the last ones may be wrong."


def _stamp(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def _refuse_bomb(path: Path, name: str) -> None:
    """Raise ValidationError for a workbook that would unpack without measure, before anything unpacks it."""
    with path.open("rb") as file:
        packed = file.read(2) == b"PK"
    if packed:
        with open_zip(path, name, PARTS) as archive:
            if any(map(is_encrypted, archive.infolist())):
                raise _refusal("password", name)


def _read(path: Path, name: str, rows: _Rows) -> list[_Sheet]:
    """Have the sheets written, by a process that may fail."""
    import orjson

    with tempfile.TemporaryFile() as index:
        limits = (MEMORY, SECONDS, DISK, MAX_CELLS)
        arguments = [str(_ROOT), str(path.absolute()), str(rows.number), str(index.fileno()), *map(str, limits)]
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-P", "-c", _PROGRAM, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(rows.number, index.fileno()),
            check=False,
        )
        index.seek(0)
        said = index.read(MAX_INDEX + 1)
    if len(said) > MAX_INDEX:
        raise _refusal("sheets", name)
    found = orjson.loads(said or b'{"refused": "memory"}')
    if "refused" in found:
        raise _refusal(found["refused"], name)
    return [_Sheet(**sheet) for sheet in found["sheets"]]


def _refusal(why: str, name: str) -> SmallCRMError:
    if why == "library":
        return UsageError(f"To read {name}, python-calamine is needed.", hint="pip install python-calamine")
    if why == "disk":
        return DiskFull(f"There is no room to unpack {name}.")
    sentence, hint = {
        "password": ("is protected by a password", "save it without one"),
        "sheets": ("has more sheets than can be read", "save the sheet as CSV"),
        "row": ("has a row of more than 16 MB", "save the sheet as CSV"),
        "large": (f"has a sheet of more than {MAX_CELLS:,} cells", "save the sheet as CSV"),
        "memory": ("needs more memory or time than an import may take", "save the sheet as CSV"),
    }.get(why, ("is damaged, or no workbook", "open it in a spreadsheet program and save it again"))
    return ValidationError(f"{name} {sentence}.", field="file", hint=hint)
