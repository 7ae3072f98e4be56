"""Which version of the schema a database has: the check of every start, without Peewee's migration code."""

from __future__ import annotations

import sqlite3
import stat
from functools import cache
from pathlib import Path
from typing import Any

import peewee as pw

from smallcrm.db.faults import driver_error, faults
from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.db.fence.register import Policy, TableClass, register
from smallcrm.db.fence.scope import system_scope
from smallcrm.errors import ConfigError, DatabaseDamaged, DatabaseTooNew, DatabaseUnavailable, NotFound

DIRECTORY = Path(__file__).parent
HISTORY = "schema_migration"
# "sCRM": stands in the header of our SQLite files, so that another program's file is never touched.
APPLICATION_ID = 0x7343524D
MEMORY = ":memory:"

register(Policy(HISTORY, TableClass.SYSTEM, packed_id=False))


@cache
def known() -> tuple[str, ...]:
    """The names of this program's migrations, oldest first."""
    names = (path.stem for path in DIRECTORY.iterdir() if path.suffix == ".py")
    return tuple(sorted(name for name in names if name[0].isdigit()))


def number_of(name: str) -> str:
    """The number of a migration as it is shown: 0007."""
    return name.split("_", 1)[0]


def too_new(newest: str) -> DatabaseTooNew:
    """The refusal of a database whose newest migration this program does not know."""
    return DatabaseTooNew(
        f"This database was written by a newer smallCRM ({newest}); update smallCRM.",
        hint="pip install --upgrade smallcrm",
    )


def ensure_current() -> None:
    """Check that the open database has this program's schema; raises ConfigError or DatabaseTooNew."""
    with faults(), system_scope("check the schema version"):
        database = proxy.target()
        if isinstance(database, FencedSqlite):
            done = 0 if is_blank(database) else sqlite_version(database)
            newest = f"{done:04}"
        else:
            newest = _newest_on_postgres(database)
            done = int(number_of(newest))
    if done > len(known()):
        raise too_new(newest)
    if done < len(known()):
        needed = number_of(known()[-1])
        had = f"has version {number_of(newest)} of the schema" if done else "has no tables yet"
        raise ConfigError(f"The database {had}; this smallCRM needs version {needed}.", hint="smallcrm db migrate")


def is_blank(database: Any) -> bool:
    """Whether a SQLite file, not open yet, is empty; raises for one missing, damaged or not ours.

    Not a byte of it is changed: opening it for use would already write into it.
    """
    return database.is_closed() and database.database != MEMORY and _probe(Path(database.database))


def sqlite_version(database: Any) -> int:
    """The number of a SQLite database's last migration, or 0; raises for another program's file."""
    version: int = database.execute_sql("PRAGMA user_version").fetchone()[0]
    application = database.execute_sql("PRAGMA application_id").fetchone()[0]
    if application != APPLICATION_ID and _has_tables(database.execute_sql):
        raise foreign(Path(database.database))
    return version


def _probe(path: Path) -> bool:
    # SQLite opens the file and not we: our closing it would drop the locks of this process's connections.
    with faults(path):
        _check_file(path)
        wal = path.with_name(path.name + "-wal")
        if wal.exists():
            return False
        try:
            ours, blank = _look(path)
        except sqlite3.DatabaseError:
            # Another process may have opened it in the meantime and be moving its log into it.
            if wal.exists():
                return False
            raise
    if not ours and not blank:
        raise foreign(path)
    return blank


def foreign(path: Path) -> DatabaseDamaged:
    """The refusal of a SQLite file of another program."""
    return DatabaseDamaged(
        f"This is a SQLite file, but not a database of smallCRM: {path}.",
        hint="name another file with --db sqlite:///FILE",
    )


def _check_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise NotFound(f"There is no database yet: {path}.", hint="smallcrm init NAME") from error
    if not stat.S_ISREG(mode):
        raise DatabaseUnavailable(f"The database is not a file: {path}.")


def _look(path: Path) -> tuple[bool, bool]:
    """Whether the file is marked as ours, and whether it is without tables."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?immutable=1", uri=True)
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        return application == APPLICATION_ID, not _has_tables(connection.execute)
    finally:
        connection.close()


def _has_tables(execute: Any) -> bool:
    return bool(execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _newest_on_postgres(database: Any) -> str:
    try:
        row = database.execute_sql(f"SELECT max(name) FROM {HISTORY}").fetchone()
    except pw.ProgrammingError as error:
        if driver_error(error).sqlstate == "42P01":
            return "0000"
        raise
    return row[0] or "0000"
