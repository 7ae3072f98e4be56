"""Rows are read only under the scope that ran the query, and a query object never replays another scope's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence.scope import Scope, bound
from smallcrm.errors import FenceRefused, ScopeConflict

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPEN = frozenset({"description", "close", "closed"})


class ScopedCursor:
    """A driver's cursor that gives its rows to the scope it was opened under, and to no other."""

    __slots__ = ("_cursor", "_scope", "stored")

    def __init__(self, cursor: Any, scope: Scope) -> None:
        self._cursor = cursor
        self._scope = scope
        self.stored: int | None = None

    def _check(self) -> None:
        scope = bound()
        # The same object in all but rare cases; comparing two costs more than reading a row.
        if scope is not self._scope and scope != self._scope:
            raise ScopeConflict("Rows can only be read under the scope that ran the query.")

    def fetchone(self) -> Any:
        """The next row, or None."""
        self._check()
        return self._cursor.fetchone()

    def fetchmany(self, size: int) -> list[Any]:
        """At most `size` further rows."""
        self._check()
        rows: list[Any] = self._cursor.fetchmany(size)
        return rows

    def fetchall(self) -> list[Any]:
        """All further rows."""
        self._check()
        rows: list[Any] = self._cursor.fetchall()
        return rows

    @property
    def rowcount(self) -> int:
        """How many rows were written."""
        count: int = self._cursor.rowcount
        return count

    @property
    def lastrowid(self) -> Any:
        """The id of the row that this statement added last; None where there is none."""
        # SQLite's own is the connection's: after a statement that adds nothing it is of whatever was added before.
        return self.stored if self._scope.fenced else self._cursor.lastrowid

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchone, None)

    def __getattr__(self, name: str) -> Any:
        if name in _OPEN or not self._scope.fenced:
            return getattr(self._cursor, name)
        raise FenceRefused(f"cursor.{name} is not available in a scope.")


class _ScopedRows:
    """The rows a query object keeps, visible only to the scope that fetched them."""

    def __get__(self, query: Any, owner: type | None = None) -> Any:
        if query is None:
            return self
        kept = query.__dict__.get("_scoped_rows")
        if kept is None:
            return None
        scope = bound()
        return kept[1] if kept[0] is scope or kept[0] == scope else None

    def __set__(self, query: Any, rows: Any) -> None:
        scope = bound()
        query.__dict__["_scoped_rows"] = None if rows is None or scope is None else (scope, rows)


# Peewee keeps the rows on the query itself: a query at module level would show one tenant's rows to the next.
pw.BaseQuery._cursor_wrapper = _ScopedRows()
