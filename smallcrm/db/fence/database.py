"""The fenced databases: every statement is compiled by the wall, run under its scope, and read under its scope."""

from __future__ import annotations

import re
import threading
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence import doors
from smallcrm.db.fence.context import FencedContext
from smallcrm.db.fence.cursor import ScopedCursor
from smallcrm.db.fence.scope import Scope, bound, current
from smallcrm.errors import FenceRefused, ScopeConflict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Makes Peewee's errors of the driver's; its stub leaves it out.
_ENGINE_ERRORS: Any = vars(pw)["__exception_wrapper__"]
_SAVEPOINT = re.compile(r'(?:SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) "s[0-9a-f]{32}";')


BATCH = 500


class _Local(threading.local):
    trusted = 0
    # While the driver has a statement it may call what its values are made of, which is not trusted.
    running = False
    walled = False
    roomy = False
    transaction_scope: Scope | None = None


class FencedDatabase:
    """Mixed into a Peewee database: no statement reaches the driver but through `execute` under a scope.

    `fence=False` lets queries through as Peewee writes them; tests use it to try the engine's wall alone.
    """

    context_class: type[pw.Context] = FencedContext
    # The ways a transaction may begin, as they are written.
    begin_modes: frozenset[str] = frozenset()
    # Whether it speaks for the owner of the tables, before whom no wall of the engine stands.
    is_owners = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        doors.shut(cls)

    def __init__(self, *args: Any, fence: bool = True, engine_fence: bool = True, **kwargs: Any) -> None:
        self._local = _Local()
        self.fence = fence
        self.engine_fence = engine_fence
        if not fence:
            self.context_class = pw.Context
        super().__init__(*args, **kwargs)
        # What hangs there hears every tenant's statements.
        vars(self)["query_hooks"] = ()

    def _raise_wall(self, scope: Scope, sql: str) -> None:
        """Bring the engine's own fence up for this scope on this connection."""

    @contextmanager
    def _trusted(self, scope: Scope, sql: str) -> Iterator[None]:
        self._local.trusted += 1
        try:
            if self.engine_fence:
                self._raise_wall(scope, sql)
            yield
        finally:
            self._local.trusted -= 1

    def _in_its_transaction(self) -> Scope:
        """The bound scope; raises ScopeConflict where the open transaction is another's."""
        scope = current()
        if self.is_owners and scope.fenced:
            raise FenceRefused("The owner's connection needs the system scope.")
        began = self._local.transaction_scope
        if began is not None and began is not scope and began != scope:
            raise ScopeConflict("The transaction was begun under another scope.")
        return scope

    def _run(self, sql: str, params: Any) -> Any:
        scope, local = self._in_its_transaction(), self._local
        _need_plain(sql)
        # As `_trusted` does, without a generator: this is run for every query.
        local.trusted += 1
        outer, local.running = local.running, False
        try:
            if self.engine_fence:
                self._raise_wall(scope, sql)
            cursor = self._execute_cursor(sql, params)
        finally:
            local.running = outer
            local.trusted -= 1
        return ScopedCursor(cursor, scope)

    def _execute_cursor(self, sql: str, params: Any, **cursor_options: Any) -> Any:
        self._log_query(sql, params)  # type: ignore[attr-defined]
        with _ENGINE_ERRORS:
            cursor = self.cursor(**cursor_options)
            self._local.running = True
            cursor.execute(sql, params or ())
        return cursor

    def _untrusted(self, rows: Iterable[Any]) -> Iterator[Any]:
        """The rows, each batch made without the trust that the statement has for which they are."""
        local, source = self._local, iter(rows)
        while True:
            held, local.trusted = local.trusted, 0
            try:
                batch = list(islice(source, BATCH))
            finally:
                local.trusted = held
            if not batch:
                return
            yield from batch

    def execute(self, query: Any, **context_options: Any) -> Any:
        """Compile a query under the bound scope and run it."""
        scope = current()
        if context_options and scope.fenced:
            raise FenceRefused("The rendering of a query cannot be changed in a scope.")
        context = self.get_sql_context(**context_options)  # type: ignore[attr-defined]
        sql, params = context.sql(query).query()
        return self._run(sql, params)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        """Run SQL text; in a tenant or account scope only the savepoints of `atomic()`."""
        scope = current()
        _need_plain(sql)
        if scope.fenced and not _SAVEPOINT.fullmatch(sql):
            raise FenceRefused("Raw SQL needs the system scope.")
        return self._run(sql, params)

    def run_reviewed(self, sql: str, params: Any = None) -> Any:
        """Run SQL text of the db package itself under the bound scope; reviewed uses are listed by a test."""
        return self._run(sql, params)

    def run_many(self, sql: str, rows: Any) -> None:
        """Run one reviewed statement for many rows of parameters (SQLite)."""
        _need_plain(sql)
        with self._trusted(self._in_its_transaction(), sql):
            self.cursor().executemany(sql, self._untrusted(rows))

    def spare_memory(self) -> None:
        """Keep as little of what is read in memory as goes; nothing to do where the server keeps it."""

    def stopper(self) -> Callable[[], None]:
        """What stops the statement that this thread is running, if it runs one; any thread may call it."""
        with self._trusted(current(), "SELECT"):
            connection: Any = super().connection()  # type: ignore[misc]
        stop = connection.interrupt if hasattr(connection, "interrupt") else connection.cancel
        # The method itself would hand out the connection.
        return lambda: stop()  # noqa: PLW0108

    def _need_trust(self, what: str) -> None:
        if current().fenced and (self._local.running or not self._local.trusted):
            raise FenceRefused(f"{what} needs the system scope.")

    def refuse_in_scope(self, what: str) -> None:
        """Raise FenceRefused in a tenant or account scope, but for what the database itself does there."""
        scope = bound()
        if scope is not None and scope.fenced and (self._local.running or not self._local.trusted):
            raise FenceRefused(f"{what} of the database needs the system scope.")

    def cursor(self, *args: Any, **kwargs: Any) -> Any:
        """The driver's cursor; only for the database itself and the system scope."""
        self._need_trust("A cursor")
        return super().cursor(*args, **kwargs)  # type: ignore[misc]

    def connection(self) -> Any:
        """The driver's connection; only for the database itself and the system scope."""
        self._need_trust("A connection")
        return super().connection()  # type: ignore[misc]

    def begin(self, *args: Any, **kwargs: Any) -> Any:
        """Begin a transaction that belongs to the bound scope, in one of the ways that `begin_modes` lists."""
        scope, local = self._in_its_transaction(), self._local
        modes = [self._mode(asked) for asked in (*args, *kwargs.values()) if asked is not None]
        local.trusted += 1
        try:
            if self.engine_fence:
                self._raise_wall(scope, "BEGIN")
            begun = super().begin(*modes)  # type: ignore[misc]
        finally:
            local.trusted -= 1
        local.transaction_scope = scope
        return begun

    def _mode(self, asked: Any) -> str:
        """The text of ours that is equal to what was asked for: Peewee puts it into SQL as it is."""
        # The exact type: a subclass of str may lie about what it equals.
        found = [mode for mode in self.begin_modes if type(asked) is str and asked.upper() == mode]
        if not found:
            raise FenceRefused(f"A transaction cannot begin so: {asked!r}.")
        return found[0]

    def is_in_transaction(self) -> bool:
        """Whether this thread's connection is in a transaction, begun by a block or by hand."""
        stacked: bool = self.in_transaction()  # type: ignore[attr-defined]
        return stacked or self._local.transaction_scope is not None

    def forget_transaction(self) -> None:
        """Forget a transaction that went with its connection."""
        self._local.transaction_scope = None

    def commit(self) -> Any:
        """Commit the scope's transaction."""
        return self._end("commit")

    def rollback(self) -> Any:
        """Roll the transaction back."""
        return self._end("rollback")

    def _end(self, how: str) -> Any:
        self._in_its_transaction()
        self._local.trusted += 1
        try:
            return getattr(super(), how)()
        finally:
            self._local.trusted -= 1
            self._local.transaction_scope = None


