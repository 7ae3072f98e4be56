"""Rows as text in the formats of programs, a page at a time: CSV with its guard against formulas, TSV, JSON, NDJSON."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING, Any

from smallcrm.text import escape_json, guard_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Literal

FORMATS = ("csv", "tsv", "json", "ndjson")
_TSV = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")


def text_pages(kind: str, keys: Sequence[str], pages: Iterable[list[tuple[Any, ...]]], *, raw: bool) -> Iterator[str]:
    """The pages as pieces of text in a format; `raw` leaves out the guard of CSV."""
    if kind == "csv":
        return _csv(keys, pages, raw=raw)
    if kind == "tsv":
        return _tsv(keys, pages)
    return _ndjson(keys, pages) if kind == "ndjson" else _json(keys, pages)


def wants_texts(kind: str) -> bool:
    """Whether a format takes values as texts, and not as structures."""
    return kind in ("csv", "tsv")


def _csv(keys: Sequence[str], pages: Iterable[list[tuple[Any, ...]]], *, raw: bool) -> Iterator[str]:
    import csv

    yield _csv_page([tuple(keys)], csv.QUOTE_MINIMAL)
    for page in pages:
        columns = [_cells(column, raw=raw) for column in zip(*page, strict=True)]
        rows = list(zip(*columns, strict=True))
        text = _csv_page(rows, csv.QUOTE_MINIMAL)
        # The module leaves a carriage return without quotes, and many readers end the row there.
        yield _csv_page(rows, csv.QUOTE_ALL) if "\r" in text else text


def _csv_page(rows: list[tuple[Any, ...]], quoting: Literal[0, 1]) -> str:
    """Rows as CSV after RFC 4180, with line feeds."""
    import csv

    buffer = StringIO()
    csv.writer(buffer, lineterminator="\n", quoting=quoting).writerows(rows)
    return buffer.getvalue()


def _cells(column: Sequence[Any], *, raw: bool) -> Sequence[Any]:
    """A column as cells; numbers are never formulas, and what begins with a letter or a digit is none."""
    if raw:
        return column
    safe = _SAFE
    return [value if not value or type(value) is not str or value[0] in safe else guard_cell(value) for value in column]


def _tsv(keys: Sequence[str], pages: Iterable[list[tuple[Any, ...]]]) -> Iterator[str]:
    yield "\t".join(keys) + "\n"
    for page in pages:
        yield "".join("\t".join([_tsv_cell(value) for value in row]) + "\n" for row in page)


def _tsv_cell(value: Any) -> str:
    return "" if value is None else str(value).translate(_TSV)


def _lines(keys: Sequence[str], pages: Iterable[list[tuple[Any, ...]]]) -> Iterator[list[str]]:
    import orjson

    dump: Callable[[Any], bytes] = orjson.dumps
    names = tuple(keys)
    for page in pages:
        # Decoded at once: what orjson gives keeps the room that it was written in, ten times what it needs.
        lines = [dump(dict(zip(names, row, strict=True))).decode() for row in page]
        yield [line if line.isascii() else escape_json(line) for line in lines]


def _ndjson(keys: Sequence[str], pages: Iterable[list[tuple[Any, ...]]]) -> Iterator[str]:
    for lines in _lines(keys, pages):
        yield "\n".join(lines) + "\n"


def _json(keys: Sequence[str], pages: Iterable[list[tuple[Any, ...]]]) -> Iterator[str]:
    opened = False
    for lines in _lines(keys, pages):
        yield (",\n" if opened else "[\n") + ",\n".join(lines)
        opened = True
    yield "\n]\n" if opened else "[]\n"
