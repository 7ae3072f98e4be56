"""`smallcrm tag`."""

from __future__ import annotations

import pytest

from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """Ann has vip; both have news."""
    a_workspace()
    ok("contact", "edit", "1", "2", "--append", "tag=news")
    ok("company", "edit", "1", "--append", "tag=VIP")


def test_it_counts_by_noun() -> None:
    """One tag whatever its case."""
    assert data("tag", "list") == [
        {"tag": "news", "company": 0, "contact": 2, "deal": 0, "activity": 0, "ticket": 0},
        {"tag": "vip", "company": 1, "contact": 1, "deal": 0, "activity": 0, "ticket": 0},
    ]


def test_it_renames_and_merges_and_undoes() -> None:
    """As one operation over every noun."""
    assert "Renamed to gold: 1 company, 1 contact." in ok("tag", "rename", "VIP", "gold").stderr
    merged = data("tag", "rename", "gold", "news")
    assert (merged["merged"], merged["changed"]) == (True, {"company": 1, "contact": 1})
    merged = {"tag": "news", "company": 1, "contact": 2, "deal": 0, "activity": 0, "ticket": 0}
    assert data("tag", "list") == [merged]
    ok("undo")
    ok("undo")
    assert [one["tag"] for one in data("tag", "list")] == ["news", "vip"]


def test_it_deletes() -> None:
    """From every record; many need a yes."""
    ok("tag", "delete", "news", "-n")
    assert len(data("tag", "list")) == 2
    assert ok("tag", "delete", "news").stdout == "news\n"
    assert [one["tag"] for one in data("tag", "list")] == ["vip"]
    numbers = [made("contact", "add", f"P{at}", "--tag", "many") for at in range(11)]
    assert run(["tag", "delete", "many"]).exit_code == 2
    ok("tag", "delete", "many", "--yes")
    assert data("contact", "show", numbers[0])["tags"] == []


def test_it_suggests() -> None:
    """The nearest one."""
    for argv in (["delete", "newz"], ["rename", "newz", "x"]):
        result = run(["tag", *argv])
        assert result.exit_code == 3
        assert "Did you mean 'news'?" in result.stderr
    assert run(["tag", "rename", "news", "a,b"]).exit_code == 5