def _need_plain(sql: object) -> None:
    # The exact type: what a subclass of str says it is, and what it gives the driver, may be two things.
    if type(sql) is not str:
        raise FenceRefused("SQL must be plain text.")


def _need_fenced(database: object) -> None:
    if database is not None and not isinstance(database, FencedDatabase):
        raise FenceRefused("Models are bound to a database with the fence.")


class TenantDatabaseProxy(pw.DatabaseProxy):
    """The database that models are bound to: raises TenantNotBound outside every scope.

    On PostgreSQL the system scope speaks through a connection of its own, with the owner's role.
    """

    __slots__ = ("_Model", "_callbacks", "_system", "obj")
    _system: Any

    def __init__(self) -> None:
        object.__setattr__(self, "_system", None)
        super().__init__()

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def open(self, database: FencedDatabase, system: FencedDatabase | None = None) -> None:
        """Bind a fenced database, and the one for the system scope where it is another."""
        _need_fenced(system)
        self.initialize(database)
        self._system = system or database
        if system is not None and system is not database:
            system.is_owners = True

    def initialize(self, obj: Any) -> None:
        """Bind a fenced database, or none; raises FenceRefused for a database without the fence."""
        _need_fenced(obj)
        super().initialize(obj)

    def shut(self) -> None:
        """Unbind; every use raises again."""
        self._system = None
        self.initialize(None)

    def target(self) -> Any:
        """The database for the bound scope."""
        scope = current()
        database = self.obj if scope.fenced else self._system
        if database is None:
            raise pw.InterfaceError("No database is open.")
        return database

    def databases(self) -> tuple[Any, ...]:
        """The databases behind the proxy: none, one, or two where the system has its own."""
        return tuple(dict.fromkeys(db for db in (self.obj, self._system) if db is not None))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.target(), name)

    def __enter__(self) -> Any:
        return self.target().__enter__()

    def __exit__(self, *exc: object) -> Any:
        return self.target().__exit__(*exc)


proxy = TenantDatabaseProxy()
