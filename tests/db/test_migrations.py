"""Migrations: the frozen schema is the models' schema, and a database goes up whole, once, or not at all."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db import fulltext, migrations
from smallcrm.db.ddl import create_tables
from smallcrm.db.engine import close_database, open_database
from smallcrm.db.fence import proxy, system_scope
from smallcrm.db.migrations import dump, frozen, lock, version
from smallcrm.db.migrations.run import Applied
from smallcrm.errors import (
    ConfigError,
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseTooNew,
    DatabaseUnavailable,
    NotFound,
)
from smallcrm.models import all_models
from tests.support.damaged import SENTENCES, damaged_copy
from tests.support.freeze import VERSIONS, sample_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import EngineUrl

ADD_COLOUR = 'def up(_migrator, database):\n    database.execute_sql("ALTER TABLE tag ADD COLUMN colour TEXT")\n'
BREAK = ADD_COLOUR + '    database.execute_sql("SELECT 1 FROM nowhere")\n'
DIE = ADD_COLOUR + "    import os, signal\n    os.kill(os.getpid(), signal.SIGKILL)\n"


def _open(engine_url: EngineUrl) -> None:
    open_database(engine_url.url, engine_url.system_url)


def _create(engine_url: EngineUrl) -> None:
    migrations.create_database(engine_url.url, engine_url.system_url)
    _open(engine_url)


def _sql(statement: str) -> list[Any]:
    with system_scope("look into the database in a test"):
        cursor = proxy.target().execute_sql(statement)
        return list(cursor.fetchall()) if cursor.description else []


def _schema() -> list[str]:
    with system_scope("dump the schema in a test"):
        return dump.schema_lines()


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The program's migrations in a directory of this test's own, to which it can add."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    for path in version.DIRECTORY.glob("[0-9]*"):
        if path.is_file():
            shutil.copy(path, folder)
    monkeypatch.setattr(version, "DIRECTORY", folder)
    version.known.cache_clear()
    yield folder
    monkeypatch.undo()
    version.known.cache_clear()


def _add(directory: Path, name: str, body: str) -> None:
    (directory / f"{name}.py").write_text(body)
    version.known.cache_clear()


def test_it_numbers_migrations_without_a_gap() -> None:
    """`user_version` counts them, so their numbers must be 1, 2, 3 and so on."""
    numbers = [int(version.number_of(name)) for name in migrations.known()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_it_migrates_to_the_schema_of_the_models(engine_url: EngineUrl, tmp_path: Path, request: Any) -> None:
    """The frozen SQL and the models say the same, on both engines."""
    _create(engine_url)
    migrated = _schema()
    close_database()
    if engine_url.engine == "sqlite":
        open_database(f"sqlite:///{tmp_path / 'models.db'}")
    else:
        urls = request.getfixturevalue("postgres_server").fresh_database()
        open_database(urls.app_url, urls.system_url)
    with system_scope("create the tables of the models in a test"):
        create_tables(all_models())
        if engine_url.engine == "sqlite":
            for statement in fulltext.CREATE:
                proxy.target().execute_sql(statement)
    made = _schema()
    close_database()
    assert migrated == made, "run python -m tests.support.freeze 0001_initial"
    assert len(migrated) > 2 * len(all_models())


@pytest.mark.parametrize("number", sorted({path.name[:4] for path in VERSIONS.glob("*.sql")}))
def test_it_brings_every_released_version_up(engine_url: EngineUrl, number: str) -> None:
    """A database of every version, with a row in each table, keeps its rows and gets today's schema."""
    text = (VERSIONS / f"{number}.{engine_url.engine}.sql").read_text("utf-8")
    if engine_url.engine == "sqlite":
        connection = sqlite3.connect(engine_url.url.removeprefix("sqlite:///"))
        connection.executescript(text)
        connection.close()
        _open(engine_url)
    else:
        _open(engine_url)
        for statement in frozen.split_statements(text):
            _sql(statement)
    assert migrations.migrate() == [name for name in migrations.known() if name[:4] > number]
    migrations.ensure_current()
    brought = _schema()
    for table, row in sample_rows():
        columns = ", ".join(f'"{column}"' for column in row)
        assert _sql(f'SELECT {columns} FROM "{table}"') == [tuple(row.values())]
    close_database()
    if engine_url.engine == "sqlite":
        Path(engine_url.url.removeprefix("sqlite:///")).unlink()
        _create(engine_url)
        assert brought == _schema()


def test_it_applies_each_migration_once(engine_url: EngineUrl) -> None:
    """A second run finds nothing to do."""
    applied = migrations.create_database(engine_url.url, engine_url.system_url)
    assert applied == list(migrations.known())
    assert migrations.create_database(engine_url.url, engine_url.system_url) == []
    _open(engine_url)
    migrations.ensure_current()
    assert {state.state for state in migrations.status()} == {Applied.YES}
    assert all(state.at is not None for state in migrations.status())


