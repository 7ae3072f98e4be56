"""Only one process migrates a database at a time."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.db.migrations.version import APPLICATION_ID, MEMORY
from smallcrm.errors import DatabaseBusy

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def only_runner(database: Any) -> Iterator[None]:
    """Hold the right to migrate; raises DatabaseBusy where another process holds it."""
    if not isinstance(database, FencedSqlite):
        with _advisory_lock(database):
            yield
    elif database.database == MEMORY:
        yield
    else:
        path = Path(database.database)
        with _file_lock(path.with_name(path.name + ".migrating")):
            yield


def _busy() -> DatabaseBusy:
    return DatabaseBusy(
        "Another smallCRM is migrating this database; try again when it is done.", hint="smallcrm db status"
    )


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise _busy() from error
        if not _still_there(handle, path):
            raise _busy()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _still_there(handle: int, path: Path) -> bool:
    """Whether the locked file is the one that others find; the last runner may have removed it in between."""
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def _advisory_lock(database: Any) -> Iterator[None]:
    if not database.execute_sql("SELECT pg_try_advisory_lock(%s)", (APPLICATION_ID,)).fetchone()[0]:
        raise _busy()
    try:
        yield
    finally:
        if not database.is_closed():
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (APPLICATION_ID,))
