"""What a filter or a sort order can name: how it is asked in SQL, how in Python, and how it orders records.

Anything with the methods of `Handle` can be named, also a field that is no column: see `names.provide`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import peewee as pw

from smallcrm.clock import micros
from smallcrm.models.base import State
from smallcrm.models.workspace import Member
from smallcrm.services.records import schema
from smallcrm.services.records.query import texts
from smallcrm.services.records.query.checks import Check, Choice, Filled, How, Named, Span, Text, inside
from smallcrm.services.records.schema import Field, Kind
from smallcrm.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.records.schema import Values

    Find = Callable[[str, int], Values]


@dataclass(frozen=True)
class Key:
    """One expression that records are ordered by: the type of its values, and whether one can be missing."""

    expression: Any
    kind: type
    null: bool


class Handle(Protocol):
    """A field as a filter sees it. `row` is the noun's model or another name for it.

    A condition is true or false, never NULL, so that NOT turns it around.
    """

    @property
    def field(self) -> Field:
        """What it is called and what kind its values have."""

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` passes the check."""

    def holds(self, check: Check, document: Values, find: Find) -> bool:
        """Whether a document passes the check; `find` gives the document that an id of a noun means."""

    def driver(self, check: Check) -> Any:
        """A query of the ids of the records that pass, where an index finds them; None elsewhere."""

    def order(self, row: Any) -> tuple[Key, ...]:
        """What records are ordered by; empty where they cannot be."""


def column_of(row: Any, model: Any, name: str) -> Any:
    """A column of a model, of the model itself or of another name for it."""
    return getattr(row, model._meta.columns[name].name)