def test_it_says_that_a_database_is_older(engine_url: EngineUrl, directory: Path) -> None:
    """The sentence names both versions, the hint the command."""
    _create(engine_url)
    _add(directory, "0002_colour", ADD_COLOUR)
    with pytest.raises(ConfigError, match=r"has version 0001 .* needs version 0002") as refusal:
        migrations.ensure_current()
    assert refusal.value.hint == "smallcrm db migrate"
    assert migrations.migrate() == ["0002_colour"]
    migrations.ensure_current()
    assert _sql("SELECT colour FROM tag") == []


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_copies_an_existing_database_before_it_changes_it(
    engine_url: EngineUrl, directory: Path, tmp_path: Path
) -> None:
    """The copy is private, of the old version, and one plain file; a new database needs none."""
    _create(engine_url)
    assert not list(tmp_path.glob("*.bak"))
    _add(directory, "0002_colour", ADD_COLOUR)
    migrations.migrate()
    copy = tmp_path / "smallcrm.db.before-0002.bak"
    assert copy.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(copy) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert "colour" not in connection.execute("SELECT sql FROM sqlite_master WHERE name = 'tag'").fetchone()[0]
    connection.close()


def test_it_leaves_a_database_as_it_was_when_a_migration_fails(engine_url: EngineUrl, directory: Path) -> None:
    """Also those that went well before it are taken back."""
    _create(engine_url)
    before = _schema()
    _add(directory, "0002_colour", ADD_COLOUR)
    _add(directory, "0003_broken", BREAK.replace("colour", "shade"))
    with pytest.raises(Exception, match="nowhere"):
        migrations.migrate()
    assert _schema() == before
    assert [state.state for state in migrations.status()] == [Applied.YES, Applied.PENDING, Applied.PENDING]
    if engine_url.engine == "sqlite":
        assert _sql("PRAGMA foreign_keys") == [(1,)]
        path = Path(engine_url.url.removeprefix("sqlite:///"))
        assert not path.with_name(f"{path.name}.migrating").exists()


def _migrate_in(engine_url: EngineUrl) -> None:
    _open(engine_url)
    migrations.migrate()


def test_it_leaves_a_database_as_it_was_when_it_is_killed(engine_url: EngineUrl, directory: Path) -> None:
    """SIGKILL in the middle of a migration leaves the old version, which migrates afterwards."""
    _create(engine_url)
    before = _schema()
    close_database()
    _add(directory, "0002_colour", DIE)
    child = multiprocessing.get_context("fork").Process(target=_migrate_in, args=(engine_url,))
    child.start()
    child.join(30)
    assert child.exitcode == -9
    _open(engine_url)
    assert _schema() == before
    _add(directory, "0002_colour", ADD_COLOUR)
    assert migrations.migrate() == ["0002_colour"]


def test_it_refuses_a_migration_that_was_changed_afterwards(engine_url: EngineUrl, directory: Path) -> None:
    """A released file is never edited."""
    _create(engine_url)
    with (directory / "0001_initial.py").open("a") as handle:
        handle.write("# changed\n")
    with pytest.raises(DatabaseDamaged, match="0001_initial was changed after"):
        migrations.migrate()
    assert migrations.status()[0].state is Applied.CHANGED


def test_it_does_not_mind_other_line_ends(directory: Path) -> None:
    """A checkout with CRLF is the same migration."""
    path = directory / "0001_initial.py"
    before = frozen.checksum(directory, "0001_initial", "sqlite")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert frozen.checksum(directory, "0001_initial", "sqlite") == before


def test_it_refuses_a_newer_database(engine_url: EngineUrl, directory: Path) -> None:
    """At the start and when migrating; the status still lists it."""
    _create(engine_url)
    _add(directory, "0002_colour", ADD_COLOUR)
    migrations.migrate()
    (directory / "0002_colour.py").unlink()
    version.known.cache_clear()
    with pytest.raises(DatabaseTooNew, match=r"written by a newer smallCRM \(0002"):
        migrations.ensure_current()
    with pytest.raises(DatabaseTooNew, match=r"\(0002_colour\); update smallCRM"):
        migrations.migrate()
    assert migrations.status()[1].state is Applied.UNKNOWN


