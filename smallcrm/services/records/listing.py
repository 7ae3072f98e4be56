"""A list as a stream: read page by page in constant memory, and known afterwards to be whole or cut."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from smallcrm.services.records import store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.records.schema import Noun, Values

PAGE = 1000


class Stream:
    """The records of a listing; `next` is then the cursor of what was cut off, None if nothing was."""

    def __init__(self, noun: Noun, listing: store.Listing) -> None:
        self._noun = noun
        self._listing = listing
        self.next: str | None = None
        self.count = 0
        # Read now, so that a wrong sort key or cursor is told before anything is printed.
        self._first = self._page(listing.after)

    def __iter__(self) -> Iterator[Values]:
        """The records in order; once."""
        page = self._first
        while True:
            yield from page.records
            self.count += len(page.records)
            if page.next is None or (self._listing.limit and self.count >= self._listing.limit):
                self.next = page.next
                return
            page = self._page(page.next)

    def _page(self, after: str | None) -> store.Page:
        asked = self._listing
        step = min(PAGE, asked.limit - self.count) if asked.limit else PAGE
        return store.page(self._noun, replace(asked, after=after, limit=step))
