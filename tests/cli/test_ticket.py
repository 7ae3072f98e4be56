"""`smallcrm ticket`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from smallcrm import clock
from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """A workspace with an urgent ticket of Ann's and a usual one of nobody's."""
    a_workspace()
    made("ticket", "add", "Leak", "--requester", "ann@acme.com", "--priority", "urgent", "--watcher", "me")
    made("ticket", "add", "Squeak", "--type", "question")


def test_it_shows_a_ticket_with_all_it_refers_to() -> None:
    """By name for people, as objects for programs."""
    found = data("ticket", "show", "Leak")
    assert (found["id"], found["status"], found["priority"], found["reopened"]) == (1, "new", "urgent", 0)
    assert (found["requester"]["name"], found["company"]["name"]) == ("Ann van Smith", "Acme, Inc.")
    assert [one["id"] for one in found["watchers"]] == [1]
    assert [entry["status"] for entry in found["status_log"]] == ["new"]
    shown = ok("ticket", "show", "1", "-f", "table").stdout
    assert "Company    Acme, Inc. (1)\n" in shown


def test_it_assigns_waits_closes_and_reopens_several_at_once() -> None:
    """One operation each, with one undo; a day is a day."""
    assert made("ticket", "assign", "1", "2", "me") == "1\n2"
    assert made("ticket", "wait", "1", "2", "--until", "2027-03-02") == "1\n2"
    assert data("ticket", "show", "2")["waiting_until"] == "2027-03-02"
    closed = data("ticket", "close", "1", "2")
    assert (closed["changed"], closed["failed"]) == ([1, 2], [])
    assert data("ticket", "show", "1")["closed_at"].endswith("Z")
    ok("ticket", "reopen", "1")
    assert [one["status"] for one in data("ticket", "list")] == ["open", "closed"]
    ok("undo")
    ok("undo")
    assert [one["status"] for one in data("ticket", "list")] == ["waiting", "waiting"]
    assert run(["ticket", "assign", "1", "nobody@x.org"]).exit_code == 3
    assert run(["ticket", "wait", "1", "--until", "soon"]).exit_code == 5
    assert run(["ticket", "close", "9"]).exit_code == 3


def test_it_waits_until_a_day_that_has_a_word() -> None:
    """And says which day that is."""
    with clock.frozen(datetime(2026, 3, 13, 23, 30, tzinfo=UTC)):
        said = ok("ticket", "wait", "1", "--until", "mon").stderr
        assert "Ticket 1 waiting until 2026-03-16." in said
        assert data("ticket", "show", "1")["waiting_until"] == "2026-03-16"
        assert "waiting for the customer" in ok("ticket", "wait", "1", "--until", " ").stderr
        refused = run(["ticket", "wait", "1", "--until", "next-week"])
    assert refused.exit_code == 5
    assert "sow and eow are the first and the last day of this week" in refused.stderr


def test_it_plans_without_writing() -> None:
    """`--dry-run` says which tickets would go."""
    assert "would be closed" in ok("ticket", "close", "1", "2", "--dry-run").stderr
    assert {one["status"] for one in data("ticket", "list")} == {"new"}


def test_it_shows_the_queue_in_every_format() -> None:
    """The urgent first, what waits last, what is closed not at all."""
    ok("ticket", "add", "Creak", "--priority", "high", "--assignee", "me")
    assert made("ticket", "queue", "-f", "ids") == "1\n3\n2"
    ok("ticket", "wait", "1")
    assert [one["id"] for one in data("ticket", "queue")] == [3, 2, 1]
    assert [one["id"] for one in data("ticket", "queue", "--mine")] == [3]
    assert [one["id"] for one in data("ticket", "queue", "--unassigned")] == [2, 1]
    assert data("ticket", "queue", "--columns", "subject,reopened", "--limit", "1") == [
        {"subject": "Creak", "reopened": 0}
    ]
    assert "All of them: --limit 0" in ok("ticket", "queue", "--limit", "1").stderr
    table = ok("ticket", "queue", "-f", "table").stdout
    assert "WAITING UNTIL" in table
    ok("ticket", "close", "1", "2", "3")
    assert "No tickets" in ok("ticket", "queue", "-f", "table").stderr
    assert run(["ticket", "queue", "--limit", "-1"]).exit_code == 2


def test_it_exports_what_the_list_shows() -> None:
    """The fast road and the slow one agree, in JSON and in CSV."""
    ok("ticket", "comment", "1", "Coming", "--public")
    ok("ticket", "close", "1")
    columns = [
        key
        for key in data("ticket", "list", "--columns", "all")[0]
        if key not in ("trashed_at", "version", "next_activity")
    ]
    listed = data("ticket", "list", "--columns", ",".join(columns))
    assert data("ticket", "export") == listed
    csv = ok("ticket", "list", "--columns", ",".join(columns), "-f", "csv").stdout
    assert ok("ticket", "export", "-f", "csv").stdout == csv


def test_it_sorts_by_urgency() -> None:
    """Also the other way round."""
    ok("ticket", "add", "Creak", "--priority", "low")
    assert made("ticket", "list", "--sort", "-priority", "-f", "ids") == "1\n2\n3"
    assert made("ticket", "list", "--sort", "priority", "-f", "ids") == "3\n2\n1"
