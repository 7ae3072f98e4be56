"""A consistent plain copy of a SQLite database, made while others read and write it."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
from typing import TYPE_CHECKING

from smallcrm.db import engine
from smallcrm.db.faults import faults
from smallcrm.errors import Conflict, DatabaseDamaged, DiskFull, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What SQLite may keep beside a database, and the database itself.
BESIDE = ("", "-wal", "-shm", "-journal")


def copy(source: Path, target: Path, *, force: bool = False) -> int:
    """Copy a database into one file that only its owner can read; its size in bytes.

    `force` replaces an existing file, once the copy is whole; raises Conflict, UsageError or DiskFull.
    """
    _refuse_itself(source, target)
    if os.path.lexists(target) and not force:
        raise Conflict(f"There is a file already: {target}.", hint=f"smallcrm db backup {target} --force")
    with faults(target), _partial(target) as partial:
        _need_room(source, target)
        _copy_pages(source, partial)
        size = partial.stat().st_size
        _put_in_place(partial, target, force=force)
        return size


def _refuse_itself(source: Path, target: Path) -> None:
    for suffix in BESIDE:
        part = source.with_name(source.name + suffix)
        with contextlib.suppress(OSError):
            if part.resolve() == target.resolve() or (target.exists() and part.samefile(target)):
                raise UsageError(f"That is the database itself: {target}.", hint="name another file")
    if target.is_dir():
        raise UsageError(f"That is a directory: {target}.", hint=f"smallcrm db backup {target / source.name}")
    if target.is_symlink() or (target.exists() and not target.is_file()):
        # To rename over it would put a file in its place, and break it for whoever uses it.
        raise UsageError(f"That is no regular file: {target}.", hint="name another file")
    if not target.parent.is_dir():
        raise UsageError(f"There is no such directory: {target.parent}.", hint=f"mkdir -p {target.parent}")


@contextlib.contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """An empty private file beside the target, gone afterwards."""
    path = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        yield path
    finally:
        for suffix in BESIDE:
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _need_room(source: Path, target: Path) -> None:
    needed = source.stat().st_size
    if shutil.disk_usage(target.parent).free < needed:
        raise DiskFull(
            f"The copy needs {needed:,} bytes and there is less room in {target.parent}.",
            hint=f"df -h {target.parent}",
        )


def _copy_pages(source: Path, partial: Path) -> None:
    with faults(source):
        origin = sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=engine.BUSY_SECONDS)
    copied = sqlite3.connect(partial, isolation_level=None)
    try:
        _prove(source, origin)
        origin.backup(copied)
        # One plain file: a copy that needs its -wal beside it would be only half of it.
        copied.execute("PRAGMA journal_mode = DELETE").fetchall()
    finally:
        copied.close()
        origin.close()


def _prove(source: Path, origin: sqlite3.Connection) -> None:
    """Read every page once: a copy of a damaged database must not stand in for a good one."""
    with faults(source):
        found = origin.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise DatabaseDamaged(f"The database {source} is damaged; it was not copied.", hint="smallcrm doctor")


def _put_in_place(partial: Path, target: Path, *, force: bool) -> None:
    with partial.open("rb") as handle:
        os.fsync(handle.fileno())
    if force:
        partial.replace(target)
    else:
        _move_to_new(partial, target)
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _move_to_new(partial: Path, target: Path) -> None:
    """Rename without ever replacing a file that came into being meanwhile."""
    try:
        os.link(partial, target)
    except FileExistsError as error:
        raise Conflict(f"There is a file already: {target}.") from error
    except OSError:
        # A file system without links (FAT): the check and the rename are two steps there.
        if os.path.lexists(target):
            raise Conflict(f"There is a file already: {target}.") from None
        partial.rename(target)
