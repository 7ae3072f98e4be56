"""What kind of file a file is, and the tables in it: by its first bytes, and by its name where they leave it open."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError
from smallcrm.services.transfer.readers import zips
from smallcrm.services.transfer.readers.spool import SpooledTable
from smallcrm.services.transfer.vendors import source_of
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smallcrm.services.transfer.tables import Table

_HEAD = 4_096
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTENTS = (
    ("objects", re.compile(r'\x1e?\s*(?:\{\s*["}]|\[\s*[{\]])')),
    ("cards", re.compile(r"\s*BEGIN\s*:\s*VCARD\b", re.IGNORECASE)),
)
_SUFFIXES = {
    ".json": "objects",
    ".ndjson": "objects",
    ".jsonl": "objects",
    ".jsonlines": "objects",
    ".ldjson": "objects",
    ".vcf": "cards",
    ".vcard": "cards",
}


def kind_of(path: Path) -> str:
    """The kind of a file: `workbook`, `document` of another program, `workspace`, `objects`, `cards` or `text`."""
    head = _head(path)
    if head.startswith(_OLD_WORKBOOK):
        return "workbook"
    if head[:4] in zips.MARKS and (packed := zips.kind_of(path)) != "archive":
        return packed
    return _of_text(head, path)


def is_cards(path: Path) -> bool:
    """Whether a file is one of vCards."""
    return _of_text(_head(path), path) == "cards"


def _head(path: Path) -> bytes:
    """The first bytes of a file; nothing where it cannot be opened, which is left to its reader to say."""
    if path.is_file():
        with suppress(OSError), path.open("rb") as file:
            return file.read(_HEAD)
    return b""


def _of_text(head: bytes, path: Path) -> str:
    text = _decoded(head)
    found = next((kind for kind, pattern in _CONTENTS if pattern.match(text)), None)
    return found or _SUFFIXES.get(path.suffix.lower(), "text")


def _decoded(head: bytes) -> str:
    """The beginning of a text file, as far as it is written in letters that all encodings share."""
    codec = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if codec is None and head[1:2] == b"\0" != head[:1]:
        codec = "utf-16-le"
    elif codec is None and head[:1] == b"\0" != head[1:2]:
        codec = "utf-16-be"
    return head.decode(codec or "latin-1", "replace").removeprefix("\ufeff")


def tables_of(path: Path, encoding: str | None = None) -> Sequence[Table]:
    """The tables in a file; UsageError for one that has none, ValidationError for one that is damaged."""
    kind = kind_of(path)
    if kind == "workbook":
        from smallcrm.services.transfer.readers.sheets import open_sheets

        return open_sheets(path)
    if kind == "objects":
        from smallcrm.services.transfer.readers.objects import open_objects

        return open_objects(path, encoding=encoding)
    if kind == "cards":
        from smallcrm.services.transfer.readers.vcard import open_cards

        return open_cards(path, encoding=encoding)
    if kind == "document":
        raise UsageError(f"{replace_bad(path.name)[0]} is a document of another program, not a table.")
    if kind == "workspace":
        raise UsageError(
            f"{replace_bad(path.name)[0]} is the archive of a workspace, which is imported by itself.",
            hint="smallcrm import FILE.zip, into an empty workspace",
        )
    from smallcrm.services.transfer.reading import open_table

    return [open_table(path, encoding=encoding)]


def source_of_all(tables: Sequence[Table]) -> str | None:
    """The program that wrote several lists of records into one file, whose ids name each other; None for others."""
    spooled = [table for table in tables if isinstance(table, SpooledTable)]
    if len(tables) < 2 or len(spooled) < len(tables):  # noqa: PLR2004 - one list names no other
        return None
    return source_of([column for table in spooled for column in table.columns])
