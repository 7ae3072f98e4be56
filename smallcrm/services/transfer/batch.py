"""What cleaning makes of a chunk of rows: a list of tuples for each table, led by the row's number in the file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from smallcrm.services.transfer.whose import Mention

MAX_WARNINGS = 1_000


_LISTS = (
    "records", "words", "emails", "phones", "domains", "companies", "places", "tags", "external_ids", "further_ids",
    "origins", "customs",
)  # fmt: skip


class Warning(NamedTuple):  # noqa: A001 - what it is called everywhere
    """A value that was left out or changed, and why."""

    row: int
    column: str
    value: str
    reason: str


class Link(NamedTuple):
    """A company that contacts work for, as far as a row tells, and the key of its name."""

    said: Mention
    name_key: str | None


@dataclass(slots=True)
class Batch:
    """The cleaned rows of one chunk; `records` are `(row, *Cleaner.fields)`.

    `places` are companies besides the one in `companies`, and `further_ids` have their sources with them;
    `origins` are the ids of the source of the file itself that the records have from earlier workspaces.
    `words` are what each record is found by: its title where that is not its sort key, and its other words. `customs`
    are the values of the workspace's own fields, each `(row, *Staged)`.
    """

    records: list[tuple[Any, ...]] = field(default_factory=list)
    emails: list[tuple[int, int, str, str, str | None]] = field(default_factory=list)
    phones: list[tuple[int, int, str, str | None, str | None]] = field(default_factory=list)
    domains: list[tuple[int, int, str]] = field(default_factory=list)
    companies: list[tuple[int, Link]] = field(default_factory=list)
    words: list[tuple[int, str | None, str]] = field(default_factory=list)
    places: list[tuple[int, Link]] = field(default_factory=list)
    tags: list[tuple[int, str, str]] = field(default_factory=list)
    external_ids: list[tuple[int, str]] = field(default_factory=list)
    further_ids: list[tuple[int, str, str]] = field(default_factory=list)
    origins: list[tuple[int, str]] = field(default_factory=list)
    customs: list[tuple[Any, ...]] = field(default_factory=list)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    warnings: list[Warning] = field(default_factory=list)
    # For what a bare `$` was taken, by the label of the field.
    dollars: Counter[tuple[str, str]] = field(default_factory=Counter)
    warned: int = 0
    blank: int = 0

    def warn(self, row: int, column: str, value: str, reason: str) -> None:
        """Note a value that was left out; only the first thousand are kept, all are counted."""
        self.warned += 1
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(Warning(row, column, value[:200], reason))

    def without(self, rows: set[int]) -> None:
        """Take these rows out of every list but `rejected` and `warnings`."""
        for name in _LISTS:
            setattr(self, name, [item for item in getattr(self, name) if item[0] not in rows])
