"""Copies of a database: whole, private, beside nothing else, and never over something."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from smallcrm.db import backup, migrations
from smallcrm.errors import Conflict, DatabaseDamaged, DiskFull, UsageError
from tests.db.test_faults import file_size_limit

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A database that holds something."""
    path = tmp_path / "data" / "smallcrm.db"
    migrations.create_database(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE kept (x)")
        connection.execute("INSERT INTO kept VALUES (1)")
    return path


def _rows(path: Path) -> list[tuple[int]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT x FROM kept").fetchall()


def _names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir() if entry.is_file() or entry.is_symlink()}


def test_it_copies_what_is_committed_while_another_writes(source: Path, tmp_path: Path) -> None:
    """Neither the copy nor the writer waits for the other."""
    with closing(sqlite3.connect(source, isolation_level=None)) as writer:
        writer.execute("INSERT INTO kept VALUES (2)")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO kept VALUES (3)")
        size = backup.copy(source, tmp_path / "copy.db")
        writer.execute("COMMIT")
    copy = tmp_path / "copy.db"
    assert size == copy.stat().st_size
    assert copy.stat().st_mode & 0o777 == 0o600
    assert _names(tmp_path) == {"copy.db"}
    assert _rows(copy) == [(1,), (2,)]
    assert _rows(source) == [(1,), (2,), (3,)]


def test_it_never_replaces_a_file_unless_forced(source: Path, tmp_path: Path) -> None:
    """What is replaced is replaced whole."""
    target = tmp_path / "copy.db"
    target.write_text("precious")
    with pytest.raises(Conflict, match="There is a file already"):
        backup.copy(source, target)
    assert target.read_text() == "precious"
    backup.copy(source, target, force=True)
    assert _rows(target) == [(1,)]
    assert target.stat().st_mode & 0o777 == 0o600


def test_it_does_not_follow_a_link(source: Path, tmp_path: Path) -> None:
    """Not even a dangling one, and not even where it is forced."""
    elsewhere, target = tmp_path / "precious", tmp_path / "link.db"
    target.symlink_to(elsewhere)
    with pytest.raises((Conflict, UsageError)):
        backup.copy(source, target)
    assert not elsewhere.exists()
    elsewhere.write_text("precious")
    with pytest.raises(UsageError, match="no regular file"):
        backup.copy(source, target, force=True)
    assert target.is_symlink()
    assert elsewhere.read_text() == "precious"


def test_it_refuses_the_database_itself(source: Path, tmp_path: Path) -> None:
    """By any of its names, and its log."""
    (tmp_path / "link").symlink_to(source)
    os.link(source, tmp_path / "hard")
    before = source.read_bytes()
    wal = source.with_name("smallcrm.db-wal")
    for target in (
        source,
        tmp_path / "data" / ".." / "data" / "smallcrm.db",
        tmp_path / "link",
        tmp_path / "hard",
        wal,
    ):
        with pytest.raises(UsageError, match="the database itself"):
            backup.copy(source, target, force=True)
    assert source.read_bytes() == before


def test_it_refuses_a_directory_or_a_missing_one(source: Path, tmp_path: Path) -> None:
    """With the command that helps."""
    with pytest.raises(UsageError, match="is a directory"):
        backup.copy(source, tmp_path, force=True)
    with pytest.raises(UsageError, match="no such directory"):
        backup.copy(source, tmp_path / "none" / "copy.db")


@pytest.mark.parametrize("force", [True, False])
def test_it_leaves_nothing_behind_on_a_full_disk(source: Path, tmp_path: Path, force: bool) -> None:
    """The file that was there is still there."""
    target = tmp_path / "copy.db"
    if force:
        target.write_text("precious")
    with file_size_limit(50_000), pytest.raises(DiskFull, match=r"copy\.db"):
        backup.copy(source, target, force=force)
    assert _names(tmp_path) == ({"copy.db"} if force else set())
    assert not force or target.read_text() == "precious"


def test_it_does_not_start_where_there_is_no_room(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size of the database is known beforehand."""
    monkeypatch.setattr("shutil.disk_usage", lambda _path: _Usage)
    with pytest.raises(DiskFull, match="less room"):
        backup.copy(source, tmp_path / "copy.db")
    assert _names(tmp_path) == set()


class _Usage:
    free = 10


def test_it_does_not_put_a_damaged_copy_in_place(source: Path, tmp_path: Path) -> None:
    """A copy of a damaged database would be taken for a good one."""
    whole = source.read_bytes()
    source.write_bytes(whole[:8192] + os.urandom(4096) * (len(whole) // 4096 - 2))
    with pytest.raises(DatabaseDamaged, match=r"smallcrm\.db"):
        backup.copy(source, tmp_path / "copy.db")
    assert _names(tmp_path) == set()
