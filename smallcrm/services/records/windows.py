"""A listing by the places of its rows: any page of it, wherever it lies, without those before it.

A page beside one that was read begins at a cursor. Any other is reached by leaving out rows from the nearest cursor, or
from either end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from smallcrm.services.records import store

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Noun, Values

PAGE = 200


class _Way(NamedTuple):
    """How to reach a page: from which cursor, over how many rows, how many of them, and in which direction."""

    after: str | None
    skip: int
    limit: int
    back: bool = False


class Window:
    """Pages of a listing, counted from 0; where others write meanwhile, rows may be seen twice or not at all.

    A window is used by one thread, and is given up for a new one when the records have changed.
    """

    def __init__(self, noun: Noun, listing: store.Listing, size: int = PAGE) -> None:
        self.noun, self.listing, self.size = noun, listing, size
        # By page: the cursor of the record before it, and of the one after it.
        self._before: dict[int, str | None] = {0: None}
        self._after: dict[int, str] = {}

    def page(self, at: int, total: int | None = None) -> list[Values]:
        """The records of a page; `total`, where it is known, lets it be read from the end."""
        way = min(self._ways(at, total), key=lambda way: way.skip)
        asked = replace(self.listing, after=way.after, skip=way.skip, limit=way.limit, back=way.back)
        found = store.page(self.noun, asked)
        if found.bounds is not None:
            first, last = found.bounds
            self._after[at - 1] = first
            if len(found.records) == self.size:
                self._before[at + 1] = last
        return found.records

    def _ways(self, at: int, total: int | None) -> list[_Way]:
        """How the page can be reached, from where others have been read and from the ends."""
        size = self.size
        ways = [_Way(cursor, (at - page) * size, size) for page, cursor in self._before.items() if page <= at]
        if total is not None and at * size < total:
            whole, rest = divmod(total, size)
            last = rest or size
            pages = whole + (1 if rest else 0)
            skip = 0 if at == pages - 1 else last + (pages - 2 - at) * size
            ways.append(_Way(None, skip, last if at == pages - 1 else size, back=True))
        ways += [
            _Way(cursor, (page - at) * size, size, back=True) for page, cursor in self._after.items() if page >= at
        ]
        return ways

    def place(self, number: int) -> int | None:
        """Where a record stands in the listing, counted from 0; None where it is none of it."""
        return store.place(self.noun, self.listing, number)
