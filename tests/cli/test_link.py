"""`smallcrm link` and `unlink`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.crm import a_workspace, data, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """The workspace of every test."""
    a_workspace()


def places() -> list[dict[str, Any]]:
    """Where Ann works."""
    found: list[dict[str, Any]] = data("contact", "show", "1")["companies"]
    return found


def test_it_links_in_either_order() -> None:
    """With a role; the primary one moves; what is not said stays."""
    assert ok("link", "company", "globex.com", "contact", "ann@acme.com", "--role", "CTO", "--primary").stdout == "1\n"
    assert [(one["name"], one.get("role"), one.get("primary")) for one in places()] == [
        ("Globex", "CTO", True),
        ("Acme, Inc.", None, None),
    ]
    ok("link", "contact", "1", "company", "2", "--ended", "2026-01-31")
    assert [(one["name"], one.get("role"), one.get("ended")) for one in places()] == [
        ("Acme, Inc.", None, None),
        ("Globex", "CTO", "2026-01-31"),
    ]
    assert "is so already" in ok("link", "contact", "1", "company", "2").stderr
    ok("undo")
    ok("undo")
    assert [one["name"] for one in places()] == ["Acme, Inc."]


def test_it_unlinks() -> None:
    """A link that is not there is an error."""
    assert ok("unlink", "contact", "1", "company", "1", "-n").stdout == ""
    assert len(places()) == 1
    assert data("unlink", "contact", "1", "company", "1")["changed"] == [1]
    assert places() == []
    assert run(["unlink", "contact", "1", "company", "1"]).exit_code == 3


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["contact", "1"], 2),
        (["contact", "1", "contact", "2"], 2),
        (["contact", "1", "company", "1", "company", "2"], 2),
        (["contact", "9", "company", "1"], 3),
        (["contact", "1", "company", "9"], 3),
        (["contact", "1", "company", "1", "--ended", "soon"], 5),
        (["contact", "1", "company", "1", "--ended", "2026-01-01", "--primary"], 5),
    ],
)
def test_it_refuses(argv: list[str], code: int) -> None:
    """In one line, with the code that fits."""
    result = run(["link", *argv])
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith("error: ")
