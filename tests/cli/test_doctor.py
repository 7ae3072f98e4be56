"""`smallcrm doctor`: a table of checks, and exit code 1 where there is a problem."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from smallcrm.cli.edge import main
from smallcrm.db import migrations
from tests.support.damaged import SENTENCES, damaged_copy

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def database(home: Path) -> Path:
    """The database of the home directory."""
    path = home / ".local" / "share" / "smallcrm" / "smallcrm.db"
    migrations.create_database(f"sqlite:///{path}")
    return path


def _verdicts(out: str) -> dict[str, str]:
    return {row["check"]: row["verdict"] for row in json.loads(out)}


def test_it_finds_a_new_database_well(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON and as a table."""
    assert main(["doctor", "--json"]) == 0
    verdicts = _verdicts(capsys.readouterr().out)
    assert set(verdicts.values()) <= {"ok", "warning"}
    assert verdicts["fence"] == "ok"
    assert main(["doctor"]) == 0
    assert "integrity" in capsys.readouterr().out
    assert database.exists()


def test_it_makes_files_private_when_asked(database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A dry run does not."""
    database.chmod(0o644)
    assert main(["doctor", "--json"]) == 1
    assert _verdicts(capsys.readouterr().out)["permissions"] == "problem"
    assert main(["doctor", "--fix", "--dry-run"]) == 1
    assert database.stat().st_mode & 0o777 == 0o644
    assert main(["doctor", "--fix"]) == 0
    assert database.stat().st_mode & 0o777 == 0o600


def test_it_says_that_there_is_no_database(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is created by asking."""
    assert main(["doctor", "--json"]) == 1
    assert _verdicts(capsys.readouterr().out)["database"] == "problem"
    assert not (home / ".local").exists()


@pytest.mark.parametrize("name", SENTENCES)
def test_it_finds_a_damaged_file(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a row of the table, with exit code 1."""
    path = damaged_copy(name, tmp_path)
    before = path.read_bytes()
    assert main(["doctor", "--json", "--db", f"sqlite:///{path}"]) == 1
    out, err = capsys.readouterr()
    assert "problem" in _verdicts(out).values()
    assert not err
    assert path.read_bytes() == before
