"""Completion of values from the workspace."""

from __future__ import annotations

import pytest

from tests.cli.crm import a_workspace, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """The workspace of every test."""
    a_workspace()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["contact", "show", ""], ["2\tBob", "1\tAnn van Smith"]),
        (["contact", "edit", "a"], ["ann@acme.com"]),
        (["company", "show", "g"], ["globex.com"]),
        (["contact", "restore", ""], []),
        (["contact", "list", "--columns", "id,last"], ["id,last_name\tLast name"]),
        (["contact", "list", "--sort", "up"], ["updated"]),
        (["contact", "edit", "1", "--set", "lif"], ["lifecycle=\tLifecycle"]),
        (["contact", "edit", "1", "--set", "lifecycle=c"], ["lifecycle=customer"]),
        (["contact", "edit", "1", "--append", "tag=v"], ["tag=vip"]),
        (["contact", "edit", "1", "--clear", "cit"], ["city\tCity"]),
        (["contact", "add", "--company", "ac"], ["acme.com"]),
        (["contact", "add", "--lifecycle", "l"], ["lead"]),
        (["tag", "rename", "V"], []),
        (["tag", "rename", "v"], ["vip"]),
        (["undo", "3"], ["3\tAdd contact 1 Ann van Smith"]),
        (["workspace", "use", "n"], ["north\tNorth"]),
        (["-w", "n"], ["north\tNorth"]),
        (["contact", "list", "--workspace", ""], ["north\tNorth"]),
        (["import", ""], [":files"]),
        (["contact", "import", "peo"], [":files"]),
        (["contact", "export", ""], [":files"]),
        (["deal", "move", "1", "Pro"], ["Proposal"]),
        (["deal", "edit", "1", "--set", "stage=Neg"], ["stage=Negotiation"]),
        (["link", ""], ["contact", "company"]),
        (["link", "contact", "1", ""], ["company"]),
        (["link", "contact", "1", "company", "a"], ["acme.com"]),
    ],
)
def test_it_completes(words: list[str], found: list[str]) -> None:
    """Numbers with names, keys once letters are typed, fields and what they may hold."""
    assert run(["--complete", "zsh", *words]).stdout.splitlines() == found


def test_it_completes_what_bash_has_cut() -> None:
    """Bash ends a word at = and :, so only the rest of it is replaced."""
    words = ["contact", "edit", "1", "--set", "lifecycle", "=", "c"]
    assert run(["--complete", "bash", *words]).stdout == "customer\n"
    assert run(["--complete", "bash", "contact", "show", "ann", "@", "a"]).stdout == "@acme.com\n"


def test_it_completes_from_the_workspace_that_is_named() -> None:
    """The option counts while one is still typing."""
    ok("init", "South")
    assert run(["--complete", "zsh", "contact", "show", ""]).stdout == ""
    assert "2\tBob\n" in run(["--complete", "zsh", "-w", "north", "contact", "show", ""]).stdout
