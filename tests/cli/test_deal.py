"""`smallcrm deal`, `smallcrm pipeline` and `smallcrm stage`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smallcrm import clock
from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """A workspace with a deal for Ann at Acme."""
    a_workspace()
    made("deal", "add", "Roof", "--amount", "1200", "--company", "acme.com", "--contact", "buyer:ann@acme.com")


def test_it_shows_a_deal_with_all_it_refers_to() -> None:
    """By name for people, as objects for programs."""
    found = data("deal", "show", "Roof")
    assert found["stage"] == {"id": 1, "name": "Lead"}
    assert (found["probability"], found["chance"]) == (None, 10)
    assert found["amount"] == {"amount": 120000, "currency": "EUR"}
    assert found["contacts"] == [{"id": 1, "name": "Ann van Smith", "role": "buyer", "primary": True}]
    assert [entry["stage"]["name"] for entry in found["stage_log"]] == ["Lead"]
    shown = ok("deal", "show", "1", "-f", "table").stdout
    assert "Company     Acme, Inc. (1)\n" in shown
    assert ("Idle since" in shown, "Rotting" in shown) == (True, False)
    assert "Contacts    Ann van Smith (1), buyer\n" in shown


def test_it_takes_no_amount_that_could_be_another() -> None:
    """Neither in a record, nor as the default of a field, nor in a filter; each time it says how to write it."""
    made("field", "add", "deal", "fee", "--type", "money")
    for argv in (
        ["deal", "add", "Door", "--amount", "1.234"],
        ["deal", "edit", "1", "--set", "amount=1.234"],
        ["field", "edit", "fee", "--default", "1.234"],
        ["deal", "list", "--filter", "amount>1.234"],
    ):
        refused = run(argv)
        assert refused.exit_code in (2, 5)
        assert "'1.234' could be thousands or a fraction." in refused.stderr
        assert "hint: 1234 for thousands, 1.23 for a fraction\n" in refused.stderr
    made("deal", "add", "Door", "--amount", "22.500,00")
    assert data("deal", "list", "--filter", 'amount>="22.500,00"')[0]["amount"]["amount"] == 2250000


def test_it_closes_on_a_day_that_has_a_word() -> None:
    """Under each of its names, in the zone of the workspace."""
    with clock.frozen(datetime(2026, 3, 13, 23, 30, tzinfo=UTC)):
        made("deal", "add", "Door", "--close", "fri")
        ok("deal", "edit", "1", "--set", "close=+2w")
        assert [one["expected_close"] for one in data("deal", "list")] == ["2026-03-28", "2026-03-20"]
        assert [one["name"] for one in data("deal", "list", "--filter", "due:fri")] == ["Door"]
        refused = run(["deal", "edit", "1", "--set", "close=last-month"])
    assert refused.exit_code == 5
    assert refused.stderr.startswith(
        "error: Expected close is one day, and 'last-month' is all from 2026-02-01 to 2026-02"
    )


def test_it_moves_wins_loses_and_reopens_several_at_once() -> None:
    """One operation each, with one undo."""
    made("deal", "add", "Door", "--stage", "Proposal")
    assert made("deal", "move", "1", "2", "negotiation") == "1\n2"
    lost = data("deal", "lose", "1", "2", "--reason", "price")
    assert (lost["changed"], lost["failed"]) == ([1, 2], [])
    assert data("deal", "show", "2")["lost_reason"] == "price"
    ok("deal", "reopen", "1", "--stage", "Proposal")
    ok("deal", "win", "1")
    assert [one["stage"]["name"] for one in data("deal", "list")] == ["Won", "Lost"]
    ok("undo")
    assert data("deal", "show", "1")["stage"]["name"] == "Proposal"
    assert run(["deal", "lose", "1"]).exit_code == 2
    assert run(["deal", "move", "1", "Nowhere"]).exit_code == 3
    refused = run(["deal", "move", "1", "Lost"])
    assert (refused.exit_code, refused.stderr.splitlines()[1]) == (5, "hint: --set lost_reason=TEXT")


def test_it_says_where_a_deal_is_by_the_stage_s_own_name() -> None:
    """After a move, and where it is there already; and what it is where nothing had to be done."""
    assert "Deal 1 moved to Proposal." in ok("deal", "move", "1", "proposal").stderr
    assert "Deal 1 is in Proposal already." in ok("deal", "move", "1", "3").stderr
    assert "Deal 1 is open already." in ok("deal", "reopen", "1").stderr
    assert "Deal 1 has these values already." in ok("deal", "edit", "1", "--set", "name=Roof").stderr
    ok("deal", "win", "1")
    assert "Deal 1 is won already." in ok("deal", "win", "1").stderr


def test_it_plans_without_writing() -> None:
    """`--dry-run` says which deals would go."""
    planned = ok("deal", "win", "1", "--dry-run")
    assert "would be won" in planned.stderr
    assert planned.stdout.splitlines()[1].split("\t")[:3] == ["won", "1", "Roof"]
    assert data("deal", "show", "1")["stage"]["name"] == "Lead"


def test_it_keeps_pipelines_and_stages() -> None:
    """Adding, changing, deleting with the deals moved, restoring."""
    assert made("pipeline", "add", "Partners") == "2"
    assert made("stage", "add", "Pitch", "--pipeline", "Partners", "--probability", "5") == "7"
    assert made("stage", "add", "Signed", "--pipeline", "Partners", "--kind", "won") == "8"
    ok("stage", "edit", "Pitch", "--set", "rot_days=14")
    assert data("stage", "show", "7")["rot_days"] == 14
    ok("deal", "move", "1", "Pitch")
    refused = run(["pipeline", "delete", "Partners"])
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (5, "hint: --move-to STAGE moves them")
    ok("pipeline", "delete", "Partners", "--move-to", "Lead")
    assert data("deal", "show", "1")["pipeline"]["name"] == "Sales"
    ok("pipeline", "restore", "2")
    assert [one["name"] for one in data("stage", "list")][-2:] == ["Pitch", "Signed"]
    ok("stage", "delete", "Lead", "--move-to", "Qualified")
    assert data("deal", "show", "1")["stage"]["name"] == "Qualified"


def test_it_exports_what_the_list_shows() -> None:
    """The fast road and the slow one agree, in JSON and in CSV."""
    ok("deal", "win", "1")
    columns = [
        key
        for key in data("deal", "list", "--columns", "all")[0]
        if key not in ("trashed_at", "version", "next_activity")
    ]
    listed = data("deal", "list", "--columns", ",".join(columns))
    assert data("deal", "export") == listed
    csv = ok("deal", "list", "--columns", ",".join(columns), "-f", "csv").stdout
    assert ok("deal", "export", "-f", "csv").stdout == csv
