"""What every reader makes of a file: a table in chunks of rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# The columns that a file of rejects has beside those of the file it is of.
ADDED = ("_line", "_reason")
# What an import itself says of a row, and nobody of a record: no field is ever made of it.
ORIGIN = "Card File"
OURS = frozenset((*ADDED, "Card Kind", ORIGIN))
# Stands between the name of a file and that of a table in it: `export.zip: book.xlsx: People`.
SEPARATOR = ": "


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be part of the table: where it began, its cells, and why."""

    line: int
    row: list[str]
    reason: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, all as wide as the table, with the physical line each begins on; `skipped` are lines as well."""

    rows: list[list[str]]
    lines: Sequence[int]
    rejected: list[Rejected] = field(default_factory=list)
    blank: int = 0
    skipped: list[int] = field(default_factory=list)
    position: int = 0


class Table(Protocol):
    """What every reader makes of a file."""

    @property
    def name(self) -> str:
        """The name of the file."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, each once."""

    @property
    def has_header(self) -> bool:
        """Whether the file names its columns."""

    @property
    def header_line(self) -> int:
        """The line of the header; 0 where there is none."""

    @property
    def exact(self) -> bool:
        """Whether its cells, which its reader has made, are as those of smallCRM's own tables, but without guards."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell the user about how it was read, as sentences."""

    @property
    def size(self) -> int:
        """How many bytes the file has."""

    @property
    def sample(self) -> list[list[str]]:
        """The first rows."""

    def chunks(self, size: int = 5_000) -> Iterator[Chunk]:
        """The rows from the first to the last; may be asked for again."""
