"""The numbers that a dry run gives its new records: looked up without writing, and taken where all is taken back."""

from __future__ import annotations

from smallcrm.db import ids
from smallcrm.services.transfer.meanwhile import changed_meanwhile


class Foreseen:
    """Numbers that nobody has reserved: comparing with them locks nobody, and leaves no gap."""

    def __init__(self) -> None:
        self._first: dict[str, int] = {}
        self._next: dict[str, int] = {}

    def look(self, table: str, count: int) -> int:
        """The first of the next `count` numbers of a table."""
        first = self._next[table] if table in self._next else ids.upcoming(table)
        self._first.setdefault(table, first)
        self._next[table] = first + count
        return first

    def take(self) -> None:
        """Take them inside the running transaction; raises Conflict where somebody else has got them by now."""
        for table, first in self._first.items():
            if ids.take(table, self._next[table] - first) != first:
                raise changed_meanwhile()
