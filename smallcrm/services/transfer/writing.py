"""Records as text in the formats of programs, a page at a time: CSV with its guard against formulas, TSV, JSON, NDJSON.

A page is rows, or columns where it has to be fast: a column is then looked at as a whole, for few hold what must be
guarded, quoted or escaped.
"""

from __future__ import annotations

import re
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from smallcrm.text import guard_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Row = tuple[Any, ...]
    Texts = Sequence[str]

FORMATS = ("csv", "tsv", "json", "ndjson")
LINES = 64
_TSV = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_PLAIN = {"\\": "\\", "t": "\t", "n": "\n", "r": "\r"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# RFC 4180 quotes a line feed; many readers end the row at a carriage return as well.
_QUOTED = '",\n\r'
_special = re.compile(f"[{_QUOTED}]").search
_first = itemgetter(0)


def text_pages(kind: str, keys: Sequence[str], pages: Iterable[list[Row]], *, raw: bool) -> Iterator[str]:
    """Pages of rows as pieces of text in a format; `raw` leaves out the guard of CSV."""

    def finished(column: Sequence[Any]) -> Texts:
        if kind == "csv":
            return [_csv_cell(value, raw=raw) for value in column]
        return _tsv_cells(column) if kind == "tsv" else [_json_text(value) for value in column]

    return _written(kind, keys, ([finished(column) for column in zip(*page, strict=True)] for page in pages))


def text_columns(
    kind: str, keys: Sequence[str], pages: Iterable[Sequence[Sequence[Any]]], *, raw: bool
) -> Iterator[str]:
    """The same of pages of columns: each of texts, or of numbers, or None among them; for JSON, of JSON."""

    def finished(column: Sequence[Any]) -> Texts:
        if kind == "csv":
            return _csv_cells(column, raw=raw)
        return _tsv_cells(column) if kind == "tsv" else column

    return _written(kind, keys, ([finished(column) for column in page] for page in pages))


def wants_texts(kind: str) -> bool:
    """Whether a format takes values as texts, and not as structures."""
    return kind in ("csv", "tsv")


def _written(kind: str, keys: Sequence[str], pages: Iterable[list[Texts]]) -> Iterator[str]:
    writers: dict[str, Callable[[Sequence[str], Iterable[list[Texts]]], Iterator[str]]]
    writers = {"csv": _csv, "tsv": _tsv, "json": _json, "ndjson": _ndjson}
    return writers[kind](keys, pages)


def _json_text(value: Any) -> str:
    from smallcrm.services.transfer import jsontext

    return jsontext.text(value)


def _csv(keys: Sequence[str], pages: Iterable[list[Texts]]) -> Iterator[str]:
    yield ",".join(_csv_cells(keys, raw=True)) + "\n"
    for page in pages:
        # Of a single empty cell an empty line would be left, which is no row.
        columns = page if len(page) > 1 else [[cell or '""' for cell in page[0]]]
        yield "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


def _csv_cell(value: Any, *, raw: bool) -> str:
    """A value as a cell of CSV; numbers are never formulas."""
    if value is None:
        return ""
    if type(value) is not str:
        return str(value)
    cell = value if raw else guard_cell(value)
    return _in_quotes(cell) if _special(cell) else cell


def _csv_cells(column: Sequence[Any], *, raw: bool) -> Texts:
    """A column as cells of CSV."""
    try:
        joined = "".join(filter(None, column))
    except TypeError:
        joined = ""
    if not joined:
        return (
            [_csv_cell(value, raw=raw) for value in column] if column.count(None) < len(column) else [""] * len(column)
        )
    cells: Texts = ["" if value is None else value for value in column] if None in column else column
    if not raw:
        cells = _guarded(cells)
    if any(sign in joined for sign in _QUOTED):
        cells = [_in_quotes(cell) if _special(cell) else cell for cell in cells]
    return cells


def _guarded(cells: Texts) -> Texts:
    """Cells that are never formulas; what a cell begins with decides."""
    formulas = {sign for sign in set(map(_first, filter(None, cells))) if guard_cell(sign) != sign}
    if not formulas:
        return cells
    return [guard_cell(cell) if cell and cell[0] in formulas else cell for cell in cells]


def _in_quotes(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def _tsv(keys: Sequence[str], pages: Iterable[list[Texts]]) -> Iterator[str]:
    yield "\t".join(keys) + "\n"
    for page in pages:
        yield "\n".join(map("\t".join, zip(*page, strict=True))) + "\n"


def _tsv_cells(column: Sequence[Any]) -> Texts:
    return ["" if value is None else str(value).translate(_TSV) for value in column]


def unescaped(cell: str) -> str:
    """What a cell of our TSV was written for."""
    return _ESCAPED.sub(lambda found: _PLAIN.get(found[1], found[0]), cell) if "\\" in cell else cell


def _ndjson(keys: Sequence[str], pages: Iterable[list[Texts]]) -> Iterator[str]:
    from smallcrm.services.transfer import jsontext

    for page in pages:
        lines = jsontext.lines(keys, page)
        # Large texts are given back to the system as they go, and each new one is paid for page by page.
        while piece := "\n".join(islice(lines, LINES)):
            yield piece + "\n"


def _json(keys: Sequence[str], pages: Iterable[list[Texts]]) -> Iterator[str]:
    opened = False
    for piece in _ndjson(keys, pages):
        yield (",\n" if opened else "[\n") + piece[:-1].replace("\n", ",\n")
        opened = True
    yield "\n]\n" if opened else "[]\n"
