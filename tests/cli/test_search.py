"""`smallcrm search` and `smallcrm doctor --reindex`."""

from __future__ import annotations

import json

import pytest

from smallcrm.config import FORMATS
from tests.cli.crm import a_workspace, data, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """Two companies and two contacts."""
    a_workspace()


def test_it_shows_records_titles_and_pieces() -> None:
    """One line each, the best first."""
    assert ok("search", "acme").stdout.splitlines() == [
        "record\tname\tmatched",
        "company:1\tAcme, Inc.\t",
        "contact:1\tAnn van Smith\tann@acme.com",
    ]
    assert data("search", "ann", "acme") == [
        {"record": "contact:1", "name": "Ann van Smith", "matched": [{"field": "emails", "value": "ann@acme.com"}]}
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_it_speaks_every_format(name: str) -> None:
    """The record is named in each."""
    assert "contact:1" in ok("search", "ann", "-f", name).stdout


def test_it_gives_ids_that_other_commands_take() -> None:
    """noun:number, one a line."""
    shown = ok("search", "ann", "--noun", "contact", "-f", "ids").stdout
    assert shown == "contact:1\n"
    assert "Smith" in ok("contact", "show", "-", stdin=shown).stdout


def test_it_says_what_it_does_not_show() -> None:
    """More than the limit, or nothing at all, without hiding what was looked for."""
    assert "there are more" in ok("search", "acme", "--limit", "1").stderr
    assert ok("search", "acme").stderr == ""
    shown = run(["search", "no\x1bsuch"], tty=True)
    assert (shown.exit_code, shown.stderr) == (0, "Nothing is found by 'no␛such'.\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["!!"], "no letter or digit"), (["ann", "--limit", "0"], "--limit"), (["ann", "--noun", "x"], "noun to search")],
)
def test_it_refuses_with_a_way_out(words: list[str], sentence: str) -> None:
    """Exit code 2 and a hint."""
    result = run(["search", *words])
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "hint: " in result.stderr


def test_it_makes_the_index_anew() -> None:
    """And says how many records it holds; a dry run only looks."""
    assert "holds 4 records" in ok("doctor", "--reindex").stderr
    assert ok("doctor", "--reindex", "--dry-run").stderr == ""
    checks = {check["check"]: check["verdict"] for check in json.loads(ok("doctor", "--reindex", "--json").stdout)}
    assert checks["search"] == "ok"
    assert run(["doctor", "--reindex", "-w", "nowhere"]).exit_code == 3