def test_it_refuses_references_to_nothing(directory: Path, tmp_path: Path) -> None:
    """A migration that breaks a reference is taken back."""
    migrations.create_database(f"sqlite:///{tmp_path / 'smallcrm.db'}")
    open_database(f"sqlite:///{tmp_path / 'smallcrm.db'}")
    tenant = 1 << 40
    columns = "id, tenant_id, company_id, domain, is_primary"
    row = f"INSERT INTO company_domain({columns}) VALUES ({tenant}+1, 1, {tenant}+9, 'a', 1)"
    _add(directory, "0002_orphan", f"def up(_migrator, database):\n    database.execute_sql({row!r})\n")
    with pytest.raises(DatabaseDamaged, match=r"1 rows point to rows that do not exist \(in company_domain\)"):
        migrations.migrate()
    assert _sql("SELECT count(*) FROM company_domain") == [(0,)]
    close_database()


def test_it_lets_one_process_migrate_at_a_time(engine_url: EngineUrl) -> None:
    """A file lock on SQLite, an advisory lock on PostgreSQL; nothing of it stays."""
    if engine_url.engine == "postgres":
        import psycopg

        assert engine_url.system_url
        other = psycopg.connect(engine_url.system_url, autocommit=True)
        other.execute("SELECT pg_advisory_lock(%s)", (version.APPLICATION_ID,))
        with pytest.raises(DatabaseBusy, match="is migrating this database"):
            migrations.create_database(engine_url.url, engine_url.system_url)
        other.close()
    else:
        path = Path(engine_url.url.removeprefix("sqlite:///") + ".migrating")
        with lock._file_lock(path), pytest.raises(DatabaseBusy, match="is migrating this database"):
            migrations.create_database(engine_url.url)
        assert not path.exists()
    assert migrations.create_database(engine_url.url, engine_url.system_url) == list(migrations.known())


@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
def test_it_raises_the_fences_again(engine_url: EngineUrl, directory: Path) -> None:
    """A migration cannot leave a table without row-level security."""
    _create(engine_url)
    standing = _schema()
    drop = "ALTER TABLE tag DISABLE ROW LEVEL SECURITY"
    _add(directory, "0002_open", f"def up(_migrator, database):\n    database.execute_sql({drop!r})\n")
    migrations.migrate()
    assert _schema() == standing
    assert any(line.startswith("fence tag true true") for line in standing)


def test_it_makes_a_private_file_in_a_private_directory(tmp_path: Path) -> None:
    """0600 in 0700, with nothing left beside it."""
    path = tmp_path / "deep" / "er" / "smallcrm.db"
    migrations.create_database(f"sqlite:///{path}")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["smallcrm.db"]


def test_it_says_that_there_is_no_database(tmp_path: Path) -> None:
    """A missing file, a dangling link and a directory; none is created."""
    open_database(f"sqlite:///{tmp_path / 'none.db'}")
    with pytest.raises(NotFound, match="no database yet") as refusal:
        migrations.ensure_current()
    assert refusal.value.hint == "smallcrm init NAME"
    assert not list(tmp_path.glob("none.db*"))
    close_database()
    (tmp_path / "link.db").symlink_to(tmp_path / "gone.db")
    open_database(f"sqlite:///{tmp_path / 'link.db'}")
    with pytest.raises(NotFound, match="no database yet"):
        migrations.migrate()
    close_database()
    open_database(f"sqlite:///{tmp_path}")
    with pytest.raises(DatabaseUnavailable, match="not a file"):
        migrations.ensure_current()
    close_database()


def test_it_has_an_answer_for_every_file_of_the_corpus(corpora: Path) -> None:
    """A file added to the corpus needs a sentence here."""
    assert {path.name for path in (corpora / "attacks/own/db").iterdir()} == set(SENTENCES)


@pytest.mark.parametrize(("name", "sentence"), SENTENCES.items())
def test_it_leaves_a_file_it_cannot_use_unchanged(tmp_path: Path, name: str, sentence: str) -> None:
    """No byte is changed and no file put beside it."""
    path = damaged_copy(name, tmp_path)
    before = path.read_bytes()
    open_database(f"sqlite:///{path}")
    with pytest.raises((DatabaseDamaged, ConfigError), match=sentence):
        migrations.ensure_current()
    if name == "empty.db":
        assert {state.state for state in migrations.status()} == {Applied.PENDING}
    else:
        for use in (migrations.status, migrations.migrate):
            with pytest.raises(DatabaseDamaged, match=sentence):
                use()
    close_database()
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == [name]


def test_it_checks_the_version_without_the_migration_code(tmp_path: Path) -> None:
    """The check of every start does not load playhouse."""
    import subprocess
    import sys

    url = f"sqlite:///{tmp_path / 'smallcrm.db'}"
    migrations.create_database(url)
    code = (
        "import sys; from smallcrm.db.engine import open_database; from smallcrm.db import migrations; "
        f"open_database({url!r}); migrations.ensure_current(); "
        "print([name for name in sys.modules if name.startswith('playhouse')])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=root, env={**os.environ}
    )
    assert done.stdout.strip() == "[]"
