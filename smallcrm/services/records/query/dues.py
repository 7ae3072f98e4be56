"""When something is due, in a filter: a date is compared as a day of the workspace, a time as an instant.

A day is over at its end, so that a due of a day is never before a time of that day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import peewee as pw

from smallcrm.clock import from_micros
from smallcrm.services.records.query.checks import Span, Text, inside
from smallcrm.services.records.query.formulas import Formula
from smallcrm.services.records.query.handles import Column, between
from smallcrm.services.values.due import instant_text

if TYPE_CHECKING:
    from smallcrm.services.records.query.checks import Check
    from smallcrm.services.records.query.handles import Find
    from smallcrm.services.records.schema import Values
    from smallcrm.services.values.moments import Meaning

_DATE = len("2026-03-31")


class Due(NamedTuple):
    """One end of a span: the day for those that are due on a day, the instant for those with a time."""

    day: str
    instant: str


def due_of(meaning: Meaning, instants: tuple[int, int]) -> Span:
    """The span that a day or a time means, of which the instants are known."""
    last = meaning.last if meaning.instant is None else meaning.last - timedelta(days=1)
    low, high = (instant_text(from_micros(at)) or "" for at in instants)
    return Span(Due(meaning.first.isoformat(), low), Due(last.isoformat(), high))


class DueColumn(Column):
    """The column of a due, which holds dates and instants as texts."""

    def _asked(self, check: Check, row: Any, column: Any) -> Any:
        if not isinstance(check, Span):
            return super()._asked(check, row, column)
        of_day = pw.fn.LENGTH(column) == _DATE
        return (of_day & between(column, _part(check, 0))) | (~of_day & between(column, _part(check, 1)))

    def _passes(self, check: Text | Span, value: Any) -> bool:
        if isinstance(check, Text):
            return super()._passes(check, value)
        return inside(_part(check, 0 if len(value) == _DATE else 1), value)


def _part(span: Span, at: int) -> Span:
    low, high = (None if end is None else end[at] for end in (span.low, span.high))
    return Span(low, high, span.with_low, span.with_high)


class DueFormula(Formula):
    """A due that is kept nowhere, but worked out."""

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` passes the check."""
        if not isinstance(check, Span):
            return super().condition(check, row)
        of_day = pw.fn.LENGTH(self.made(row)) == _DATE
        on_day = of_day & between(self.made(row), _part(check, 0))
        in_time = ~of_day & between(self.made(row), _part(check, 1))
        return pw.NodeList((self.made(row).is_null(False), on_day | in_time), " AND ", parens=True)

    def holds(self, check: Check, document: Values, find: Find) -> bool:
        """Whether a document passes the check."""
        value = document.get(self.field.key)
        if value is None or not isinstance(check, Span):
            return super().holds(check, document, find)
        return inside(_part(check, 0 if len(value) == _DATE else 1), value)
