"""Errors of the engines that a user can act on, as sentences; the program's mistakes keep their traceback."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db import engine
from smallcrm.db.fence.database import proxy
from smallcrm.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseUnavailable,
    DiskFull,
    Interrupted,
    SmallCRMError,
)
from smallcrm.text import mask_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset(
    {
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.ELOOP,
        errno.EEXIST,
    }
)


@contextmanager
def faults(where: Path | str | None = None) -> Iterator[None]:
    """Turn an engine's error that a user can act on into one of ours; `where` names the file, or its URL."""
    path = _path_of(where)
    try:
        yield
    except (sqlite3.Error, pw.PeeweeException, OSError) as error:
        ours = translate(error, path)
        if ours is None:
            raise
        raise ours from error
    except Exception as error:
        ours = translate(error, path) if hasattr(error, "sqlstate") else None
        if ours is None:
            raise
        raise ours from error


def translate(error: BaseException, path: Path | None = None) -> SmallCRMError | None:
    """The sentence for an error of the database or its file, or None for a mistake of the program."""
    cause = driver_error(error)
    if "cannot rollback - no transaction" in str(cause) and error.__context__ is not None:
        # SQLite has rolled back by itself, on a full disk for one; what happened is the error before.
        return translate(error.__context__, path)
    path = path or _open_file()
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause, path)
    if hasattr(cause, "sqlstate"):
        return _of_postgres(cause)
    if isinstance(cause, OSError):
        return _of_system(cause, path)
    return None


def driver_error(error: BaseException) -> Any:
    """The driver's own error inside Peewee's, which may be wrapped more than once."""
    inner = getattr(error, "orig", None)
    return error if inner is None else driver_error(inner)


def _path_of(where: Path | str | None) -> Path | None:
    if isinstance(where, str):
        return engine.sqlite_path(where) if where.startswith("sqlite:///") else None
    return where


def _open_file() -> Path | None:
    for database in proxy.databases():
        if isinstance(database, pw.SqliteDatabase):
            return Path(database.database)
    return None


def _named(path: Path | None) -> str:
    return "the database" if path is None else f"the database {path}"


def _of_sqlite(error: sqlite3.Error, path: Path | None) -> SmallCRMError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return damaged(path, "holds text that is not UTF-8") if "decode to UTF-8" in str(error) else None
    if code & 0xFF == sqlite3.SQLITE_IOERR:
        return _failing(code, path)
    make = _SQLITE.get(code & 0xFF)
    return None if make is None else make(path)


def _busy(path: Path | None) -> DatabaseBusy:
    return DatabaseBusy(
        f"Another process is writing to {_named(path)}; waited {engine.BUSY_SECONDS} seconds for it.",
        hint="try again when it is done",
    )


def damaged(path: Path | None, what: str) -> DatabaseDamaged:
    """The refusal of a file that cannot be read as a database; `what` says how it is wrong."""
    text = _named(path)
    return DatabaseDamaged(
        f"{text[0].upper()}{text[1:]} {what}.",
        hint="smallcrm doctor, or put a backup of the file in its place",
    )


def _full(path: Path | None) -> DiskFull:
    return DiskFull(
        f"There is no room left to write to {_named(path)}; nothing was changed.",
        hint=f"df -h {path.parent if path else '.'}",
    )


def _not_writable(path: Path | None) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        f"Cannot write to {_named(path)}: the file or its directory is read-only.",
        hint=None if path is None else f"ls -ld {path.parent} {path}",
    )


def _not_openable(path: Path | None) -> DatabaseUnavailable:
    if path is not None and not path.parent.exists():
        return DatabaseUnavailable(f"The directory of the database does not exist: {path.parent}.")
    return DatabaseUnavailable(
        f"Cannot open {_named(path)}: permission is missing on the file or its directory.",
        hint=None if path is None else f"ls -ld {path.parent} {path}",
    )


def _stopped() -> Interrupted:
    return Interrupted("What was asked of the database is no longer wanted.")


def _not_a_database(path: Path | None) -> DatabaseDamaged:
    return damaged(path, "is not a SQLite database, or is encrypted")


def _malformed(path: Path | None) -> DatabaseDamaged:
    return damaged(path, "is damaged")


_SQLITE: dict[int, Callable[[Path | None], SmallCRMError]] = {
    sqlite3.SQLITE_BUSY: _busy,
    sqlite3.SQLITE_LOCKED: _busy,
    sqlite3.SQLITE_PROTOCOL: _busy,
    sqlite3.SQLITE_NOTADB: _not_a_database,
    sqlite3.SQLITE_CORRUPT: _malformed,
    sqlite3.SQLITE_FULL: _full,
    sqlite3.SQLITE_READONLY: _not_writable,
    sqlite3.SQLITE_PERM: _not_writable,
    sqlite3.SQLITE_CANTOPEN: _not_openable,
    sqlite3.SQLITE_INTERRUPT: lambda _path: _stopped(),
}
_WRITING = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
    }
)


def _failing(code: int, path: Path | None) -> SmallCRMError:
    if code in _WRITING:
        return DiskFull(
            f"Writing to {_named(path)} failed: the disk is full or failing, or files may not grow further.",
            hint=f"df -h {path.parent if path else '.'}",
        )
    return DatabaseUnavailable(f"The disk reports an error reading {_named(path)}.", hint="smallcrm doctor")


def _of_system(error: OSError, path: Path | None) -> SmallCRMError | None:
    if error.errno in _FULL:
        return _full(path)
    if error.errno not in _REFUSED or path is None or error.filename is None:
        return None
    name = Path(str(error.filename))
    # An import file that cannot be read is the business of the import.
    if name != path and name.parent != path.parent and name not in path.parents:
        return None
    reason = (error.strerror or "refused").lower()
    return DatabaseUnavailable(f"Cannot use {name}: {reason}.", hint=f"ls -ld {name}")


_UNREACHED = frozenset({"OperationalError", "ConnectionTimeout"})
_POSTGRES_UNAVAILABLE = frozenset({"25006", "3D000", "53200", "53300", "57P01", "57P02", "57P03", "57P05"})


def _waits() -> DatabaseBusy:
    return DatabaseBusy("Another process holds the rows this needs; try again.")


def _server_full() -> DiskFull:
    return DiskFull("The PostgreSQL server has no room left to write; nothing was changed.")


_POSTGRES: dict[str, Callable[[], SmallCRMError]] = {
    "40001": _waits, "40P01": _waits, "55P03": _waits, "53100": _server_full, "53400": _server_full, "57014": _stopped,
}  # fmt: skip


def _of_postgres(error: Any) -> SmallCRMError | None:
    state = error.sqlstate
    if state is None:
        return _unreachable(error) if type(error).__name__ in _UNREACHED else None
    if state.startswith("XX00") and state != "XX000":
        return DatabaseDamaged("The PostgreSQL server reports damaged data.", hint="smallcrm doctor")
    if state in _POSTGRES_UNAVAILABLE or state[:2] in ("08", "28"):
        return _unreachable(error)
    make = _POSTGRES.get(state)
    return None if make is None else make()


def _unreachable(error: Any) -> DatabaseUnavailable:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reason = mask_secrets(lines[0] if lines else "no reason given").rstrip(".")
    return DatabaseUnavailable(
        f"The PostgreSQL database cannot be reached: {reason}.",
        hint="check SMALLCRM_DATABASE_URL and SMALLCRM_SYSTEM_DATABASE_URL, and that the server runs",
    )
