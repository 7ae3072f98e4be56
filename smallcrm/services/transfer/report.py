"""What an import did, file by file and row by row; of a dry run what it would do."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smallcrm.services.transfer.aside import without
from smallcrm.services.transfer.readers.spool import SpooledTable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smallcrm.services.transfer.aside import AsideRows
    from smallcrm.services.transfer.mapping import Mapping
    from smallcrm.services.transfer.opening import Answers, Columns
    from smallcrm.services.transfer.preview import Preview
    from smallcrm.services.transfer.tables import Chunk, Table

_LINE = re.compile(r"line (\d+)\b")


@dataclass
class FileReport:
    """What became of one file's rows; each row counts once.

    `remarks`: the lines of totals, remarks below the table and the header again; `away`: those of the rows that
    `stayed_away`, by what says so.
    `put_away`: what went into the trash along.
    `brought`: the ids of the companies and people that were made along, by noun. `made`: what was made along by
    name; companies and people of a dry run only.
    """

    table: Table
    path: Path
    mapping: Mapping
    rows: int = 0
    blank: int = 0
    remarks: list[int] = field(default_factory=list)
    away: list[int] = field(default_factory=list)
    stayed_away: Counter[AsideRows] = field(default_factory=Counter)
    created: int = 0
    updated: int = 0
    merged: int = 0
    unchanged: int = 0
    also_created: dict[str, int] = field(default_factory=dict)
    put_away: dict[str, int] = field(default_factory=dict)
    brought: dict[str, Sequence[int]] = field(default_factory=dict)
    made: dict[str, list[str]] = field(default_factory=dict)
    new_fields: dict[str, str] = field(default_factory=dict)
    saved: int | None = None
    rejected: list[tuple[int, str, list[str]]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def count_aside(self, chunk: Chunk) -> None:
        """Count the rows of a chunk that no record can be made of."""
        self.rows += len(chunk.rejected) + chunk.blank + len(chunk.skipped)
        self.blank += chunk.blank
        self.remarks += chunk.skipped
        self.rejected.extend((bad.line, bad.reason, list(bad.row)) for bad in chunk.rejected)

    def wanted(self, rows: list[list[str]], lines: Sequence[int]) -> tuple[list[list[str]], Sequence[int]]:
        """The rows of a chunk, with their lines, but those that are to stay away; these are counted."""
        kept, kept_lines, gone = without(self.mapping.aside, rows, lines)
        self.rows += len(gone)
        self.away += sorted({*lines} - {*kept_lines}) if gone else []
        self.stayed_away.update(gone)
        return kept, kept_lines

    def order(self) -> None:
        """Put the warnings in the order of their lines, after those that are of many rows."""
        self.warnings.sort(key=_line)
        self.warnings[:0] = [why.told(count) for why, count in self.stayed_away.items()]

    @property
    def unsaid(self) -> frozenset[int]:
        """The columns that the file itself does not have, as its reader gives them to all of its kind."""
        return self.table.spool.unsaid if isinstance(self.table, SpooledTable) else frozenset()

    @property
    def passed_over(self) -> int:
        """How many rows no record is made of."""
        return len(self.remarks) + len(self.away)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.table.name

    @property
    def noun(self) -> str:
        """What its rows are."""
        return self.mapping.noun

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns."""
        return self.table.columns


def _line(warning: str) -> int:
    """The line that a warning begins with; 0 where it is of no single one, or of a card of several files."""
    found = _LINE.match(warning)
    return int(found[1]) if found else 0


@dataclass
class Report:
    """What an import did, file by file."""

    files: list[FileReport]
    operation: int | None = None
    left_out: list[str] = field(default_factory=list)
    dry_run: bool = False
    preview: list[Preview] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    answers: dict[str, Answers] = field(default_factory=dict)
    columns: dict[str, Columns] = field(default_factory=dict)
    signature: str | None = None

    def shares(self, file: FileReport) -> bool:
        """Whether the rows of a file are of two nouns, and this is what became of one of them."""
        return sum(other.table is file.table for other in self.files) > 1
