"""`demo`: the tour runs to its end on the bundled samples, and leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from smallcrm.cli import demo
from tests.cli.runner import run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_LINES = 150
COMMANDS = (
    "init Demo", "import samples/", "contact list --filter", "deal board", "deal list --view", "ticket queue",
    "activity agenda", "search ", "contact edit --filter", "undo\n", "undo 1\n", "redo\n", "deal export ./deals.csv",
)  # fmt: skip


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the demo makes its folder."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def in_order(text: str, words: Sequence[str]) -> bool:
    """Whether the words stand in a text one after the other."""
    at = 0
    for word in words:
        at = text.find(word, at) + 1
        if not at:
            return False
    return True


def test_it_tours_and_leaves_nothing(scratch: Path, home: Path) -> None:
    """Every step works, twice in a row; the folder is gone, and the home was not touched."""
    for _time in range(2):
        result = run(["demo"])
        assert result.exit_code == 0, result.stderr
        assert "Traceback" not in result.stdout + result.stderr
        assert in_order(result.stdout, [*(f"$ smallcrm {command}" for command in COMMANDS), "Your turn:"])
        assert list(scratch.iterdir()) == []
    assert not [path for path in home.rglob("*") if path.is_file()]


def test_it_shows_a_company_at_work(scratch: Path) -> None:  # noqa: ARG001 - where it works
    """Each stop of the tour has something to show, and the tour is short enough to be read."""
    result = run(["demo"])
    shown = result.stdout
    assert in_order(shown, ("Alder & Finch", "Proposal", "1 Fleet tracking", "Won", "Lost"))
    assert in_order(shown, ("Closing soon", "Lens scanner"))
    assert in_order(shown, ("Trackers offline", "urgent", "Wrong VAT number", "waiting"))
    assert in_order(shown, ("Overdue", "Ask Goran", "Today", "Send the contract", "Visit the hangar"))
    assert in_order(shown, ("search track", "ticket:4", "activity:1"))
    assert len((result.stdout + result.stderr).splitlines()) < MOST_LINES


def test_it_tells_plans_in_brief(scratch: Path) -> None:  # noqa: ARG001 - where it works
    """Of a plan and of what an undo leaves, the beginning is told, then that there is more, then the outcome."""
    told = run(["demo"]).stderr
    assert in_order(told, ("companies.csv: companies from hubspot", "Company ID", "  …\n", "contacts.csv:", "  …\n"))
    assert in_order(told, ("refers to it, so it stays", "  …\n", "Undid: Import companies.csv, contacts.csv"))
    assert told.count("so it stays") == demo.SAID


def test_it_does_not_listen_to_settings_for_other_workspaces(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database and a workspace that somebody works in are not those of the tour."""
    monkeypatch.setenv("SMALLCRM_WORKSPACE", "north")
    monkeypatch.setenv("SMALLCRM_DATABASE_URL", f"sqlite:///{scratch.parent / 'mine.db'}")
    monkeypatch.setenv("SMALLCRM_FORMAT", "json")
    result = run(["demo"])
    assert result.exit_code == 0, result.stderr
    assert not (scratch.parent / "mine.db").exists()


def test_it_cleans_up_after_a_step_that_failed(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tour says which command failed, and leaves nothing either."""
    monkeypatch.setattr(demo, "TOUR", (demo.Stop("Nobody is called so.", "contact show 999"),))
    result = run(["demo"])
    assert result.exit_code == 1
    assert "`smallcrm contact show 999` failed" in result.stderr
    assert list(scratch.iterdir()) == []


def test_it_keeps_the_workspace_where_it_is_told_to(scratch: Path) -> None:
    """With --keep the database stays and is named."""
    result = run(["demo", "--keep"])
    (database,) = scratch.glob("smallcrm-demo-*/demo.db")
    assert str(database) in result.stdout
    assert int(run(["contact", "count", "--db", f"sqlite:///{database}"]).stdout) > 0


def test_it_ends_quietly_when_nobody_reads_on(scratch: Path, home: Path) -> None:
    """`smallcrm demo | head` shows the beginning, says nothing of an error, and cleans up too."""
    line = f'"{sys.executable}" -m smallcrm demo | head -n 3; exit ${{PIPESTATUS[0]}}'
    env = {**os.environ, "TMPDIR": str(scratch), "HOME": str(home)}
    found = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False, env=env)
    assert (found.returncode, found.stderr) == (141, "")
    assert "init Demo" in found.stdout
    assert list(scratch.iterdir()) == []
