"""`smallcrm undo` and `redo`: what was taken back, and what had to be left."""

from __future__ import annotations

import pytest

from tests.cli.crm import a_workspace, data, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """Ann and Bob."""
    a_workspace()


def test_it_steps_back_and_forward() -> None:
    """Twice undo steps back twice; redo brings the last back."""
    ok("contact", "edit", "1", "--set", "city=A")
    ok("contact", "edit", "1", "--set", "city=B")
    assert ok("undo").stdout == "7\n"
    assert data("contact", "show", "1")["city"] == "A"
    ok("undo")
    assert data("contact", "show", "1")["city"] is None
    assert "Redid: Edit contact 1 Ann van Smith (1 changed back)." in ok("redo").stderr
    assert data("contact", "show", "1")["city"] == "A"


def test_it_says_what_it_left() -> None:
    """Exit code 5; the rest is taken back."""
    ok("contact", "edit", "1", "--set", "city=A", "--set", "title=CTO")
    ok("contact", "edit", "1", "--set", "city=B")
    result = run(["undo", "5"])
    assert result.exit_code == 5
    assert "warning: left as it is: contact 1: city has been changed since" in result.stderr
    shown = data("contact", "show", "1")
    assert (shown["city"], shown["title"]) == ("B", None)
    assert run(["undo", "5"]).exit_code == 5


def test_it_shows_what_it_would_take_back() -> None:
    """And changes nothing."""
    told = data("undo", "-n")
    assert (told["undone"], told["operation"], told["counts"], told["dry_run"]) == (4, None, {"hide": 1}, True)
    assert ok("undo", "--dry-run").stderr.startswith("Would undo: ")
    assert data("contact", "count") == 2


@pytest.mark.parametrize(("argv", "code"), [(["undo", "99"], 3), (["undo", "x"], 2), (["redo"], 3)])
def test_it_refuses(argv: list[str], code: int) -> None:
    """In one line."""
    result = run(argv)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith("error: ")