@dataclass(frozen=True)
class Column:
    """A field in a column of the noun's own table (money: in two)."""

    field: Field
    model: Any
    columns: tuple[str, ...]

    @property
    def key(self) -> str | None:
        """The column with the folded text, where there is one."""
        name = f"{self.columns[0]}_key"
        return name if self.field.kind is Kind.TEXT and name in self.model._meta.columns else None

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` passes the check."""
        column = self._column(row)
        asked = self._asked(check, row, column)
        null = column_of(row, self.model, self.columns[0]).null
        return asked if isinstance(check, Filled) or not null else column.is_null(False) & asked

    def _column(self, row: Any) -> Any:
        """The column, or the number that the text of a decimal is."""
        column = column_of(row, self.model, self.columns[0])
        return column.cast("DOUBLE PRECISION") if self.field.kind is Kind.DECIMAL else column

    def _asked(self, check: Check, row: Any, column: Any) -> Any:
        if isinstance(check, Filled):
            return column.is_null(False)
        if isinstance(check, Choice):
            return column.in_(sorted(check.values))
        if isinstance(check, Named):
            raise TypeError(check)
        key = None if self.key is None else column_of(row, self.model, self.key)
        if isinstance(check, Text):
            if key is not None:
                return texts.key_compares(check.how, key, name_key(check))
            return texts.column_compares(check.how, column, check.text)
        if self.field.kind in TEXTS:
            return between(pw.fn.LOWER(column) if key is None else key, self._folded(check))
        asked = between(column, check)
        if check.currency is not None:
            asked = (column_of(row, self.model, self.columns[1]) == check.currency) & asked
        return asked

    def _folded(self, span: Span) -> Span:
        make = texts.ascii_lower if self.key is None else sort_key
        low, high = (None if end is None else make(end) for end in (span.low, span.high))
        return Span(low, high, span.with_low, span.with_high)

    def holds(self, check: Check, document: Values, find: Find) -> bool:  # noqa: ARG002 - one signature
        """Whether a document passes the check."""
        value = document.get(self.field.key)
        if value is None or isinstance(check, Filled):
            return value is not None
        if isinstance(check, Named):
            raise TypeError(check)
        return value in check.values if isinstance(check, Choice) else self._passes(check, value)

    def _passes(self, check: Text | Span, value: Any) -> bool:
        if isinstance(check, Text):
            if self.key is not None:
                return texts.compares(check.how, sort_key(value), name_key(check))
            return texts.compares(check.how, texts.caseless(value), texts.caseless(check.text))
        if self.field.kind in TEXTS:
            make = texts.ascii_lower if self.key is None else sort_key
            return inside(self._folded(check), make(value))
        if check.currency is not None:
            return value["currency"] == check.currency and inside(check, value["amount"])
        if self.field.kind is Kind.DECIMAL:
            return inside(check, float(value))
        # The times of the record itself are read as such, those of its fields stay numbers.
        return inside(check, value if isinstance(value, (int, str)) else micros(value))

    def driver(self, check: Check) -> Any:
        """A query by the index of the key: every state is named, for the index begins with it."""
        model = self.model
        if self.key is None or not isinstance(check, Text) or check.how is How.PART:
            return None
        query = model.select(model.id).where(self.condition(check, model))
        return query.where(model.state.in_(list(State))) if hasattr(model, "state") else query

    def order(self, row: Any) -> tuple[Key, ...]:
        """The column; a text by its key, or without the case of A to Z; money by currency; choices in their order."""
        column = column_of(row, self.model, self.columns[0])
        null, kind = column.null, self.field.kind
        if self.key is not None:
            return (Key(column_of(row, self.model, self.key), str, null),)
        if kind is Kind.MONEY:
            return (Key(column_of(row, self.model, self.columns[1]), str, null), Key(column, int, null))
        if kind is Kind.SELECT:
            places = tuple((choice, at) for at, choice in enumerate(self.field.choices))
            return (Key(pw.Case(column, places), int, True),)
        if kind in TEXTS:
            return (Key(pw.fn.LOWER(column), str, null),)
        if kind is Kind.DECIMAL:
            return (Key(self._column(row), float, null),)
        return (Key(column, str if kind in (Kind.DATE, Kind.DUE) else int, null),)


TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.URL})


def name_key(check: Text) -> str:
    """The key of a text that a name is compared with; a part of a name may be longer than a key."""
    return fold(check.text) if check.how is How.PART else sort_key(check.text)


def between(expression: Any, span: Span) -> Any:
    """The condition that an expression lies in a span."""
    if span.low is not None and span.low == span.high and span.with_low and span.with_high:
        return expression == span.low
    asked = []
    if span.low is not None:
        asked.append(expression >= span.low if span.with_low else expression > span.low)
    if span.high is not None:
        asked.append(expression <= span.high if span.with_high else expression < span.high)
    return asked[0] if len(asked) == 1 else asked[0] & asked[1]


@dataclass(frozen=True)
class Step:
    """A field of the record that another field refers to: company.industry, owner.name.

    `through` gives the condition that a record of `row` refers to one whose id a query gives.
    """

    reference: Reference
    target: str
    model: Any
    inner: Handle

    @property
    def field(self) -> Field:
        """The field at the end of the step."""
        return self.inner.field

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` refers to one that passes the check."""
        other = self.model.alias()
        return self.reference.through(
            row, lambda source: pw.fn.EXISTS(
                other.select(other.id).where(other.id == source, self.inner.condition(check, other))
            )
        )  # fmt: skip

    def holds(self, check: Check, document: Values, find: Find) -> bool:
        """Whether a document refers to one that passes the check."""
        others = (find(self.target, other) for other in self.reference.ids(document))
        return any(self.inner.holds(check, other, find) for other in others)

    def driver(self, check: Check) -> Any:
        """A query of those who refer to what an index finds."""
        found = self.inner.driver(check)
        return None if found is None else self.reference.referring(found)

    def order(self, row: Any) -> tuple[Key, ...]:
        """The order of what is referred to, where it is one record."""
        if self.reference.field.many:
            return ()
        other = self.model.alias()
        source = self.reference.source(row)
        found = []
        for key in self.inner.order(other):
            value = other.select(key.expression).where(other.id == source)
            # A query has no order of its own; a list of one has.
            found.append(Key(pw.NodeList((value,)), key.kind, null=True))
        return tuple(found)


class Reference(Protocol):
    """A field that refers to one record or to several."""

    @property
    def field(self) -> Field:
        """The field that refers."""

    def through(self, row: Any, asked: Callable[[Any], Any]) -> Any:
        """The condition that something is so of an id that a record of `row` refers to."""

    def referring(self, query: Any) -> Any:
        """A query of the ids of the records that refer to those of a query; None where no index helps."""

    def ids(self, document: Values) -> list[int]:
        """The ids that a document refers to."""

    def source(self, row: Any) -> Any:
        """The column with the id, where there is one only."""


@dataclass(frozen=True)
class Link(Column):
    """A column with the id of another record or of a member."""

    def through(self, row: Any, asked: Callable[[Any], Any]) -> Any:
        """The condition that something is so of the id that a record of `row` refers to."""
        column = self.source(row)
        return column.is_null(False) & asked(column)

    def referring(self, query: Any) -> Any:  # noqa: ARG002 - one signature
        """No index leads from a record to those that refer to it in a column."""
        return None

    def ids(self, document: Values) -> list[int]:
        """The id that a document refers to."""
        value = document.get(self.field.key)
        return [] if value is None else [value]

    def source(self, row: Any) -> Any:
        """The column with the id."""
        return column_of(row, self.model, self.columns[0])

    def order(self, row: Any) -> tuple[Key, ...]:
        """The names of what is referred to, or the order in which its noun puts its records."""
        column = self.source(row)
        if self.field.kind is Kind.MEMBER:
            return (_name_order(Member, column),)
        target = schema.noun(self.field.target)
        if target.ranked is None:
            return (_name_order(target.model, column),)
        places = tuple((record_id, at) for at, record_id in enumerate(target.ranked()))
        return (Key(pw.Case(column, places), int, null=True),) if places else ()


def _name_order(model: Any, column: Any) -> Key:
    other = model.alias()
    value = other.select(other.name_key).where(other.id == column)
    return Key(pw.NodeList((value,)), str, null=True)
