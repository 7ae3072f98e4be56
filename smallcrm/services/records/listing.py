"""A list as a stream: read page by page in constant memory, and known afterwards to be whole or cut."""

from __future__ import annotations

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

    def __iter__(self) -> Iterator[Values]:
        """The records in order."""
        asked, after = self._listing, self._listing.after
        while True:
            step = min(PAGE, asked.limit - self.count) if asked.limit else PAGE
            page = store.page(self._noun, store.Listing(asked.sort, after, step, asked.trashed, asked.parts))
            yield from page.records
            self.count += len(page.records)
            after = page.next
            if after is None or (asked.limit and self.count >= asked.limit):
                self.next = after
                return
