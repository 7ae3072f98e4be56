"""Checks of what lies around the database: the program's parts, the modes of files, and room on the disk."""

from __future__ import annotations

import platform
import shutil
import sqlite3
import stat
from importlib.metadata import version
from typing import TYPE_CHECKING

from smallcrm import __version__
from smallcrm.db.backup import BESIDE
from smallcrm.db.health import Check, Verdict, report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OLDEST_SQLITE = (3, 35, 0)
LOW_BYTES = 200_000_000
NO_BYTES = 10_000_000
_PRIVATE_FILE = 0o600
_PRIVATE_DIRECTORY = 0o700


def versions() -> Check:
    """The versions of the program and of what it stands on."""
    found = (
        f"smallCRM {__version__}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, Peewee {version('peewee')}"
    )
    faults = []
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        faults.append(f"SQLite {sqlite3.sqlite_version} is too old, {needed} is needed")
    if not _has_full_text():
        faults.append("this SQLite was built without full-text search (FTS5)")
    return report("versions", faults, found, "install a newer Python")


def _has_full_text() -> bool:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE probe USING fts5(words)")
    except sqlite3.OperationalError:
        return False
    finally:
        connection.close()
    return True


def permissions(database: Path, home: Path, *, fix: bool = False) -> Check:
    """Whether only the owner can read the database, its companions and copies, and the program's directory.

    `fix` takes away what others may do.
    """
    open_to_others = [(path, mode) for path, mode in _private(database, home) if _excess(path, mode)]
    if fix:
        for path, mode in open_to_others:
            path.chmod(mode)
        names = ", ".join(path.name for path, _mode in open_to_others)
        good = f"made private: {names}" if names else "only you can read the database"
        return Check("permissions", Verdict.OK, good)
    faults = [
        f"others can use {path} ({stat.S_IMODE(path.stat().st_mode):04o} instead of {mode:04o})"
        for path, mode in open_to_others
    ]
    return report("permissions", faults, "only you can read the database", "smallcrm doctor --fix")


def _private(database: Path, home: Path) -> Iterator[tuple[Path, int]]:
    """What should be private and exists, with the mode it should have."""
    if home.is_dir():
        yield home, _PRIVATE_DIRECTORY
    names = [database.with_name(database.name + suffix) for suffix in BESIDE]
    names += sorted(database.parent.glob(f"{database.name}.before-*.bak"))
    for path in names:
        if path.is_file():
            yield path, _PRIVATE_FILE


def _excess(path: Path, mode: int) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & ~mode & 0o777)


def room(database: Path) -> Check:
    """Whether there is room on the disk to work and to copy the database before a migration."""
    directory = next(path for path in (database.parent, *database.parent.parents) if path.is_dir())
    free = shutil.disk_usage(directory).free
    size = database.stat().st_size if database.is_file() else 0
    detail = f"{free / 1e9:.1f} GB free, the database has {size / 1e9:.1f} GB"
    hint = f"df -h {directory}"
    if free < NO_BYTES:
        return Check("disk", Verdict.PROBLEM, detail, hint)
    if free < LOW_BYTES + size:
        return Check("disk", Verdict.WARNING, detail, hint)
    return Check("disk", Verdict.OK, detail)
