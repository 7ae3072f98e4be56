"""`smallcrm trash`."""

from __future__ import annotations

import pytest

from tests.cli.crm import a_workspace, data, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """Acme and Bob are in the trash."""
    a_workspace()
    ok("company", "delete", "1")
    ok("contact", "delete", "2")


def test_it_lists_every_noun() -> None:
    """With the noun in which to restore it."""
    assert [(one["object"], one["id"]) for one in data("trash", "list")] == [("company", 1), ("contact", 2)]
    assert "The first 1." in ok("trash", "list", "--limit", "1").stderr
    assert run(["trash", "list", "--limit", "-1"]).exit_code == 2
    assert len(ok("trash", "list", "--limit", "0").stdout.splitlines()) == 3


def test_it_empties_only_with_the_name() -> None:
    """A dry run and --yes empty nothing."""
    assert "north" in run(["trash", "empty", "--yes"]).stderr
    assert "Would remove 1 contact, 1 company. This was a dry run" in ok("trash", "empty", "-n").stderr
    assert len(data("trash", "list")) == 2
    told = data("trash", "empty", "--confirm", "north")
    assert told["removed"] == {"company": 1, "contact": 1}
    assert data("trash", "list") == []
    assert "The trash is empty." in ok("trash", "empty").stderr
    assert "The trash is empty." in ok("trash", "list", "-f", "table").stderr
    assert ok("trash", "list").stderr == ""
    assert data("contact", "show", "1")["companies"] == []
    assert run(["contact", "restore", "2"]).exit_code == 3


def test_it_asks_with_both_counts() -> None:
    """What is in the trash, and what undo has hidden."""
    ok("contact", "add", "Cy")
    ok("undo")
    asked = run(["trash", "empty"], tty=True, stdin="no\n")
    assert "Remove 1 contact, 1 company, and 1 contact that undo has hidden for good?" in asked.stdout + asked.stderr
    assert "1 contact that undo has hidden" in ok("trash", "empty", "-n").stderr


def test_it_cannot_be_undone_and_older_operations_say_so() -> None:
    """Bare undo goes past it; what touched the removed record says that it is gone."""
    ok("trash", "empty", "--confirm", "north")
    purge = data("log")[0]
    assert purge["kind"] == "purge"
    refused = run(["undo", str(purge["id"])])
    assert refused.exit_code == 5
    assert "cannot be undone" in refused.stderr
    gone = run(["undo", "4"])
    assert gone.exit_code == 5
    assert "contact 2" in gone.stderr
