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

_TEXTS = frozenset({Kind.DATE, Kind.SELECT})


@dataclass(frozen=True)
class Formula:
    """A number, a day, an instant or a choice that is kept nowhere."""

    field: Field
    made: Callable[[Any], Any]

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` passes the check."""
        value = self.made(row)
        filled = value.is_null(False)
        if isinstance(check, Filled):
            return filled
        if isinstance(check, (Text, Named)):
            raise TypeError(check)
        asked = value.in_(sorted(check.values)) if isinstance(check, Choice) else between(value, check)
        return pw.NodeList((filled, asked), " AND ", parens=True)

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

    def driver(self, check: Check) -> Any:  # noqa: ARG002 - one signature
        """No index knows what is kept nowhere."""
        return None

    def order(self, row: Any) -> tuple[Key, ...]:
        """What the formula gives."""
        return (Key(self.made(row), str if self.field.kind in _TEXTS else int, null=True),)
