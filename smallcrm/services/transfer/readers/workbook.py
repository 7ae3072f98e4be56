"""Writes the sheets of a workbook as rows of text, in a process of its own that `sheets.py` starts.

The library that reads workbooks takes memory for every cell between the first and the last of a sheet, and ends the
whole process where there is none left: a workbook of two cells is enough. So it works here, where nobody is hurt,
within limits of memory, time and disk.
"""

from __future__ import annotations

import errno
import json
import mmap
import os
import re
import resource
import zipfile
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from smallcrm.services.transfer.readers.cells import Cells

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH_ROWS = 500
BATCH_CELLS = 1 << 16
BATCH_TEXT = 4 << 20
MAX_SHEETS = 1_000
MAX_ROW = 16 << 20
_PIECE = 1 << 20
_TAG = 512
_ERROR_CELL = re.compile(rb"<(?:\w+:)?c\b[^<>]{0,300}\bt=[\"']e[\"']")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^<>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^<>]*>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_SMALL = 16 << 20
_LOCKED = "EncryptedPackage".encode("utf-16-le")


class _Refused(Exception):
    """The workbook is not read; the reason is a word that `sheets.py` has a sentence for."""


def main(arguments: list[str]) -> None:
    """Write the rows to one file and what there is of them to another, which stays empty if this program dies."""
    path, rows, index, memory, seconds, disk, most = arguments
    _limit(resource.RLIMIT_AS, int(memory))
    _limit(resource.RLIMIT_CPU, int(seconds))
    _limit(resource.RLIMIT_FSIZE, int(disk))
    _limit(resource.RLIMIT_CORE, 0)
    with os.fdopen(int(rows), "wb") as stream:
        found = _read(path, stream, int(most))
    with os.fdopen(int(index), "wb") as stream:
        stream.write(json.dumps(found).encode())


def _limit(what: int, most: int) -> None:
    """Take no more than that, or than what was allowed before; not every system knows every limit."""
    hard = resource.getrlimit(what)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))


def _read(path: str, rows: BinaryIO, most: int) -> dict[str, Any]:
    try:
        return {"sheets": list(_sheets(path, rows, most))}
    except BaseException as error:
        if reason := _reason(error):
            return {"refused": reason}
        raise


def _reason(error: BaseException) -> str:
    """The word for what is wrong with a workbook, or here; empty for a mistake of ours."""
    # What the library raises where it fails itself is no Exception, and has no name to import.
    name = type(error).__name__
    if isinstance(error, _Refused):
        return str(error)
    if isinstance(error, OSError):
        return {errno.ENOSPC: "disk", errno.EDQUOT: "disk", errno.EFBIG: "memory"}.get(error.errno or 0, "damaged")
    if isinstance(error, ImportError | MemoryError):
        return "library" if isinstance(error, ImportError) else "memory"
    if name == "PasswordError":
        return "password"
    failed = isinstance(error, ValueError | OverflowError) or name == "PanicException"
    return "damaged" if failed or type(error).__module__.startswith("python_calamine") else ""


def _sheets(path: str, rows: BinaryIO, most: int) -> Iterator[dict[str, Any]]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    with Path(path).open("rb") as file, _book(path, file) as book:
        if len(book.sheets_metadata) > MAX_SHEETS:
            raise _Refused("sheets")
        errors = _error_cells(path)
        for known in book.sheets_metadata:
            sheet: dict[str, Any] = {
                "name": known.name,
                "visible": known.visible == SheetVisibleEnum.Visible,
                "table": known.typ == SheetTypeEnum.WorkSheet,
            }
            if sheet["visible"] and sheet["table"]:
                sheet |= _written(book.get_sheet_by_name(known.name), rows, most)
                sheet["errors"] += errors.get(known.name, 0)
            yield sheet


def _book(path: str, file: BinaryIO) -> Any:
    """The workbook in a file, whatever the ending of its name is; what is locked is only known by that."""
    from python_calamine import CalamineError, load_workbook

    try:
        return load_workbook(file)
    except CalamineError as error:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data.find(_LOCKED) >= 0:
                raise _Refused("password") from error
        return load_workbook(path)


def _written(found: Any, rows: BinaryIO, most: int) -> dict[str, Any]:
    """Write the rows of a sheet, some at a time; where each lot is, where the sheet begins, and what was lost."""
    if found.height * found.width > most:
        raise _Refused("large")
    cells = Cells()
    lots: list[tuple[int, int, int]] = []
    lot: list[list[str]] = []
    room, size = max(1, min(BATCH_ROWS, BATCH_CELLS // max(1, found.width))), 0
    before = found.start[0] if found.start else 0
    for row in islice(found.iter_rows(), before, None) if found.start else ():
        texts = cells.row(row)
        length = sum(map(len, texts))
        if length > MAX_ROW:
            raise _Refused("row")
        lot.append(texts)
        size += length
        if len(lot) >= room or size > BATCH_TEXT:
            lots.append(_flush(rows, lot))
            lot, size = [], 0
    if lot:
        lots.append(_flush(rows, lot))
    return {
        "first": before + 1,
        "width": found.width,
        "lots": lots,
        "errors": cells.errors,
        "long_numbers": cells.long_numbers,
    }


def _flush(rows: BinaryIO, lot: list[list[str]]) -> tuple[int, int, int]:
    """Write a lot; where it begins, how many bytes it has, and how many rows."""
    begin = rows.tell()
    return begin, rows.write(json.dumps(lot).encode()), len(lot)


def _error_cells(path: str) -> dict[str, int]:
    """How many cells of each sheet of an XLSX file hold an error, which the library gives as empty."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = _parts(archive)
            return {name: _count_errors(archive, part) for name, part in parts.items()}
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError):
        return {}


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The name of each sheet, and the part of the archive that holds it."""
    import html

    relations = {}
    for tag in _RELATION.findall(_head(archive, "xl/_rels/workbook.xml.rels")):
        said = dict(_ATTRIBUTE.findall(tag))
        relations[said.get(b"Id", b"")] = said.get(b"Target", b"").decode()
    parts = {}
    for tag in _SHEET.findall(_head(archive, "xl/workbook.xml")):
        said = dict(_ATTRIBUTE.findall(tag))
        target = next((relations.get(value) for key, value in said.items() if key.endswith(b":id")), None)
        if target:
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            parts[html.unescape(said.get(b"name", b"").decode())] = part
    return parts


def _head(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(_SMALL)


def _count_errors(archive: zipfile.ZipFile, part: str) -> int:
    """The cells that are marked as errors, counted a megabyte at a time."""
    count, rest = 0, b""
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            # A tag that begins at the end of a piece is counted with the next one.
            text = rest + piece
            cut = text.rfind(b"<", max(0, len(text) - _TAG))
            cut = len(text) if cut < 0 else cut
            count += sum(1 for _found in _ERROR_CELL.finditer(text, 0, cut))
            rest = text[cut:]
    return count + sum(1 for _found in _ERROR_CELL.finditer(rest))
