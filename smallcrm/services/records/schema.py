"""The field registry: what each noun's fields are, declared once and rendered by CLI, import and export.

A value is plain JSON-able data: text, whole numbers, True/False, `{"amount", "currency"}` for money, `YYYY-MM-DD` for a
date, the id of a record or member, and a list of dicts for a field with several parts. None is "no value".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from smallcrm.services.records.parts import Part

Value = Any
Values = dict[str, Any]


class Kind(StrEnum):
    """What the value of a field is."""

    TEXT = "text"
    LONG_TEXT = "long text"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"
    BOOLEAN = "boolean"
    SELECT = "select"
    URL = "url"
    MEMBER = "member"
    RECORD = "record"
    EMAILS = "emails"
    PHONES = "phones"
    DOMAINS = "domains"
    COMPANIES = "companies"
    TAGS = "tags"
    EXTERNAL_IDS = "external ids"


MANY = frozenset({Kind.EMAILS, Kind.PHONES, Kind.DOMAINS, Kind.COMPANIES, Kind.TAGS, Kind.EXTERNAL_IDS})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a noun; `derived` fields are computed from others and cannot be written."""

    key: str
    label: str
    kind: Kind = Kind.TEXT
    help: str = ""
    choices: tuple[str, ...] = ()
    target: str = ""
    derived: bool = False

    @property
    def many(self) -> bool:
        """Whether the field holds several values."""
        return self.kind in MANY

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the noun's own table that hold it."""
        if self.many:
            return ()
        if self.kind is Kind.MONEY:
            return (f"{self.key}_amount", f"{self.key}_currency")
        if self.kind in (Kind.RECORD, Kind.MEMBER):
            return (f"{self.key}_id",)
        return (self.key,)


def no_rule(document: Values, keys: Collection[str]) -> None:
    """The rule of a noun that has none."""


@dataclass(frozen=True)
class Noun:
    """One kind of record: its table, its fields, and the rules that its module adds.

    `clean` makes new values fit to be stored; `check` raises ValidationError where a whole document, of which some keys
    change, breaks a rule, whoever writes it: an undo is not cleaned, but checked.
    """

    name: str
    plural: str
    code: int
    model: type[Any]
    fields: tuple[Field, ...]
    parts: tuple[Part, ...]
    clean: Callable[[Values, Values], Values]
    derive: Callable[[Values], dict[str, Any]]
    search_text: Callable[[Values], tuple[str, str]]
    default_columns: tuple[str, ...]
    check: Callable[[Values, Collection[str]], None] = no_rule
    by_key: dict[str, Field] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.by_key.update({found.key: found for found in self.fields})

    def field(self, key: str) -> Field:
        """The field of that key; raises UsageError with the nearest one."""
        found = self.by_key.get(key)
        if found is None:
            raise unknown("field", key, self.by_key, f"smallcrm {self.name} list --columns help")
        return found

    def part(self, key: str) -> Part:
        """Where the elements of that multi-valued field are kept."""
        return next(part for part in self.parts if part.key == key)


_nouns: dict[str, Noun] = {}


def register(noun: Noun) -> Noun:
    """Make a noun known to the engine."""
    _nouns[noun.name] = noun
    return noun


def noun(name: str) -> Noun:
    """The noun of that name."""
    return nouns()[name]


def nouns() -> dict[str, Noun]:
    """Every registered noun by name, in the order in which one may refer to another (services/nouns.py registers)."""
    return _nouns


def unknown(what: str, name: str, known: Mapping[str, Any] | tuple[str, ...], hint: str) -> UsageError:
    """The error for a name that is not among the known ones, with the nearest of them."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 1)
    suggestion = f" Did you mean {near[0]!r}?" if near else ""
    return UsageError(f"There is no {what} {name!r}.{suggestion}", hint=hint)
