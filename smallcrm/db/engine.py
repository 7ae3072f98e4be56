"""Open and close the database that a URL names: one SQLite file, or PostgreSQL with its two roles."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from smallcrm.db import search
from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.engines import READING_CACHE_KIB, FencedPostgres, FencedSqlite
from smallcrm.db.fence.scope import watch_transactions
from smallcrm.errors import ConfigError, DatabaseUnavailable

if TYPE_CHECKING:
    from smallcrm.db.fence.database import FencedDatabase

BUSY_SECONDS = 10
# Pages that lie far apart are read in place rather than copied. What was read so counts as memory of the process,
# though the system can have it back at any time; so what reads everything, or writes, does without (`spare_memory`).
MAPPED_BYTES = (1 << 31) - (1 << 16)
_PRAGMAS = (
    # Only a new file takes it; wide rows and bulk work fit larger pages better than the default of 4096.
    ("page_size", 8192),
    ("journal_mode", "wal"),
    ("foreign_keys", 1),
    ("synchronous", "normal"),
    ("cache_size", -READING_CACHE_KIB),
    ("mmap_size", MAPPED_BYTES),
    ("temp_store", "memory"),
)


def open_database(
    url: str,
    system_url: str | None = None,
    *,
    fence: bool = True,
    engine_fence: bool = True,
    authorizer: bool = False,
) -> None:
    """Bind the proxy to the database of a URL; `system_url` is the owner's role on PostgreSQL.

    `fence` and `engine_fence` switch one of the two walls off, which only tests do; `authorizer` adds a third.
    """
    close_database()
    system: FencedDatabase | None = None
    if url.startswith("sqlite:///"):
        database: FencedDatabase = _sqlite(
            sqlite_path(url), fence=fence, engine_fence=engine_fence, authorizer=authorizer
        )
    elif url.startswith(("postgresql://", "postgres://")):
        if system_url is None:
            raise ConfigError(
                "PostgreSQL needs two roles: the application's and the owner's.",
                hint="set SMALLCRM_SYSTEM_DATABASE_URL to the URL of the role that owns the tables",
            )
        database = _postgres(url, fence=fence, engine_fence=engine_fence)
        system = _postgres(system_url, fence=fence, engine_fence=engine_fence)
    else:
        raise ConfigError(f"Not a database URL: {url!r}. Use sqlite:///FILE or postgresql://USER@HOST/NAME.")
    proxy.open(database, system)
    watch_transactions(_in_transaction)


def close_database() -> None:
    """Close this thread's connections and unbind the proxy."""
    for database in proxy.databases():
        if not database.is_closed():
            while database.in_transaction():
                database.pop_transaction()
            database.forget_transaction()
            database.close()
    proxy.shut()


def _in_transaction() -> bool:
    return any(database.is_in_transaction() for database in proxy.databases())


def sqlite_path(url: str) -> Path:
    """The file that a sqlite:/// URL names."""
    return Path(url[len("sqlite:///") :])


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner can enter, and those above it that are missing, unless it is there."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        # `parents=True` makes those above as open as the umask lets it.
        folder.mkdir(mode=0o700, exist_ok=True)


def create_private_file(path: Path) -> bool:
    """Make an empty file that only its owner can read, and its directory; False where it exists already.

    SQLite gives its -wal and -shm files the mode of the database, so the mode must be right before it opens it.
    """
    make_private_folder(path.parent)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    return True


def _sqlite(path: Path, *, fence: bool, engine_fence: bool, authorizer: bool) -> FencedSqlite:
    database = FencedSqlite(
        str(path),
        pragmas=_PRAGMAS,
        timeout=BUSY_SECONDS,
        lock_type="immediate",
        returning_clause=None,
        fence=fence,
        engine_fence=engine_fence,
        authorizer=authorizer,
    )
    search.teach(database)
    return database


def _postgres(url: str, *, fence: bool, engine_fence: bool) -> FencedPostgres:
    from smallcrm.db import drivers

    try:
        drivers.load_psycopg()
    except ImportError as error:
        raise DatabaseUnavailable(
            "PostgreSQL needs the psycopg driver, which is not installed.",
            hint="pip install 'smallcrm[postgres]'",
        ) from error
    from psycopg.conninfo import conninfo_to_dict

    url = "postgresql://" + url.split("://", 1)[1]
    role = str(conninfo_to_dict(url).get("user") or "")
    if not role:
        raise ConfigError("The database URL names no role.", hint="postgresql://ROLE@HOST/NAME")
    # A temporary table must never be found before one of the workspace's.
    path = "-c search_path=public,pg_temp"
    return FencedPostgres(
        url,
        prefer_psycopg3=True,
        role=role,
        options=path,
        cursor_factory=drivers.one_statement_cursor(),
        fence=fence,
        engine_fence=engine_fence,
    )
