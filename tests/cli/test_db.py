"""`smallcrm db`: what it prints, what it exits with, and that it changes nothing it should not."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from smallcrm.cli.edge import main
from smallcrm.db import engine, migrations
from smallcrm.db.migrations.version import HISTORY
from tests.support.damaged import SENTENCES, damaged_copy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNUSABLE = [name for name in SENTENCES if name != "empty.db"]


@pytest.fixture
def database(home: Path) -> Iterator[Path]:
    """The database of the home directory."""
    path = home / ".local" / "share" / "smallcrm" / "smallcrm.db"
    migrations.create_database(f"sqlite:///{path}")
    yield path
    engine.close_database()


def test_it_shows_the_version(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every migration with the instant it was applied."""
    assert main(["db", "status", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["state"]) for row in rows] == [(name, "applied") for name in migrations.known()]
    assert rows[0]["applied_at"].endswith("Z")
    assert main(["db", "migrate"]) == 0
    assert "up to date" in capsys.readouterr().err
    assert database.exists()


def test_it_names_the_command_that_makes_a_database(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is created by asking."""
    for verb in ("status", "migrate"):
        assert main(["db", verb]) == 3
        out, err = capsys.readouterr()
        assert not out
        assert "no database yet" in err
        assert "hint: smallcrm init NAME" in err
    assert not (home / ".local").exists()


def test_it_shows_what_it_would_migrate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dry run leaves an empty file empty."""
    path = tmp_path / "blank.db"
    path.touch(0o600)
    url = f"sqlite:///{path}"
    assert main(["db", "migrate", "-n", "--db", url, "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == list(migrations.known())
    assert path.stat().st_size == 0
    assert main(["db", "status", "--db", url]) == 0
    assert "smallcrm db migrate" in capsys.readouterr().err
    assert main(["db", "backup", str(tmp_path / "copy.db"), "--db", url]) == 3
    assert "holds nothing yet" in capsys.readouterr().err
    assert main(["db", "migrate", "--db", url]) == 0
    assert path.stat().st_size > 0


def test_it_copies_the_database_once(database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Replacing needs --force; the database itself is refused even so."""
    target = tmp_path / "copy.db"
    assert main(["db", "backup", str(target), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": str(target), "bytes": target.stat().st_size}
    assert target.stat().st_mode & 0o777 == 0o600
    assert main(["db", "backup", str(target)]) == 5
    assert "--force" in capsys.readouterr().err
    assert main(["db", "backup", str(target), "--force"]) == 0
    assert main(["db", "backup", str(database), "--force"]) == 2
    assert "the database itself" in capsys.readouterr().err
    assert main(["db", "backup", str(target), "--dry-run"]) == 2


def test_it_refuses_a_newer_database(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With exit code 1 and an unchanged file."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(f"INSERT INTO {HISTORY} VALUES ('0007_later', 1, 'x')")
        connection.execute("PRAGMA user_version = 7")
    before = database.read_bytes()
    for verb in ("status", "migrate"):
        assert main(["db", verb]) == 1
        assert "written by a newer smallCRM (0007" in capsys.readouterr().err
    assert database.read_bytes() == before


def test_it_exits_with_6_when_another_process_writes(
    database: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And works when it is done."""
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        # Out of WAL mode an exclusive lock keeps readers out, too.
        other.execute("PRAGMA journal_mode = DELETE").fetchall()
        other.execute("BEGIN EXCLUSIVE")
        assert main(["db", "status"]) == 6
        assert "Another process" in capsys.readouterr().err
        other.execute("ROLLBACK")
    assert main(["db", "status"]) == 0


@pytest.mark.parametrize("name", UNUSABLE)
@pytest.mark.parametrize("verb", ["status", "migrate", "backup"])
def test_it_says_one_line_about_a_file_it_cannot_use(
    verb: str, name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One error, one hint, nothing on stdout, no byte changed."""
    path = damaged_copy(name, tmp_path)
    before = path.read_bytes()
    target = tmp_path / "copy.db"
    words = ["db", verb, *([str(target)] if verb == "backup" else []), "--db", f"sqlite:///{path}"]
    assert main(words) == 1
    out, err = capsys.readouterr()
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir() if entry.is_file()] == [name]
    lines = err.splitlines()
    assert not out
    assert [line.partition(":")[0] for line in lines] == ["error", "hint"]
    assert str(path) in lines[0]


def test_it_goes_through_a_link_to_the_database(
    database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A link to itself is an error, not a hang."""
    (tmp_path / "link.db").symlink_to(database)
    assert main(["db", "status", "--db", f"sqlite:///{tmp_path / 'link.db'}"]) == 0
    assert "applied" in capsys.readouterr().out
    (tmp_path / "loop.db").symlink_to(tmp_path / "loop.db")
    assert main(["db", "status", "--db", f"sqlite:///{tmp_path / 'loop.db'}"]) == 6
    assert "loop.db" in capsys.readouterr().err
