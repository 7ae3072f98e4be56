"""Queries of one shape, rendered once by the wall and run again with other values: most of a short query is rendering.

What is kept is kept for one scope of one database, with the owner's number in it; another scope renders its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import peewee as pw

from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.scope import Scope, current
from smallcrm.errors import FenceRefused

if TYPE_CHECKING:
    from collections.abc import Callable

SCOPES = 64
"""So many scopes of one database keep their text; then they begin anew."""


class _Slot:
    """The place of a value among the parameters."""

    __slots__ = ("at",)

    def __init__(self, at: int) -> None:
        self.at = at


class Prepared:
    """A SELECT whose values are given when it runs; `shape` makes it of as many nodes as there are `slots`."""

    def __init__(self, shape: Callable[..., Any], slots: int) -> None:
        self._shape = shape
        self._slots = slots
        self._kept: WeakKeyDictionary[Any, dict[Scope, tuple[str, list[Any]]]] = WeakKeyDictionary()

    def rows(self, *values: int | str) -> list[Any]:
        """The rows as the driver gives them, under the bound scope; raises FenceRefused for what is no plain value."""
        # The values pass no field of Peewee that would convert or refuse them.
        if len(values) != self._slots or any(type(value) not in (int, str) for value in values):
            raise FenceRefused(f"A prepared query takes {self._slots} whole numbers or texts.")
        database, scope = proxy.target(), current()
        kept = self._kept.setdefault(database, {})
        found = kept.get(scope)
        if found is None:
            if len(kept) >= SCOPES:
                kept.clear()
            found = kept[scope] = self._render(database)
        sql, template = found
        params = [values[value.at] if type(value) is _Slot else value for value in template]
        rows: list[Any] = database.run_reviewed(sql, params).fetchall()
        return rows

    def _render(self, database: Any) -> tuple[str, list[Any]]:
        query = self._shape(*(pw.Value(_Slot(at), converter=False, unpack=False) for at in range(self._slots)))
        # What is written is checked value by value when it is rendered, so it cannot be kept.
        if not isinstance(query, pw.SelectBase):
            raise FenceRefused("Only a SELECT can be prepared.")
        sql, params = database.get_sql_context().sql(query).query()
        return sql, list(params)
