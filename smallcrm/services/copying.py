"""Records as a text to be pasted elsewhere: CSV for a spreadsheet, JSON for a program, Markdown for a page."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from smallcrm.services.records import presenting, store
from smallcrm.services.records.documents import load
from smallcrm.services.records.showing import readable
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.values.reading import reader
from smallcrm.text import guard_cell, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.schema import Noun

MOST = 10_000
FORMATS = ("csv", "json", "markdown")


def copied(noun: Noun, numbers: Sequence[int], columns: str | None, format: str, zone: str) -> str:  # noqa: A002
    """Records by their numbers, in a format, with these columns; at most MOST of them."""
    fields = chosen_columns(noun, columns, further=True)
    ids = store.ids_of(noun, numbers[:MOST])
    documents = load(noun, ids)
    found = [documents[record] for record in ids if record in documents]
    records = list(presenting.present(noun, found, [field.key for field in fields]))
    if format == "json":
        return json.dumps(records, ensure_ascii=True, indent=2)
    read = reader(zone)
    rows = [[read(readable(field, record[field.key])) for field in fields] for record in records]
    heads = [field.label for field in fields]
    return _csv(heads, rows) if format == "csv" else _markdown(heads, rows)


def _csv(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Safe for a spreadsheet."""
    out = io.StringIO()
    writer: Any = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([guard_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [_line(heads), _line(["---"] * len(heads)), *map(_line, rows)]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    shown = (safe_text(" ".join(cell.split())).replace("\\", "\\\\").replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(shown)} |"
