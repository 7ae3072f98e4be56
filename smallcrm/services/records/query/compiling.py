"""A filter as one condition of SQL: every value is bound, every name is a column of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db import search
from smallcrm.db.fence import Ids
from smallcrm.errors import UsageError
from smallcrm.services.records.query.binding import Every, Found, Leaf, Opposite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.query.binding import Bound
    from smallcrm.services.records.schema import Noun

MOST_DRIVEN = 5_000
MOST_FOUND = 10_000


class Compiler:
    """Makes the condition of a filter for any name of the noun's table; what it has looked up once it keeps."""

    def __init__(self, noun: Noun, bound: Bound) -> None:
        self.noun = noun
        self.bound = bound
        self._found: dict[tuple[str, ...], list[int]] = {}
        self._driven: dict[int, bool] = {}

    def condition(self, row: Any) -> Any:
        """The condition on the records of `row`; None where everything passes."""
        whole = self.bound
        return None if isinstance(whole, Every) and not whole.of else self._condition(whole, row)

    @property
    def driven(self) -> bool:
        """Whether few records can pass and an index finds them, so that nothing has to be walked."""
        return self._is_driven(self.bound)

    def _is_driven(self, bound: Bound) -> bool:
        if isinstance(bound, Leaf):
            return self._few(bound) is not None
        if isinstance(bound, Found):
            return True
        if isinstance(bound, Opposite):
            return False
        each = [self._is_driven(one) for one in bound.of]
        return any(each) if isinstance(bound, Every) else all(each)

    def _condition(self, bound: Bound, row: Any) -> Any:
        if isinstance(bound, Leaf):
            few = self._few(bound)
            return bound.handle.condition(bound.check, row) if few is None else row.id.in_(few)
        if isinstance(bound, Found):
            return row.id.in_(Ids(self._ids(bound.words)))
        if isinstance(bound, Opposite):
            return pw.Negated(_enclosed([self._condition(bound.of, row)], " AND "))
        glue = " AND " if isinstance(bound, Every) else " OR "
        return _enclosed([self._condition(one, row) for one in bound.of], glue)

    def _few(self, leaf: Leaf) -> Any:
        """The query of the records that pass, where an index finds them and they are few; None elsewhere."""
        query = leaf.handle.driver(leaf.check)
        if query is None:
            return None
        known = self._driven.get(id(leaf))
        if known is None:
            known = self._driven[id(leaf)] = query.clone().limit(MOST_DRIVEN + 1).count() <= MOST_DRIVEN
        return query if known else None

    def _ids(self, words: tuple[str, ...]) -> list[int]:
        found = self._found.get(words)
        if found is None:
            found = self._found[words] = search.matching(self.noun.code, words, MOST_FOUND + 1)
        if len(found) > MOST_FOUND:
            told = " ".join(words)
            raise UsageError(
                f"More than {MOST_FOUND:,} {self.noun.plural} are found by {told[:40]!r}.",
                hint="add letters or words, or name a field: name:Ann*",
            )
        return found


def _enclosed(conditions: Sequence[Any], glue: str) -> Any:
    """Conditions side by side: a chain of operators would be rendered one inside the other."""
    return pw.NodeList(tuple(conditions), glue, parens=True)
