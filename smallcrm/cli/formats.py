"""Formats for programs: JSON, NDJSON, CSV, TSV and bare ids, as streams of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.cli.tables import Table, values
from smallcrm.cli.values import to_json, to_plain
from smallcrm.text import escape_json, guard_cell, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CHUNK = 500
_TSV = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def document(value: object, indent: int | None = None) -> str:
    """One JSON document, exact, and safe to look at in a terminal."""
    import json

    return escape_json(json.dumps(to_json(value), ensure_ascii=False, indent=indent))


def json_array(table: Table) -> Iterator[str]:
    """One array, a record per line."""
    first = True
    for record in _records(table):
        yield ("[\n" if first else ",\n") + document(record)
        first = False
    yield "[]\n" if first else "\n]\n"


def ndjson(table: Table) -> Iterator[str]:
    """One record per line."""
    dump = _fast_dump()
    for record in _records(table):
        yield dump(record)


def _records(table: Table) -> Iterator[dict[str, Any]]:
    """The rows as dictionaries."""
    keys = [column.key for column in table.columns]
    for row in values(table):
        yield dict(zip(keys, row, strict=True))


def _fast_dump() -> Callable[[Mapping[str, Any]], str]:
    """What writes a line of NDJSON: orjson where it is installed, the standard library elsewhere."""
    try:
        import orjson
    except ImportError:
        return lambda record: document(record) + "\n"

    def dump(record: Mapping[str, Any]) -> str:
        try:
            line = orjson.dumps(to_json(record)).decode()
        except TypeError:
            line = document(record)
        return escape_json(line) + "\n"

    return dump


def csv_text(table: Table, *, is_raw: bool, is_tty: bool) -> Iterator[str]:
    """CSV after RFC 4180 with line feeds; cells that a spreadsheet would run get a leading apostrophe."""
    import csv
    from io import StringIO

    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    show = _cell(is_raw=is_raw, is_tty=is_tty)
    writer.writerow([column.key for column in table.columns])
    for number, row in enumerate(values(table), 1):
        writer.writerow([show(value) for value in row])
        if not number % CHUNK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _cell(*, is_raw: bool, is_tty: bool) -> Callable[[object], str]:
    """What turns a value into a cell of CSV; numbers are never formulas."""

    def show(value: object) -> str:
        shown = to_plain(value)
        if not is_raw and not isinstance(value, (int, float)):
            shown = guard_cell(shown)
        return safe_text(shown, multiline=True) if is_tty else shown

    return show


def tsv(table: Table, *, is_tty: bool) -> Iterator[str]:
    r"""One line per record; tab, line feed and backslash in a value are written \t, \n and \\."""
    yield "\t".join(column.key for column in table.columns) + "\n"
    for row in values(table):
        line = "\t".join([to_plain(value).translate(_TSV) for value in row])
        yield (safe_text(line, multiline=True) if is_tty else line) + "\n"


def ids(table: Table) -> Iterator[str]:
    """The id of each record, or its first column where there is no id."""
    keys = [column.key for column in table.columns]
    place = keys.index("id") if "id" in keys else 0
    for row in values(table):
        yield safe_text(to_plain(row[place])) + "\n"
