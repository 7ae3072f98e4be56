"""Small files of the work with people, in the columns of one program, so that one file means the ids of another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from smallcrm.clock import micros
from smallcrm.services.records.schema import noun as noun_of
from smallcrm.services.transfer.detecting import Options, recognise
from smallcrm.services.transfer.reading import open_table
from smallcrm.services.transfer.work.rows import RowReader
from tests.services.transfer.bringing import records, write_cells
from tests.support.canonical import everything
from tests.support.cast import NORTH

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.batch import Batch
    from smallcrm.services.transfer.work.rows import Row

HEADERS = {
    "company": ("Company ID", "Company Name", "Company Domain Name", "Company Owner"),
    "contact": ("Contact ID", "First Name", "Last Name", "Email", "Contact Owner", "Associated Company IDs"),
    "deal": (
        "Deal ID", "Deal Name", "Deal Stage", "Pipeline", "Amount", "Deal Probability", "Close Date", "Create Date",
        "Closed Lost Reason", "Deal Owner", "Associated Company IDs", "Associated Contact IDs",
    ),
    "ticket": (
        "Ticket ID", "Ticket Name", "Ticket Status", "Ticket Priority", "Ticket Description", "Create Date",
        "Close Date", "Ticket Owner", "Associated Company IDs", "Associated Contact Email",
    ),
    "activity": (
        "Activity ID", "Activity Type", "Subject", "Activity Date", "Task Status", "Task Due Date",
        "Notes Description", "Associated Contact IDs", "Associated Company IDs", "Associated Deal IDs",
        "Associated Ticket IDs",
    ),
}  # fmt: skip
Said = Mapping[str, object]


def file_of(path: Path, noun: str, *rows: Said, only: Sequence[str] = ()) -> Path:
    """A file of a noun; each row says only what matters, and `only` some columns are there."""
    header = only or HEADERS[noun]
    assert all(set(row) <= set(header) for row in rows), "a row says what the file has no column for"
    return write_cells(path, [header, *([row.get(name, "") for name in header] for row in rows)])


def read(path: Path, noun: str | None = None, zone: str = NORTH.zone) -> tuple[list[Row], Batch]:
    """What the rows of a file say, and the warnings."""
    table = open_table(path)
    (mapping,) = recognise(table, Options(noun=noun)).mappings
    (chunk,) = table.chunks(5000)
    return RowReader(mapping, ZoneInfo(zone))(chunk.rows, chunk.lines)


def at(*said: int) -> int:
    """An instant in UTC, in microseconds."""
    return micros(datetime(*said, tzinfo=UTC))  # type: ignore[misc,arg-type]


def named(noun: str, record_id: int | None) -> Any:
    """The title of the record of that id."""
    kind: Noun = noun_of(noun)
    return None if record_id is None else everything(kind)[record_id][kind.title]


def titles(noun: str) -> list[str]:
    """The titles of the live records of a noun."""
    return [record[noun_of(noun).title] for record in records(noun)]
