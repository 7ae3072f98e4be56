"""`smallcrm init`: a database, a workspace, and what to do next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.cli.crm import data, ok
from tests.cli.runner import run

if TYPE_CHECKING:
    from pathlib import Path


def test_it_creates_a_private_database_and_says_what_is_next(home: Path) -> None:
    """The facts on stdout, the advice on stderr."""
    result = run(["init", "Acme Sales", "--currency", "usd", "--tz", "Europe/Berlin", "--json"])
    path = home / ".local" / "share" / "smallcrm" / "smallcrm.db"
    assert json.loads(result.stdout) == {
        "workspace": "acme-sales",
        "name": "Acme Sales",
        "currency": "USD",
        "zone": "Europe/Berlin",
        "database": f"sqlite:///{path}",
    }
    assert path.stat().st_mode & 0o777 == 0o600
    assert "smallcrm contact add" in result.stderr
    assert "workspace use" not in result.stderr
    assert "Commands work in 'second' from now on" in ok("init", "Second").stderr
    assert ok("contact", "count").stdout == "0\n"


def test_it_shows_what_it_would_create(home: Path) -> None:
    """A dry run leaves no file; where there is a database it knows the names that are taken."""
    assert ok("init", "North", "-n").stdout.splitlines()[1].startswith("north\tNorth\t")
    assert not (home / ".local").exists()
    ok("init", "North")
    assert run(["init", "north", "-n"]).exit_code == 5
    assert [one["workspace"] for one in data("workspace", "list")] == ["north"]


def test_it_refuses_what_cannot_be_a_workspace() -> None:
    """One line, and the code that says what kind of mistake it is."""
    for argv, code, words in (
        (["init"], 2, "Missing argument"),
        (["init", "  "], 5, "needs a name"),
        (["init", "X", "--currency", "EURO"], 5, "Not a currency code"),
        (["init", "X", "--tz", "Mars/Base"], 5, "Not a time zone"),
    ):
        result = run(argv)
        assert (result.exit_code, result.stdout) == (code, "")
        assert words in result.stderr.splitlines()[0]
    ok("init", "North")
    taken = run(["init", "NORTH"])
    assert (taken.exit_code, taken.stderr.splitlines()[1]) == (5, "hint: smallcrm workspace list")
