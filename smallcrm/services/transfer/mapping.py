"""A mapping: which column of a file's shape goes where, and how its values are to be read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.schema import Field
    from smallcrm.services.transfer.aside import AsideRows
    from smallcrm.services.values.dates import DateOrder


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column goes: a field, a label or part of it, a rank among columns for the same, a block."""

    field: str
    part: str = ""
    rank: int = 0
    block: str = ""

    @classmethod
    def parse(cls, spec: str) -> Target:
        """The target written as `field`, `field:part` or `address:block:part`."""
        field, _colon, part = spec.partition(":")
        if field == "address" and ":" in part:
            block, _colon, part = part.partition(":")
            return cls(field, part, 0, block)
        return cls(field, part)

    def at(self, rank: int) -> Target:
        """The same with another rank."""
        return replace(self, rank=rank)

    @property
    def shown(self) -> str:
        """The target as a person reads it."""
        detail = " ".join(filter(None, (self.block, self.part.replace("_", " "))))
        return f"{self.field} ({detail})" if detail else self.field


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a whole column.

    `dollar`: what a bare `$` in it means, where the workspace has other money than US dollars.
    """

    date_order: DateOrder | None = None
    decimal: str | None = None
    currency: str | None = None
    dollar: str | None = None


@dataclass(frozen=True, slots=True)
class ColumnTarget:
    """A column of the file and where it goes; `custom` is the field of the workspace's own that it is for."""

    index: int
    header: str
    target: Target
    decision: Decision = Decision()
    why: str = ""
    custom: Field | None = None

    @property
    def shown(self) -> str:
        """The target as a person reads it."""
        return self.target.shown


@dataclass(frozen=True, slots=True)
class UnmappedColumn:
    """A column that goes nowhere: how many of the sampled rows fill it, two of its values, and whether by `--map`.

    `ours`: it is what smallCRM says of a field that it has itself, so that no field is made of it.
    """

    index: int
    header: str
    filled: int
    of: int
    samples: tuple[str, ...]
    skipped: bool = False
    ours: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the user may still say what becomes of it."""
        return not (self.skipped or self.ours)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows belong to a mapping, where a column says of each row what it is."""

    index: int
    words: frozenset[str]
    keep: bool

    def select(self, rows: list[list[str]], lines: Sequence[int]) -> tuple[list[list[str]], list[int]]:
        """The rows that belong to the mapping, with their lines."""
        chosen = [
            (row, line)
            for row, line in zip(rows, lines, strict=True)
            if (fold(row[self.index].strip()) in self.words) is self.keep
        ]
        return [row for row, _line in chosen], [line for _row, line in chosen]


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the rows of one shape of file become records of one noun.

    `ours`: its cells are as smallCRM writes them; `guarded`: also with guards against formulas.
    """

    noun: str
    source: str
    columns: tuple[ColumnTarget, ...]
    unmapped: tuple[UnmappedColumn, ...] = ()
    only: RowFilter | None = None
    aside: tuple[AsideRows, ...] = ()
    ours: bool = False
    guarded: bool = False

    def of(self, field: str, part: str | None = None) -> list[ColumnTarget]:
        """The columns for a field (and part), the ones that count most first."""
        found = [c for c in self.columns if c.target.field == field and part in (None, c.target.part)]
        return sorted(found, key=lambda column: (column.target.rank, column.index))
