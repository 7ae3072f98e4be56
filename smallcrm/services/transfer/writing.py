"""Columns as text in the formats of programs, a page at a time: CSV with its guard against formulas, TSV, JSON, NDJSON.

The columns of CSV and TSV are texts, numbers or None; those of JSON are JSON already.
"""

from __future__ import annotations

import re
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from smallcrm.text import guard_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Column = Sequence[Any]
    Page = Sequence[Column]

LINES = 64
FORMATS = ("csv", "tsv", "json", "ndjson")
_TSV = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
# RFC 4180 quotes a line feed; many readers end the row at a carriage return as well.
_QUOTED = '",\n\r'
_first = itemgetter(0)


def text_pages(kind: str, keys: Sequence[str], pages: Iterable[Page], *, raw: bool) -> Iterator[str]:
    """The pages as pieces of text in a format; `raw` leaves out the guard of CSV."""
    if kind == "csv":
        return _csv(keys, pages, raw=raw)
    if kind == "tsv":
        return _tsv(keys, pages)
    return _ndjson(keys, pages) if kind == "ndjson" else _json(keys, pages)


def wants_cells(kind: str) -> bool:
    """Whether a format takes the cells of a table, and not JSON."""
    return kind in ("csv", "tsv")


def _csv(keys: Sequence[str], pages: Iterable[Page], *, raw: bool) -> Iterator[str]:
    yield ",".join(_csv_cells(keys, raw=True)) + "\n"
    for page in pages:
        columns = [_csv_cells(column, raw=raw) for column in page]
        if len(columns) == 1:
            # An empty line would be no row.
            columns = [[cell or '""' for cell in columns[0]]]
        yield "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


def _csv_cells(column: Column, *, raw: bool) -> Sequence[str]:
    """A column as cells of CSV, looked at as a whole first: few columns hold what must be guarded or quoted."""
    if not any(column):
        return _plain_cells(column)
    try:
        joined = "".join(filter(None, column))
    except TypeError:
        # Numbers are never formulas.
        return _plain_cells(column)
    cells: Sequence[str] = ["" if value is None else value for value in column] if None in column else column
    if not raw:
        cells = _guarded(cells)
    if any(sign in joined for sign in _QUOTED):
        special = re.compile(f"[{_QUOTED}]").search
        cells = [_in_quotes(cell) if special(cell) else cell for cell in cells]
    return cells


def _guarded(cells: Sequence[str]) -> Sequence[str]:
    """Cells that are never formulas; what a cell begins with decides."""
    formulas = {sign for sign in set(map(_first, filter(None, cells))) if guard_cell(sign) != sign}
    if not formulas:
        return cells
    return [guard_cell(cell) if cell and cell[0] in formulas else cell for cell in cells]


def _in_quotes(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _plain_cells(column: Column) -> list[str]:
    return ["" if value is None else str(value) for value in column]


def _tsv(keys: Sequence[str], pages: Iterable[Page]) -> Iterator[str]:
    yield "\t".join(keys) + "\n"
    for page in pages:
        columns = [_tsv_cells(column) for column in page]
        yield "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def _tsv_cells(column: Column) -> Sequence[str]:
    return ["" if value is None else str(value).translate(_TSV) for value in column]


def _ndjson(keys: Sequence[str], pages: Iterable[Page]) -> Iterator[str]:
    from smallcrm.services.transfer import jsontext

    for page in pages:
        lines = jsontext.lines(keys, page)
        # Large texts are given back to the system as they go, and each new one is paid for page by page.
        while piece := "\n".join(islice(lines, LINES)):
            yield piece + "\n"


def _json(keys: Sequence[str], pages: Iterable[Page]) -> Iterator[str]:
    opened = False
    for piece in _ndjson(keys, pages):
        yield (",\n" if opened else "[\n") + piece[:-1].replace("\n", ",\n")
        opened = True
    yield "\n]\n" if opened else "[]\n"
