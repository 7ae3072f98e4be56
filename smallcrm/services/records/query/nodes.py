"""The tree of a filter as it was written: terms, free words, and how they are joined."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Op(StrEnum):
    """How a term compares; `=` says the same as `:`, and an operator with `!` is the opposite of the one without."""

    IS = ":"
    EQUAL = "="
    NOT_EQUAL = "!="
    HAS = "~"
    HAS_NOT = "!~"
    MORE = ">"
    LEAST = ">="
    LESS = "<"
    MOST = "<="


class Among(StrEnum):
    """Which of the listed values a record must have."""

    ANY = "any"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Value:
    """One value as written: `literal` where quotes or a backslash say that it means itself, `prefix` before a star."""

    text: str
    literal: bool = False
    prefix: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Range:
    """From one value to another, both included; one of them may be left open."""

    low: Value | None
    high: Value | None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Term:
    """A field, how it is compared, and with what; `among` is None for a list without a word before it."""

    path: tuple[str, ...]
    op: Op
    values: tuple[Value | Range, ...]
    among: Among | None = None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Words:
    """Text without a field: words that the record is found by."""

    text: str
    literal: bool = False
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """What does not hold."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """What holds all together; without any, everything."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What holds at least once."""

    nodes: tuple[Node, ...]


Node = Term | Words | Not | And | Or
EVERYTHING = And(())
