"""`smallcrm view`, and `NOUN list --view NAME`."""

from __future__ import annotations

import pytest

from smallcrm.cli import filtering
from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """Three deals, and a view that two of them pass."""
    a_workspace()
    for name, amount in (("Roof", "6000"), ("Door", "9000"), ("Wall", "10")):
        made("deal", "add", name, "--amount", amount, "--company", "acme.com")
    argv = ("--filter", "is:open amount>5000", "--sort", "-amount", "--columns", "id,name,company.name")
    assert made("view", "add", "Hot", "--noun", "deals", *argv) == "1"


def test_it_lists_what_a_view_says() -> None:
    """Its filter, its order, its columns; by name or by number."""
    found = [
        {"id": 2, "name": "Door", "company.name": "Acme, Inc."},
        {"id": 1, "name": "Roof", "company.name": "Acme, Inc."},
    ]
    assert data("deal", "list", "--view", "hot") == data("deal", "list", "--view", "1") == found


def test_it_lets_options_say_otherwise() -> None:
    """A filter comes on top, columns and order take their place, and pages go on."""
    assert ok("deal", "list", "--view", "Hot", "--filter", "name:Roof", "-f", "ids").stdout == "1\n"
    assert data("deal", "list", "--view", "Hot", "--sort", "id", "--columns", "name") == [
        {"name": "Roof"}, {"name": "Door"},
    ]  # fmt: skip
    first = ok("deal", "list", "--view", "Hot", "--limit", "1", "-f", "ids")
    assert first.stdout == "2\n"
    cursor = first.stderr.split("--after ")[1].strip()
    assert ok("deal", "list", "--view", "Hot", "--after", cursor, "-f", "ids").stdout == "1\n"
    assert run(["deal", "list", "--view", "Hot", "--filter", "amuont>1"]).exit_code == 2


def test_it_refuses_a_view_that_names_what_is_gone() -> None:
    """Exit code 5, the name, the place in the filter, and the command that mends it."""
    ok("view", "edit", "1", "--set", "filter=stage:Proposal OR stage:Lead")
    ok("stage", "edit", "Proposal", "--set", "name=Offer")
    refused = run(["deal", "list", "--view", "Hot"])
    assert (refused.exit_code, refused.stdout) == (5, "")
    lines = refused.stderr.splitlines()
    assert lines[0] == "error: View 'Hot' cannot be used: There is no stage 'Proposal'."
    assert lines[1:3] == ["  stage:Proposal OR stage:Lead", "        ^"]
    assert lines[3].startswith("hint: smallcrm view edit 1 ")
    missing = run(["deal", "list", "--view", "Hott"])
    assert (missing.exit_code, "Did you mean 'Hot'" in missing.stderr) == (3, True)
    assert run(["contact", "list", "--view", "Hot"]).exit_code == 3


def test_it_keeps_views_like_any_record() -> None:
    """Show, list, edit, delete, restore, history, undo; and a wrong filter is refused when it is written."""
    shown = data("view", "show", "Hot")
    assert (shown["noun"], shown["filter"], shown["team"]) == ("deal", "is:open amount>5000", False)
    assert [found["name"] for found in data("view", "list", "--filter", "noun:deal team:no")] == ["Hot"]
    ok("view", "edit", "Hot", "--set", "team=yes")
    assert len(data("view", "history", "1")) == 2
    ok("view", "delete", "Hot")
    assert run(["deal", "list", "--view", "Hot"]).exit_code == 3
    ok("view", "restore", "1")
    assert ok("view", "count").stdout == "1\n"
    refused = run(["view", "add", "Bad", "--noun", "deal", "--filter", "amuont>1"])
    assert (refused.exit_code, "Did you mean 'amount'" in refused.stderr) == (5, True)


def test_it_completes_the_names_of_views() -> None:
    """Those of the noun that is listed."""
    assert run(["--complete", "zsh", "deal", "list", "--view", ""]).stdout == "Hot\tis:open amount>5000\n"
    assert run(["--complete", "zsh", "contact", "list", "--view", ""]).stdout == ""
    assert "is:\tKind" in run(["--complete", "zsh", "deal", "list", "--filter", "i"]).stdout
    assert run(["--complete", "zsh", "deal", "list", "--filter", "stage:Pr"]).stdout == "stage:Proposal\n"
    assert "stage\tStage\n" in run(["--complete", "zsh", "deal", "list", "--sort", "st"]).stdout


def test_it_chooses_what_is_counted_exported_edited_and_deleted() -> None:
    """Its filter beside those given; an export has its columns and its order, unless others are said."""
    assert ok("deal", "count", "--view", "Hot").stdout == "2\n"
    assert ok("deal", "count", "--view", "Hot", "--filter", "amount<9000").stdout == "1\n"
    lines = ok("deal", "export", "--view", "Hot", "-f", "csv").stdout.splitlines()
    assert lines == ["id,name,company.name", '2,Door,"Acme, Inc."', '1,Roof,"Acme, Inc."']
    lines = ok(
        "deal", "export", "--view", "Hot", "--columns", "name", "--sort", "name", "-f", "csv"
    ).stdout.splitlines()
    assert lines == ["name", "Door", "Roof"]
    lines = ok("deal", "export", "--view", "Hot", "--columns", "name", "--sort", "id", "-f", "csv").stdout.splitlines()
    assert lines == ["name", "Roof", "Door"]
    ok("deal", "edit", "--view", "Hot", "--set", "amount=7000", "--yes")
    assert [deal["name"] for deal in data("deal", "list", "--filter", "amount:7000")] == ["Roof", "Door"]
    ok("deal", "delete", "--view", "Hot", "--filter", "name:Door", "--yes")
    assert [deal["name"] for deal in data("deal", "list")] == ["Roof", "Wall"]
    assert run(["deal", "edit", "1", "--view", "Hot", "--set", "amount=1"]).exit_code == 2


@pytest.mark.parametrize("words", [("edit", "--set", "amount=1"), ("delete",)])
def test_it_asks_before_it_changes_the_many_that_a_view_passes(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """As with a filter: nobody has named the records."""
    monkeypatch.setattr(filtering, "MANY", 1)
    refused = run(["deal", *words, "--view", "Hot", "--no-input"])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert ok("deal", "count", "--filter", "amount>5000").stdout == "2\n"


@pytest.mark.parametrize(
    "words", [("count",), ("export",), ("edit", "--set", "amount=1", "--yes"), ("delete", "--yes")]
)
def test_it_says_of_every_command_what_a_view_misses(words: tuple[str, ...]) -> None:
    """A filter that names what is gone stops the command: without it, more records would be meant."""
    ok("view", "edit", "1", "--set", "filter=stage:Proposal OR stage:Lead")
    ok("stage", "edit", "Proposal", "--set", "name=Offer")
    refused = run(["deal", *words, "--view", "Hot"])
    assert (refused.exit_code, refused.stdout) == (5, "")
    assert refused.stderr.startswith("error: View 'Hot' cannot be used: There is no stage 'Proposal'.")
    assert ok("deal", "count").stdout == "3\n"
