"""What somebody who reads a file of the corpora expects of its import, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Which = int | str
"""A record by its place among all of its kind, or by its name, subject or external id."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that a record says; what is not there must be empty."""

    noun: str
    which: Which
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Some:
    """Some of what a record says."""

    noun: str
    which: Which
    values: dict[str, Any]


def some(noun: str, which: Which, **values: Any) -> Some:
    """Some of what a record says; None for what must be empty."""
    return Some(noun, which, values)


def whole(noun: str, which: Which, **values: Any) -> Whole:
    """All of what a record says."""
    return Whole(noun, which, values)


@dataclass(frozen=True, slots=True)
class Imported:
    """A file, or several that belong together, that can be imported.

    `counts`: by the kind of record, the rows created, updated, merged, unchanged, rejected and blank. `made`: what is
    made along, as `stage`; `total`: the live records afterwards. `links`: how many links the records have in the end.
    `warnings`: how many, or parts of each; `rejected`: parts of the reasons of some.
    """

    names: tuple[str, ...]
    counts: dict[str, tuple[int, ...]]
    records: tuple[Whole | Some, ...]
    made: dict[str, int] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)
    links: int | None = None
    warnings: int | tuple[str, ...] = 0
    rejected: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.names[0] if len(self.names) == 1 else f"{self.names[0].partition('/')[0]}, together"


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is not imported, and a part of the sentence that says why."""

    name: str
    sentence: str
    hint: str = ""

    def __str__(self) -> str:
        return self.name


def imported(*names: str, **rest: Any) -> Imported:
    """The expectation of one file or of several together."""
    return Imported(names, **rest)


class Begins(str):
    """A text of which only the beginning is given here."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and other.startswith(str(self))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__
