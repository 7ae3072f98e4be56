"""One attacked database: made, opened behind walls or plain, looked at from outside, put back."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee as pw
import psycopg

from smallcrm.db import engine, fence
from smallcrm.db.ddl import create_tables
from tests.db.fence import rows, tables
from tests.support.postgres import OWNER

if TYPE_CHECKING:
    from collections.abc import Iterator

# Which of the fence, the engine's wall and SQLite's authorizer stand.
WALLS = {
    "both": (True, True, True),
    "local": (True, True, False),
    "fence": (True, False, False),
    "wall": (False, True, True),
}
State = dict[str, list[tuple[Any, ...]]]
NAMES = {
    "sqlite": "SELECT name FROM sqlite_master",
    "postgres": "SELECT relname FROM pg_class WHERE relkind = 'r'",
}
CATALOGUE = (
    "SELECT relname, relkind, relrowsecurity, relforcerowsecurity, relacl::text, relowner, relhastriggers"  # noqa: ISC004
    " FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    "SELECT tablename, policyname, cmd, qual, with_check, roles::text FROM pg_policies",
    "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles",
    "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
)


@contextlib.contextmanager
def stock_peewee() -> Iterator[None]:
    """Peewee's own row cache on queries, which the fence replaces for the whole process."""
    query: Any = pw.BaseQuery
    replaced = vars(query).get("_cursor_wrapper")
    if replaced is None:
        yield
        return
    del query._cursor_wrapper
    try:
        yield
    finally:
        query._cursor_wrapper = replaced


@dataclass
class Env:
    """What an attack is given: the models, the database, and how to enter scopes."""

    engine: str
    db: Any
    t: tables.Tables
    fenced: bool
    place: str
    kept: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.t, name)

    def mine(self, n: int) -> int:
        """The id of my n-th row."""
        return rows.make(rows.MINE, n)

    def theirs(self, n: int) -> int:
        """The id of the other tenant's n-th row."""
        return rows.make(rows.THEIRS, n)

    def raw(self) -> Any:
        """The Database object itself, behind the proxy."""
        return self.db.obj if isinstance(self.db, pw.Proxy) else self.db

    def scope(self, tenant: int) -> Any:
        """A tenant scope; nothing on a plain database."""
        return fence.tenant_scope(tenant) if self.fenced else contextlib.nullcontext()

    def account(self, user: int) -> Any:
        """An account scope; nothing on a plain database."""
        return fence.account_scope(user) if self.fenced else contextlib.nullcontext()

    def system(self) -> Any:
        """A system scope; nothing on a plain database."""
        return fence.system_scope("attack suite") if self.fenced else contextlib.nullcontext()


@dataclass
class World:
    """A database of one engine, filled from a template before every attack."""

    engine: str
    walls: str | None  # None: plain Peewee
    content: rows.Rows
    url: str
    system_url: str | None = None
    outside_url: str = ""
    admin: Any = None
    seeded: State = field(default_factory=dict)
    catalogue: list[Any] = field(default_factory=list)
    names: tuple[str, ...] = rows.ORDER

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(self.url.removeprefix("sqlite:///"))

    @property
    def template(self) -> Path:
        """The SQLite file as it was filled."""
        return self.path.parent / "template"

    @contextlib.contextmanager
    def outside(self) -> Iterator[Any]:
        """A plain connection that no wall stands before."""
        if self.engine == "sqlite":
            connection = sqlite3.connect(self.path)
            try:
                yield connection
                connection.commit()
            finally:
                connection.close()
            return
        if self.admin is None or self.admin.closed:
            self.admin = psycopg.connect(self.outside_url, options="-c lock_timeout=5000")
        with self.admin.transaction():
            yield self.admin

    def plain_database(self) -> Any:
        """A stock Peewee database over the same place."""
        if self.engine == "sqlite":
            return pw.SqliteDatabase(str(self.path), pragmas={"foreign_keys": 1}, timeout=0.1)
        return pw.PostgresqlDatabase(self.url, prefer_psycopg3=True, options="-c lock_timeout=200")

    def build(self) -> None:
        """Create the tables and fill them."""
        if self.walls is None:
            with stock_peewee():
                database = self.plain_database()
                database.create_tables(tables.build(tables.plain_bases(database)).every)
                database.close()
        else:
            engine.open_database(self.url, self.system_url)
            with fence.system_scope("create the attacked tables"):
                create_tables(tables.FENCED.every)
            engine.close_database()
            self.lower()
        self.filled()

    def filled(self) -> None:
        """Fill the tables and keep how they are."""
        self.fill()
        if self.engine == "sqlite":
            shutil.copy(self.path, self.template)
        self.seeded, self.catalogue = self.state(), self.schema()

    def lower(self) -> None:
        """Take row-level security away where the compiler is to stand alone; the grants stay."""
        if self.engine == "postgres" and self.walls == "fence":
            with self.outside() as connection:
                for name in rows.ORDER:
                    connection.execute(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")
                    connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")

    def open(self) -> None:
        """Bind the proxy to this database."""
        fenced, walled, authorizer = WALLS[self.walls or "both"]
        engine.open_database(
            self.url,
            self.system_url,
            fence=fenced,
            engine_fence=walled,
            authorizer=authorizer and self.engine == "sqlite",
        )

    def fill(self) -> None:
        """Put the rows in from outside, in place of whatever is there."""
        mark = "?" if self.engine == "sqlite" else "%s"
        with self.outside() as connection:
            if self.engine == "postgres":
                connection.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in self.names))
            for name in self.names:
                found = self.content[name]
                if found:
                    places = "(" + ", ".join(mark for _ in found[0]) + ")"
                    connection.execute(
                        f'INSERT INTO "{name}" ({", ".join(found[0])}) VALUES {", ".join(places for _ in found)}',
                        tuple(value for row in found for value in row.values()),
                    )

    def state(self) -> State:
        """Every row of every table, as seen from outside."""
        with self.outside() as connection:
            there = {row[0] for row in connection.execute(NAMES[self.engine])}
            return {
                name: [tuple(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY id")]
                if name in there
                else [("the table is gone",)]
                for name in rows.ORDER
            }

    def schema(self) -> list[Any]:
        """The schema and its fences, as seen from outside."""
        with self.outside() as connection:
            if self.engine == "sqlite":
                return sorted(connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall())
            return [sorted(connection.execute(query).fetchall(), key=repr) for query in CATALOGUE]

    def restore(self, *, schema: bool = False) -> None:
        """Put everything back as it was filled; with `schema` the tables too."""
        if self.engine == "sqlite":
            self.path.unlink()
            number = int(self.path.stem.rpartition("-")[2]) + 1
            self.url = f"sqlite:///{self.path.parent}/file-{number}.db"
            shutil.copy(self.template, self.path)
        else:
            with self.outside() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                if schema:
                    connection.execute("DROP SCHEMA public CASCADE")
                    connection.execute(f"CREATE SCHEMA public AUTHORIZATION {OWNER}")
                    connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
            if schema:
                self.build()
            else:
                self.fill()

    @contextlib.contextmanager
    def attacked(self) -> Iterator[Env]:
        """The database opened for one attack, closed after it."""
        if self.walls is None:
            with stock_peewee():
                database = self.plain_database()
                yield Env(self.engine, database, tables.build(tables.plain_bases(database)), False, self.url)
                if database.in_transaction():
                    database.dispose()
                database.close()
            return
        self.open()
        try:
            yield Env(self.engine, fence.proxy, tables.FENCED, True, self.url)
        finally:
            with contextlib.suppress(Exception):
                engine.close_database()
