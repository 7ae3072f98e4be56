"""The two fenced databases: SQLite with its triggers, PostgreSQL with its row-level security."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence import postgres_wall, sqlite_wall
from smallcrm.db.fence.context import table_of
from smallcrm.db.fence.database import FencedDatabase
from smallcrm.db.fence.register import policy_of
from smallcrm.db.fence.scope import TENANT_SHIFT, current

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.db.fence.scope import Scope


# Bulk work takes half as long again with SQLite's own 2 MB.
WRITING_CACHE_KIB = 64_000
# Reading goes no faster with more.
READING_CACHE_KIB = 8_000


# They write no row: the connection cannot before the triggers stand.
_HARMLESS = ("SELECT", "PRAGMA")


class FencedSqlite(FencedDatabase, pw.SqliteDatabase):
    """A fenced SQLite file; `authorizer` also refuses statements that did not come through the fence."""

    begin_modes = frozenset({"DEFERRED", "IMMEDIATE", "EXCLUSIVE"})

    def __init__(self, *args: Any, authorizer: bool = False, **kwargs: Any) -> None:
        self._authorizer = authorizer
        if authorizer:
            kwargs["cached_statements"] = 0
        super().__init__(*args, **kwargs)

    def _connect(self) -> Any:
        connection = super()._connect()  # type: ignore[misc]
        if self.engine_fence:
            sqlite_wall.prepare(connection)
            # Nothing can be written before the triggers stand, and they come with the first write.
            connection.execute("PRAGMA query_only = 1")
            if self._authorizer:
                sqlite_wall.authorize(connection, lambda: self._local.trusted > 0)
        self._local.walled = self._local.roomy = False
        return connection

    def connect(self, reuse_if_open: bool = False) -> bool:  # noqa: FBT001, FBT002 - Peewee's signature
        """Open this thread's connection."""
        self._local.trusted += 1
        try:
            opened: bool = super().connect(reuse_if_open)
            return opened
        finally:
            self._local.trusted -= 1

    def execute(self, query: Any, **context_options: Any) -> Any:
        """Compile a query under the bound scope and run it; of an INSERT the cursor knows the id."""
        cursor = super().execute(query, **context_options)
        if isinstance(query, pw.Insert):
            cursor.stored = _stored(query, cursor._cursor, current())
        return cursor

    def _raise_wall(self, scope: Scope, sql: str) -> None:  # noqa: ARG002 - one signature for both engines
        if sql.startswith(_HARMLESS):
            return
        if not self._local.walled:
            connection = super().connection()
            connection.execute("PRAGMA query_only = 0")
            sqlite_wall.raise_triggers(connection)
            self._local.walled = True
        if not self._local.roomy:
            super().connection().execute(f"PRAGMA cache_size = -{WRITING_CACHE_KIB}")
            super().connection().execute("PRAGMA mmap_size = 0")
            self._local.roomy = True

    def spare_memory(self) -> None:
        """Read by copying and keep little of it, until this thread's next transaction: for what reads all there is."""
        with self._trusted(current(), "PRAGMA"):
            super().connection().execute("PRAGMA mmap_size = 0")
            super().connection().execute(f"PRAGMA cache_size = -{READING_CACHE_KIB}")
            self._local.roomy = False

    @contextmanager
    def open_wall(self, table: str) -> Iterator[None]:
        """Take the insert trigger of one table down for one bulk load, and put it up again."""
        if not self.engine_fence:
            yield
            return
        scope, policy = current(), policy_of(table)
        with self._trusted(scope, "INSERT"):
            connection = super().connection()
            sqlite_wall.drop_insert_trigger(connection, policy)
        try:
            yield
        finally:
            with self._trusted(scope, "INSERT"):
                sqlite_wall.raise_insert_trigger(connection, policy)

    def raise_wall(self) -> None:
        """Put this connection's write fence up now, on every registered table that exists; raises if it cannot be."""
        self.forget_walls()
        with self._trusted(current(), "INSERT"):
            pass

    def forget_walls(self) -> None:
        """Look again for tables to fence before this thread's next write."""
        self._local.walled = False


def _stored(query: Any, cursor: Any, scope: Scope) -> int | None:
    """The id that an INSERT stored; None where it stored nothing, or where it cannot be told to be its own.

    The connection's last id stays what it was where nothing is added, where a row is changed in place of it, and where
    a table has no numbered rows. A packed id at least says whose it is.
    """
    last: int | None = cursor.lastrowid
    if cursor.rowcount < 1 or last is None or not policy_of(table_of(query.table)._path[0]).packed_id:  # type: ignore[attr-defined]
        return None
    return last if last >> TENANT_SHIFT == scope.key else None


class FencedPostgres(FencedDatabase, pw.PostgresqlDatabase):
    """A fenced PostgreSQL database for one role, one connection per thread."""

    begin_modes = frozenset({"READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"})

    def __init__(self, *args: Any, role: str, **kwargs: Any) -> None:
        self.role = role
        super().__init__(*args, **kwargs)

    def _raise_wall(self, scope: Scope, sql: str) -> None:
        if scope.fenced and (sql == "BEGIN" or not self.in_transaction()):
            postgres_wall.stamp(super().connection(), scope)
