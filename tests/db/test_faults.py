"""Errors of the engines: those a user can act on become sentences, the program's mistakes stay."""

from __future__ import annotations

import errno
import os
import resource
import signal
import sqlite3
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import peewee as pw
import pytest

from smallcrm.db import engine, migrations
from smallcrm.db.engine import close_database, open_database
from smallcrm.db.faults import faults, translate
from smallcrm.db.fence import proxy, system_scope
from smallcrm.errors import DatabaseBusy, DatabaseDamaged, DatabaseUnavailable, DiskFull

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import EngineUrl

NOBODY = 65534


@contextmanager
def unprivileged() -> Iterator[Path]:
    """Act as a user whom file modes bind, in a directory of his own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = os.geteuid() == 0
        if root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o700)


def _write() -> None:
    with faults(), system_scope("write in a test"):
        proxy.target().execute_sql("CREATE TABLE more (x)")


def _read_all() -> None:
    with faults(), system_scope("read in a test"):
        named = proxy.target().execute_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in named.fetchall():
            proxy.target().execute_sql(f'SELECT * FROM "{name}"').fetchall()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Path]:
    """A new database that is open."""
    path = tmp_path / "smallcrm.db"
    migrations.create_database(f"sqlite:///{path}")
    open_database(f"sqlite:///{path}")
    yield path
    close_database()


def test_it_says_how_long_it_waited_for_a_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock of another process is exit code 6, and gone when it is."""
    path = tmp_path / "smallcrm.db"
    migrations.create_database(f"sqlite:///{path}")
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    open_database(f"sqlite:///{path}")
    with pytest.raises(DatabaseBusy, match=rf"is writing to the database {path}; waited 0 seconds") as busy:
        _write()
    assert busy.value.exit_code == 6
    assert busy.value.hint
    other.execute("ROLLBACK")
    other.close()
    _write()
    close_database()


