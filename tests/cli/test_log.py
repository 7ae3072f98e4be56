"""`smallcrm log`."""

from __future__ import annotations

import pytest

from tests.cli.crm import a_workspace, data, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """Four operations."""
    a_workspace()


def test_it_shows_the_newest_first() -> None:
    """Who, through what, and whether it stands."""
    ok("undo")
    entries = data("log")
    assert [(one["id"], one["kind"], one["undone"]) for one in entries] == [
        (5, "undo", False), (4, "edit", True), (3, "edit", False), (2, "edit", False), (1, "edit", False),
    ]  # fmt: skip
    assert {one["via"] for one in entries} == {"cli"}
    assert entries[0]["at"].endswith("Z")


def test_it_says_where_it_cuts() -> None:
    """Only where it does."""
    cut = ok("log", "--limit", "2", "-f", "ids")
    assert (cut.stdout, cut.stderr) == ("4\n3\n", "The newest 2. All of them: --limit 0\n")
    assert ok("log", "--limit", "4").stderr == ""
    assert run(["log", "--limit", "-1"]).exit_code == 2
