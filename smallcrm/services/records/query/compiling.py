"""A filter as one condition of SQL: every value is bound, every name is a column of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db import search
from smallcrm.db.fence import Ids, Prepared
from smallcrm.errors import UsageError
from smallcrm.services.records.query.binding import Every, Found, Leaf, Opposite
from smallcrm.services.records.query.checks import Span
from smallcrm.services.records.query.handles import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smallcrm.services.records.query.binding import Bound
    from smallcrm.services.records.query.handles import Handle
    from smallcrm.services.records.schema import Noun

MOST_DRIVEN = 5_000
MOST_FOUND = 10_000
# PostgreSQL takes 65,535 values in one statement, and some builds of SQLite 32,766.
MOST_LISTED = 20_000


class Compiler:
    """Makes the condition of a filter for any name of the noun's table.

    What an index finds, where it is little, is looked up once and kept as a list of ids: then the list drives the query
    on both engines, whatever their planners think of a subquery.
    """

    def __init__(self, noun: Noun, bound: Bound) -> None:
        self.noun = noun
        self.bound = bound
        self._listed = 0
        self._found: dict[tuple[str, ...], Ids] = {}
        self._few: dict[int, Ids | None] = {}
        self._drivers: dict[int, Prepared | None] = {}
        self._at_once = self._walked = False

    def condition(self, row: Any, *, at_once: bool = False, walked: bool = False, met: Handle | None = None) -> Any:
        """The condition on the records of `row`; None where everything passes.

        `at_once`: what an index finds is looked up as a whole, even if it is much, which pays where so many records are
        walked that asking for each would cost more. `walked`: the records are walked in an order that ids known
        beforehand must not change. `met`: a field of which all that is asked is met already.
        """
        leaves = self.bound.of if isinstance(self.bound, Every) else (self.bound,)
        left = [one for one in leaves if met is None or not (isinstance(one, Leaf) and one.handle == met)]
        if not left:
            return None
        self._at_once, self._walked = at_once, walked
        return _enclosed([self._condition(one, row) for one in left], " AND ")

    @property
    def hits(self) -> int | None:
        """How many records the index finds, where that is the whole filter and they are few; None elsewhere."""
        few = self._few_of(self.bound) if isinstance(self.bound, Leaf) else None
        return None if few is None else len(few.ids)

    def finds_more_than(self, number: int) -> bool | None:
        """Whether an index finds more records than that; None where it is not the whole filter."""
        driver = self._driver(self.bound) if isinstance(self.bound, Leaf) else None
        if driver is None:
            return None
        more = bool(driver.rows(1, number))
        if more and number >= MOST_DRIVEN:
            self._few[id(self.bound)] = None
        elif not more and number <= MOST_DRIVEN:
            self._few[id(self.bound)] = self._ids(driver, number)
        return more

    @property
    def looked_up_whole(self) -> bool:
        """Whether an index finds all that is asked, and every part of it is much."""
        leaves = self.bound.of if isinstance(self.bound, Every) else (self.bound,)
        return bool(leaves) and all(isinstance(one, Leaf) and self._is_much(one) for one in leaves)

    def _is_much(self, leaf: Leaf) -> bool:
        return self._few_of(leaf) is None and self._driver(leaf) is not None

    @property
    def driven(self) -> bool:
        """Whether few records can pass and their ids are known, so that nothing has to be walked."""
        return self._is_driven(self.bound)

    def _is_driven(self, bound: Bound) -> bool:
        if isinstance(bound, Leaf):
            return _is_one(bound) or self._few_of(bound) is not None
        if isinstance(bound, Found):
            return True
        if isinstance(bound, Opposite):
            return False
        each = [self._is_driven(one) for one in bound.of]
        return any(each) if isinstance(bound, Every) else all(each)

    def _condition(self, bound: Bound, row: Any) -> Any:
        if isinstance(bound, Leaf):
            return self._leaf(bound, row)
        if isinstance(bound, Found):
            return row.id.in_(self._found_by(bound.words))
        if isinstance(bound, Opposite):
            return pw.Negated(_enclosed([self._condition(bound.of, row)], " AND "))
        glue = " AND " if isinstance(bound, Every) else " OR "
        return _enclosed([self._condition(one, row) for one in bound.of], glue)

    def _leaf(self, leaf: Leaf, row: Any) -> Any:
        found: Any = self._few_of(leaf)
        if found is None and self._at_once and not isinstance(leaf.handle, Column):
            found = leaf.handle.driver(leaf.check)
            # No planner may drive the query by it: there are too many, and the order is that of the walk.
            return leaf.handle.condition(leaf.check, row) if found is None else (row.id + 0).in_(found)
        if found is None:
            return leaf.handle.condition(leaf.check, row)
        return (row.id + 0).in_(found) if self._walked else row.id.in_(found)

    def _few_of(self, leaf: Leaf) -> Ids | None:
        """The records that pass, where an index finds them and they are few; None elsewhere."""
        if id(leaf) not in self._few:
            self._few[id(leaf)] = self._looked_up(leaf)
        return self._few[id(leaf)]

    def _looked_up(self, leaf: Leaf) -> Ids | None:
        driver = self._driver(leaf)
        room = min(MOST_DRIVEN, MOST_LISTED - self._listed)
        if driver is None or room <= 0 or driver.rows(1, room):
            return None
        return self._ids(driver, room)

    def _ids(self, driver: Prepared, room: int) -> Ids:
        found = driver.rows(room, 0)
        self._listed += len(found)
        return Ids(row[0] for row in found)

    def _driver(self, leaf: Leaf) -> Prepared | None:
        """What an index finds, so many rows from a place on; passing over rows takes a sixth of reading them."""
        if id(leaf) not in self._drivers:
            query = leaf.handle.driver(leaf.check)
            self._drivers[id(leaf)] = None if query is None else Prepared(_part_of(query), 2)
        return self._drivers[id(leaf)]

    def _found_by(self, words: tuple[str, ...]) -> Ids:
        if words not in self._found:
            room = min(MOST_FOUND, MOST_LISTED - self._listed)
            found = search.matching(self.noun.code, words, room + 1)
            if len(found) > room:
                told = " ".join(words)[:40]
                raise UsageError(
                    f"More than {room:,} {self.noun.plural} are found by {told!r}.",
                    hint="add letters or words, or name a field: name:Ann*",
                )
            self._listed += len(found)
            self._found[words] = Ids(found)
        return self._found[words]


def _is_one(leaf: Leaf) -> bool:
    """Whether a check names one record by its id."""
    check = leaf.check
    return (
        isinstance(leaf.handle, Column)
        and leaf.handle.field.key == "id"
        and isinstance(check, Span)
        and (check.low is not None and check.low == check.high)
    )


def _part_of(query: Any) -> Callable[[Any, Any], Any]:
    return lambda limit, offset: query.limit(limit).offset(offset)


def _enclosed(conditions: Sequence[Any], glue: str) -> Any:
    """Conditions side by side: a chain of operators would be rendered one inside the other."""
    return pw.NodeList(tuple(conditions), glue, parens=True)