def test_it_names_a_damaged_file_and_the_next_command(database: Path) -> None:
    """Every page but the first is noise."""
    close_database()
    whole = database.read_bytes()
    database.write_bytes(whole[:4096] + os.urandom(4096) * (len(whole) // 4096 - 1))
    open_database(f"sqlite:///{database}")
    with pytest.raises(DatabaseDamaged, match=str(database)) as damaged:
        _read_all()
    assert "smallcrm doctor" in str(damaged.value.hint)


def test_it_says_that_text_is_not_utf8() -> None:
    """The sqlite3 module gives this error no code."""
    connection = sqlite3.connect(":memory:")
    with pytest.raises(DatabaseDamaged, match="not UTF-8"), faults(Path("x.db")):
        connection.execute("SELECT CAST(x'ff' AS TEXT)").fetchone()
    connection.close()


def test_it_says_that_nothing_can_be_written() -> None:
    """The file is read-only."""
    with unprivileged() as folder:
        path = folder / "smallcrm.db"
        migrations.create_database(f"sqlite:///{path}")
        path.chmod(0o400)
        open_database(f"sqlite:///{path}")
        with pytest.raises(DatabaseUnavailable, match=rf"Cannot write to the database {path}.* read-only"):
            _write()
        close_database()


def test_it_says_that_a_directory_is_read_only() -> None:
    """For an existing database, a new one, and a new directory."""
    with unprivileged() as folder:
        path = folder / "smallcrm.db"
        migrations.create_database(f"sqlite:///{path}")
        folder.chmod(0o500)
        open_database(f"sqlite:///{path}")
        with pytest.raises(DatabaseUnavailable, match=str(path)) as refusal:
            _write()
        close_database()
        assert str(refusal.value.hint).startswith("ls -ld")
        with pytest.raises(DatabaseUnavailable, match="permission denied"):
            migrations.create_database(f"sqlite:///{folder / 'new.db'}")
        with pytest.raises(DatabaseUnavailable, match="permission denied"):
            migrations.create_database(f"sqlite:///{folder / 'sub' / 'new.db'}")


def test_it_says_that_a_file_cannot_be_read() -> None:
    """The file belongs to somebody else."""
    with unprivileged() as folder:
        path = folder / "smallcrm.db"
        migrations.create_database(f"sqlite:///{path}")
        path.chmod(0)
        open_database(f"sqlite:///{path}")
        with pytest.raises(DatabaseUnavailable, match=f"Cannot open the database {path}: permission"):
            migrations.ensure_current()
        close_database()


def test_it_says_that_the_directory_is_missing(tmp_path: Path) -> None:
    """SQLite only says that it cannot open the file."""
    path = tmp_path / "gone" / "x.db"
    with pytest.raises(DatabaseUnavailable, match="directory of the database does not exist"), faults(path):
        sqlite3.connect(path)


def test_it_says_that_a_name_in_the_path_is_a_file(tmp_path: Path) -> None:
    """A file stands where a directory should."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match=r"not a directory|file exists"):
        migrations.create_database(f"sqlite:///{tmp_path / 'file' / 'x.db'}")


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Let no file grow beyond a size: the full disk of every machine."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)


def test_it_says_that_the_disk_is_full_and_loses_nothing(tmp_path: Path) -> None:
    """A creation that ran out of room is done again when there is some."""
    path = tmp_path / "smallcrm.db"
    with file_size_limit(100_000), pytest.raises(DiskFull, match=str(path)):
        migrations.create_database(f"sqlite:///{path}")
    assert migrations.create_database(f"sqlite:///{path}") == list(migrations.known())


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_it_says_that_the_system_has_no_room(number: int) -> None:
    """The system has three words for it."""
    assert isinstance(translate(OSError(number, os.strerror(number))), DiskFull)


def test_it_keeps_mistakes_of_the_program() -> None:
    """They need a traceback, not a sentence."""
    connection = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError, match="syntax"), faults():
        connection.execute("SELEKT")
    connection.execute("CREATE TABLE t (x UNIQUE)")
    with pytest.raises(sqlite3.IntegrityError), faults():
        connection.execute("INSERT INTO t VALUES (1), (1)")
    connection.close()
    with pytest.raises(sqlite3.ProgrammingError), faults():
        connection.execute("SELECT 1")
    with (
        pytest.raises(pw.InterfaceError),
        faults(),
        system_scope("use a database that is not open, in a test"),
    ):
        proxy.target()
    with pytest.raises(KeyError), faults():
        raise KeyError
    assert translate(ValueError("locked")) is None


def test_it_leaves_other_files_to_others(database: Path) -> None:
    """Only the database and what lies beside it is the business of this module."""
    assert translate(FileNotFoundError(errno.ENOENT, "No such file", "/elsewhere/contacts.csv")) is None
    assert translate(PermissionError(errno.EACCES, "Permission denied", str(database))) is not None


def test_it_says_that_no_server_listens() -> None:
    """Without the password of the URL."""
    url = "postgresql://someone:hunter2@127.0.0.1:1/nothing"
    open_database(url, url)
    with pytest.raises(DatabaseUnavailable, match="cannot be reached") as refusal:
        migrations.ensure_current()
    close_database()
    assert "hunter2" not in f"{refusal.value} {refusal.value.hint}"
    assert refusal.value.exit_code == 6


@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
def test_it_says_that_the_server_refuses_a_password(engine_url: EngineUrl) -> None:
    """Without the password of the URL."""
    assert engine_url.system_url
    host = engine_url.system_url.rpartition("@")[2]
    wrong = f"postgresql://smallcrm_owner:hunter2@{host}"
    open_database(engine_url.url, wrong)
    with pytest.raises(DatabaseUnavailable, match="cannot be reached") as refusal:
        migrations.ensure_current()
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
def test_it_says_that_rows_are_held(engine_url: EngineUrl) -> None:
    """A lock timeout is a busy database; an unknown table is a mistake."""
    import psycopg

    assert engine_url.system_url
    with psycopg.connect(engine_url.system_url) as one, psycopg.connect(engine_url.system_url) as two:
        one.execute("CREATE TABLE held (x int)")
        one.commit()
        one.execute("LOCK TABLE held")
        two.execute("SET lock_timeout = 1")
        with pytest.raises(DatabaseBusy), faults():
            two.execute("SELECT * FROM held")
        one.rollback()
        two.rollback()
        with pytest.raises(psycopg.errors.UndefinedTable), faults():
            two.execute("SELECT * FROM nowhere")
