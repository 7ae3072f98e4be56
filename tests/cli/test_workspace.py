"""`smallcrm workspace`: which there are, which one is in force, and an end that cannot happen by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.crm import data, ok
from tests.cli.runner import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def workspaces(home: Path) -> None:
    """Two workspaces, a contact in each, and none of them chosen."""
    for name in ("North", "South"):
        ok("init", name)
        ok("contact", "add", name, "-w", name.lower())
    (home / ".local" / "share" / "smallcrm" / "workspace.json").unlink()


def names() -> list[str]:
    """The names of the contacts in the workspace in force."""
    return [one["name"] for one in data("contact", "list")]


def test_it_asks_which_of_several() -> None:
    """With the command that answers it."""
    result = run(["contact", "list"])
    assert result.exit_code == 2
    assert "There are 2 workspaces: north, south." in result.stderr
    assert "smallcrm workspace use NAME" in result.stderr


def test_it_remembers_a_choice(home: Path) -> None:
    """In a private file; an option and the environment beat it; another database has its own."""
    assert ok("workspace", "use", "South").stdout == "south\n"
    assert names() == ["South"]
    assert [one["current"] for one in data("workspace", "list")] == [False, True]
    assert [one["name"] for one in data("contact", "list", "-w", "north")] == ["North"]
    assert run(["contact", "count"], env={"SMALLCRM_WORKSPACE": "nowhere"}).exit_code == 3
    state = home / ".local" / "share" / "smallcrm" / "workspace.json"
    assert state.stat().st_mode & 0o777 == 0o600
    ok("init", "Other", "--db", str(home / "other.db"))
    assert ok("contact", "count", "--db", str(home / "other.db")).stdout == "0\n"
    assert run(["workspace", "use", "nort"]).stderr.splitlines() == [
        "error: There is no workspace 'nort'. Did you mean 'north'?",
        "hint: smallcrm workspace list",
    ]


def test_it_survives_a_broken_choice(home: Path) -> None:
    """Then nothing is chosen."""
    ok("workspace", "use", "north", "-n")
    assert run(["contact", "count"]).exit_code == 2
    (home / ".local" / "share" / "smallcrm" / "workspace.json").write_text("[", "utf-8")
    assert run(["contact", "count"]).exit_code == 2
    ok("workspace", "use", "north")
    assert names() == ["North"]


def test_it_renames() -> None:
    """The short name stays; a dry run changes nothing."""
    ok("workspace", "rename", "north", "Far North", "-n")
    assert data("workspace", "list")[0]["name"] == "North"
    assert data("workspace", "rename", "north", "Far North") == {"workspace": "north", "name": "Far North"}
    assert data("workspace", "list")[0]["name"] == "Far North"
    assert run(["workspace", "rename", "north", " "]).exit_code == 5


def test_it_deletes_only_what_was_named_twice() -> None:
    """--yes is not enough; the other workspace is untouched."""
    for more in ([], ["--yes"], ["--confirm", "south"]):
        refused = run(["workspace", "delete", "north", *more])
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert "--confirm='north'" in refused.stderr
    assert data("workspace", "delete", "north", "--confirm", "north", "-n")["removed"]["contact"] == 1
    assert "(1 contact)" in ok("workspace", "delete", "north", "--confirm", "north").stderr
    assert [one["workspace"] for one in data("workspace", "list")] == ["south"]
    assert names() == ["South"]
