"""Formats for programs: JSON, NDJSON, CSV, TSV and bare ids, as streams of text."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from smallcrm.cli.tables import Table, values
from smallcrm.cli.values import to_json, to_plain
from smallcrm.text import escape_json, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 500


def document(value: object, indent: int | None = None) -> str:
    """One JSON document, exact, and safe to look at in a terminal."""
    import json

    return escape_json(json.dumps(to_json(value), ensure_ascii=False, indent=indent))


def json_array(table: Table) -> Iterator[str]:
    """One array, a record per line."""
    keys = [column.key for column in table.columns]
    first = True
    for row in values(table):
        yield ("[\n" if first else ",\n") + document(dict(zip(keys, row, strict=True)))
        first = False
    yield "[]\n" if first else "\n]\n"


def exported(table: Table, kind: str, *, is_raw: bool, is_tty: bool) -> Iterator[str]:
    """The table as an export to CSV, TSV or NDJSON has it; on a terminal with nothing in it that one would obey."""
    from smallcrm.services.transfer.writing import text_pages, wants_texts

    convert = _cell if wants_texts(kind) else to_json
    rows = (tuple(map(convert, row)) for row in values(table))
    pages = iter(lambda: list(islice(rows, PAGE)), [])
    pieces = text_pages(kind, [column.key for column in table.columns], pages, raw=is_raw)
    return (safe_text(piece, multiline=True) for piece in pieces) if is_tty else pieces


def _cell(value: object) -> Any:
    """A value as a cell: a number stays one, for it is never a formula."""
    return value if type(value) in (int, float) else to_plain(value)


def ids(table: Table) -> Iterator[str]:
    """The id of each record, or its first column where there is no id."""
    keys = [column.key for column in table.columns]
    place = keys.index("id") if "id" in keys else 0
    for row in values(table):
        yield safe_text(to_plain(row[place])) + "\n"
