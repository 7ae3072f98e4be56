"""A computed field as a filter sees it: worked out in SQL by a formula of its noun, in Python by the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.clock import micros
from smallcrm.services.records.query.checks import Check, Choice, Filled, Named, Span, Text, inside
from smallcrm.services.records.query.handles import Key, between
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.records.query.handles import Find
    from smallcrm.services.records.schema import Field, Values


_CHOSEN = frozenset({Kind.BOOLEAN, Kind.SELECT})


@dataclass(frozen=True)
class Formula:
    """A number, a day, an instant, a choice, or a yes or no, that is kept nowhere.

    `made` gives what it is for the records of `row`; of a yes or no the condition, of choices a condition for each.
    """

    field: Field
    model: Any
    made: Callable[[Any], Any]

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` passes the check."""
        if self.field.kind in _CHOSEN:
            ways = self._ways(row).items()
            asked = [way for one, way in ways if not isinstance(check, Choice) or one in check.values]
            return pw.NodeList(tuple(asked), " OR ", parens=True) if asked else row.id.is_null()
        value = self.made(row)
        filled = value.is_null(False)
        if isinstance(check, Filled):
            return filled
        if not isinstance(check, Span):
            raise TypeError(check)
        return pw.NodeList((filled, between(value, check)), " AND ", parens=True)

    def _ways(self, row: Any) -> dict[Any, Any]:
        """The condition of each value."""
        made = self.made(row)
        return {False: pw.Negated(made), True: made} if self.field.kind is Kind.BOOLEAN else dict(made)

    def holds(self, check: Check, document: Values, find: Find) -> bool:  # noqa: ARG002 - one signature
        """Whether a document passes the check."""
        value = document.get(self.field.key)
        if value is None or isinstance(check, Filled):
            return value is not None
        if isinstance(check, Choice):
            return value in check.values
        if isinstance(check, (Text, Named)):
            raise TypeError(check)
        return inside(check, micros(value) if self.field.kind is Kind.INSTANT and not isinstance(value, int) else value)

    def driver(self, check: Check) -> Any:
        """A query by what the conditions of a choice or of a yes begin with; no index knows what else is not kept."""
        if self.field.kind not in _CHOSEN or (self.field.kind is Kind.BOOLEAN and check != _YES):
            return None
        return self.model.select(self.model.id).where(self.condition(check, self.model))

    def order(self, row: Any) -> tuple[Key, ...]:
        """What the formula gives; choices in their order, a no before a yes."""
        if self.field.kind in _CHOSEN:
            places = tuple((way, at) for at, way in enumerate(self._ways(row).values()))
            return (Key(pw.Case(None, places), int, null=True),)
        return (Key(self.made(row), str if self.field.kind in (Kind.DATE, Kind.DUE) else int, null=True),)


_YES = Choice(frozenset({True}))
