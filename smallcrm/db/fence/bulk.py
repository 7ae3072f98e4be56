"""The one reviewed door for bulk work inside a tenant scope: staging tables beside the data.

On SQLite they lie in an attached file of their own, so that filling them locks nobody; on PostgreSQL in temporary
tables filled by COPY. They carry `tenant_id`, are fenced like any table of the tenant, and go when the door closes.
"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.register import Policy, TableClass, register, unregister
from smallcrm.db.fence.scope import TENANT_SHIFT, Kind, current
from smallcrm.errors import FenceRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_TYPES = frozenset({"bigint", "double precision", "text"})
_STAGE_PRAGMAS = (
    "page_size = 32768",
    "journal_mode = OFF",
    "synchronous = OFF",
    "cache_size = -32000",
    "user_version = 1",
)


class BulkDoor:
    """Makes and fills staging tables for the bound tenant."""

    def __init__(self, database: Any, tenant: int) -> None:
        self._database = database
        self._tenant = tenant
        self._tables: list[str] = []
        self._postgres = isinstance(database, pw.PostgresqlDatabase)

    def table(self, name: str, columns: Mapping[str, str]) -> Any:
        """A new staging table `stage_<name>` with columns of type bigint, double precision or text, as a Peewee table.

        Its rows are counted from 1 in `seq`.
        """
        full, columns = f"stage_{name}", dict(columns)
        _names(full, *columns)
        if not all(type(kind) is str and kind in _TYPES for kind in columns.values()):
            raise FenceRefused(f"Not a staging table: {name!r}.")
        where = f"TEMP TABLE {full}" if self._postgres else f"TABLE stage.{full}"
        c = ' COLLATE "C"' if self._postgres else ""
        body = ", ".join(f'"{column}" {kind}{c if kind == "text" else ""}' for column, kind in columns.items())
        owner = f"bigint NOT NULL DEFAULT {self._tenant} CHECK (tenant_id = {self._tenant})"
        number = "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY" if self._postgres else "integer PRIMARY KEY"
        self._database.run_reviewed(f"CREATE {where} (seq {number}, tenant_id {owner}, {body})")
        register(Policy(full, TableClass.TENANT, packed_id=False))
        self._tables.append(full)
        return pw.Table(full, ["seq", *columns, "tenant_id"], _database=self._database)

    def index(self, table: pw.Table, *columns: str) -> None:
        """Index a staging table on some of its columns."""
        name, listed = self._own(table), _names(*columns)
        schema = "" if self._postgres else "stage."
        self._database.run_reviewed(f"CREATE INDEX {schema}{name}_{'_'.join(columns)} ON {name} ({listed})")

    def analyze(self, table: pw.Table) -> None:
        """Let the planner see how large a filled staging table is (PostgreSQL)."""
        if self._postgres:
            self._database.run_reviewed(f"ANALYZE {self._own(table)}")

    def fill(self, table: pw.Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Put rows into a staging table; the values stand in the order of `columns`."""
        name, columns = self._own(table), tuple(columns)
        listed = _names(*columns)
        if any(column.lower() == "tenant_id" for column in columns):
            raise FenceRefused("Whose the rows of a staging table are is not for their source to say.")
        with self._database._trusted(current(), "INSERT"):
            cursor, rows = self._database.cursor(), self._database._untrusted(rows)
            if self._postgres:
                with cursor.copy(f"COPY {name} ({listed}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(columns))
                insert = f"INSERT INTO stage.{name} ({listed}) VALUES ({marks})"
                # A dry run fills inside the transaction that it takes back.
                with _alone(cursor) if not self._database.in_transaction() else nullcontext():
                    cursor.executemany(insert, rows)

    def _own(self, table: pw.Table) -> str:
        """The name of a staging table of this door, as the door wrote it; raises FenceRefused for any other table."""
        found = [name for name in self._tables if type(table.__name__) is str and table.__name__ == name]
        if not found:
            raise FenceRefused("It is no staging table of this door.")
        return found[0]

    def load(self, model: Any, source: Any, columns: Sequence[Any], span: tuple[int, int]) -> int:
        """`INSERT INTO model (…) source` into the reserved ids `span`, first to last; gives the number of rows.

        On SQLite the insert trigger of the table is off for this one statement, since a call per row costs more than
        one count that proves that every row went into the range, which is this tenant's.
        """
        if any(type(number) is not int or number >> TENANT_SHIFT != self._tenant for number in span):
            raise FenceRefused("Bulk rows go into ids of the bound tenant.")
        insert = model.insert_from(source, columns).as_rowcount()
        if self._postgres:
            return int(insert.execute())
        inside = model.select(model.id).where(model.id.between(*span))
        before = inside.count()
        # What is refused is taken back: with the caller's transaction, or with one of its own where there is none.
        alone = not self._database.in_transaction()
        with self._database.atomic() if alone else nullcontext():
            with self._database.open_wall(model._meta.table_name):
                rows = int(insert.execute())
            mine = inside.count() - before
            if rows != mine:
                raise FenceRefused(f"A bulk load put {rows} rows where {mine} belong to the bound tenant.")
        return rows

    def close(self) -> None:
        """Drop the staging tables."""
        for name in self._tables:
            unregister(name)
            if self._postgres:
                self._database.run_reviewed(f"DROP TABLE IF EXISTS pg_temp.{name}")
        self._tables.clear()


def _names(*names: str) -> str:
    """Names for SQL text, quoted; raises FenceRefused for what is more than a name."""
    for name in names:
        # The exact type: a subclass of str may lie about what it is.
        if not (type(name) is str and name.isidentifier() and name.isascii()):
            raise FenceRefused(f"Not a name in a staging table: {name!r}.")
    return ", ".join(f'"{name}"' for name in names)


@contextmanager
def bulk_door() -> Iterator[BulkDoor]:
    """Open the door for the bound tenant; only outside a transaction."""
    scope = current()
    database = proxy.target()
    if scope.kind is not Kind.TENANT or scope.key is None:
        raise FenceRefused("Bulk work belongs to one tenant.")
    if database.in_transaction():
        raise FenceRefused("The bulk door opens before the transaction, not in it.")
    door = BulkDoor(database, scope.key)
    if isinstance(database, pw.PostgresqlDatabase):
        try:
            yield door
        finally:
            door.close()
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="smallcrm-stage-") as directory:
        path = str(Path(directory) / "stage.db")
        database.run_reviewed("ATTACH DATABASE ? AS stage", (path,))
        try:
            for pragma in _STAGE_PRAGMAS:
                database.run_reviewed(f"PRAGMA stage.{pragma}")
            # The last has made the file. Without a name it is gone with this process, however that ends.
            Path(path).unlink()
            yield door
        finally:
            door.close()
            database.run_reviewed("DETACH DATABASE stage")


@contextmanager
def _alone(cursor: Any) -> Iterator[None]:
    """A transaction of its own, below the notice of Peewee."""
    cursor.execute("BEGIN")
    try:
        yield
    except BaseException:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("COMMIT")
