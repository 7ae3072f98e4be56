"""Workbooks made on the spot, part by part, so that a test says what each cell holds in the file."""

from __future__ import annotations

import struct
import zipfile
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts><numFmt numFmtId="164" formatCode="[h]:mm:ss"/></numFmts><cellXfs>'
    '<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="21"/><xf numFmtId="164"/><xf numFmtId="9"/>'
    "</cellXfs></styleSheet>"
)
DATE, INSTANT, TIME, DURATION, PERCENT = 1, 2, 3, 4, 5
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zones


def column(at: int) -> str:
    """The letters of a column, counted from 0."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def styled(number: float, style: int) -> str:
    """A cell with a number in one of the styles, for `xlsx`."""
    return f'<c R s="{style}"><v>{number!r}</v></c>'


def cell(value: object) -> str:
    """The XML of a value; a text that begins with `<c ` is one already, and R in it becomes the reference."""
    if isinstance(value, bool):
        return f'<c R t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f"<c R><v>{value!r}</v></c>"
    if isinstance(value, datetime):
        return styled((value - _DAY_ZERO).total_seconds() / 86_400, INSTANT)
    if isinstance(value, date):
        return styled((value - _DAY_ZERO.date()).days, DATE)
    if str(value).startswith("<c "):
        return str(value)
    return f'<c R t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def sheet_xml(rows: Mapping[int, Sequence[object]]) -> str:
    """The XML of a sheet, its rows by their numbers; None is no cell."""
    lines = []
    for number, values in rows.items():
        cells = [
            cell(value).replace("<c R", f'<c r="{column(at)}{number}"', 1)
            for at, value in enumerate(values)
            if value is not None
        ]
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def xlsx(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[object]] | str],
    *,
    hidden: Sequence[str] = (),
    extra: Mapping[str, str | bytes] | None = None,
) -> Path:
    """An Excel workbook; a sheet is its rows, or its XML."""
    xmls = [rows if isinstance(rows, str) else sheet_xml(dict(enumerate(rows, start=1))) for rows in sheets.values()]
    state = {name: ' state="hidden"' if name in hidden else "" for name in sheets}
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{at}" r:id="rId{at}"{state[name]}/>'
        for at, name in enumerate(sheets, start=1)
    )
    relations = "".join(
        f'<Relationship Id="rId{at}" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    styles = f'<Relationship Id="rIdS" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    root = f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}{styles}</Relationships>'
        ),
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{at}.xml": xml for at, xml in enumerate(xmls, start=1)},
        **(extra or {}),
    }
    return _zip(path, parts)


def ods(path: Path, sheets: Mapping[str, Sequence[Sequence[str]]]) -> Path:
    """An OpenDocument spreadsheet; a cell is a text, or the XML of a cell."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0"'
        f' xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'<manifest:manifest xmlns:manifest="{office}:manifest:1.0"/>'
    return _zip(path, {"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def _ods_cell(value: str) -> str:
    if value.startswith("<table:"):
        return value
    return (
        '<table:table-cell office:value-type="string">' + f"<text:p>{escape(value)}</text:p></table:table-cell>"
        if value
        else "<table:table-cell/>"
    )


def _zip(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


_SECTOR, _FREE, _CHAIN_END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(path: Path, streams: Mapping[str, bytes]) -> Path:
    """A compound file, as old Office documents and encrypted new ones are; three streams at most, of 4 KB and more."""
    entries = [_entry("Root Entry", 5, _CHAIN_END, 0, child=1)]
    fat, body = [_FAT, _CHAIN_END], b""
    for at, (name, content) in enumerate(streams.items(), start=1):
        count = max(8, -(-len(content) // _SECTOR))
        first = len(fat)
        fat += [*range(first + 1, first + count), _CHAIN_END]
        entries.append(_entry(name, 2, first, count * _SECTOR, right=at + 1 if at < len(streams) else _FREE))
        body += content.ljust(count * _SECTOR, b"\0")
    entries += [_entry("", 0, 0, 0)] * (4 - len(entries))
    fat += [_FREE] * (128 - len(fat))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack(
        "<HHHHH6xLLLLLLLLLL", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _CHAIN_END, 0, _CHAIN_END, 0, 0
    )
    header += struct.pack("<L", _FREE) * 108
    path.write_bytes(header + struct.pack("<128L", *fat) + b"".join(entries) + body)
    return path


def _entry(name: str, kind: int, first: int, size: int, *, child: int = _FREE, right: int = _FREE) -> bytes:
    text = name.encode("utf-16-le")
    length = len(text) + 2 if text else 0
    return text.ljust(64, b"\0") + struct.pack("<HBBLLL36xLQ", length, kind, 1, _FREE, right, child, first, size)
