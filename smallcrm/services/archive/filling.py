"""Rows by the bulk door into an empty table: staged, then with one statement; what is refused is found by halves."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence import proxy
from smallcrm.db.ids import own_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smallcrm.db.fence.bulk import BulkDoor
    from smallcrm.services.archive.tables import Table

_TYPES = {"TEXT": "text", "DOUBLE": "double precision"}


class Filling:
    """The rows of one table on their way into it."""

    def __init__(self, door: BulkDoor, table: Table) -> None:
        self._door = door
        self._table = table
        self.names = (*table.stored, *sorted(table.derived))

    @cached_property
    def _stage(self) -> Any:
        kinds = {name: _TYPES.get(self._table.model._meta.columns[name].field_type, "bigint") for name in self.names}
        return self._door.table(self._table.name, {"line": "bigint", **kinds})

    def fill(self, rows: Iterable[list[Any]]) -> None:
        """Stage rows, each its line and the values of `names`."""
        self._door.fill(self._stage, ("line", *self.names), rows)
        self._door.analyze(self._stage)

    def load(self, most: int) -> int | None:
        """Write the staged rows, of which `most` is the highest number; gives the line of one that is refused."""
        last = self._stage.select(pw.fn.MAX(self._stage.seq)).scalar()
        if self._fits(1, last, most):
            return None
        low, high = 1, last
        while low < high:
            middle = (low + high) // 2
            if self._fits(low, middle, most):
                low = middle + 1
            else:
                high = middle
        line: int = self._stage.select(self._stage.line).where(self._stage.seq == low).scalar()
        return line

    def _fits(self, first: int, last: int, most: int) -> bool:
        """Write the rows with these places; False, and nothing written, where one of them is refused."""
        stage, columns = self._stage, self._table.model._meta.columns
        source = stage.select(*(getattr(stage, name) for name in self.names))
        source = source.where(stage.seq >= first, stage.seq <= last).order_by(stage.seq)
        try:
            with proxy.atomic():
                self._door.load(
                    self._table.model, source, [columns[name] for name in self.names], (own_id(1), own_id(most))
                )
        except pw.IntegrityError:
            return False
        return True
