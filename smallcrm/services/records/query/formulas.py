"""A computed field as a filter sees it: worked out in SQL by a formula of its noun, in Python by the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.clock import micros
from smallcrm.services.records.query.checks import Check, Choice, Filled, Named, Text, inside
from smallcrm.services.records.query.handles import Key, between
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.records.query.handles import Find
    from smallcrm.services.records.schema import Field, Values


@dataclass(frozen=True)
class Formula:
    """A number, a day, an instant, a choice, or a yes or no, that is kept nowhere."""

    field: Field
    model: Any
    made: Callable[[Any], Any]

    @property
    def _is_condition(self) -> bool:
        return self.field.kind is Kind.BOOLEAN

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` passes the check."""
        if isinstance(check, (Text, Named)):
            raise TypeError(check)
        if self._is_condition:
            return self._answered(check, row)
        value = self.made(row)
        filled = value.is_null(False)
        if isinstance(check, Filled):
            return filled
        asked = value.in_(sorted(check.values)) if isinstance(check, Choice) else between(value, check)
        return pw.NodeList((filled, asked), " AND ", parens=True)

    def _answered(self, check: Check, row: Any) -> Any:
        """Whether the answer is the one that is asked for; there always is one."""
        if not isinstance(check, Choice) or len(check.values) > 1:
            return row.id.is_null(False)
        return self.made(row) if True in check.values else pw.Negated(self.made(row))

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
        """A query of those for which the answer is yes; no index knows what else is kept nowhere."""
        if not self._is_condition or check != Choice(frozenset({True})):
            return None
        return self.model.select(self.model.id).where(self.made(self.model))

    def order(self, row: Any) -> tuple[Key, ...]:
        """What the formula gives; choices in their order, a no before a yes."""
        value = self.made(row)
        if self._is_condition:
            return (Key(pw.Case(None, ((value, 1),), 0), int, null=False),)
        if self.field.kind is Kind.SELECT:
            places = tuple((choice, at) for at, choice in enumerate(self.field.choices))
            return (Key(pw.Case(value, places), int, null=True),)
        return (Key(value, str if self.field.kind is Kind.DATE else int, null=True),)
