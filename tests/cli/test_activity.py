"""`smallcrm activity`: logging, doing, canceling and reopening; the agenda; what a record shows of its activities."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from smallcrm import clock
from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run

if TYPE_CHECKING:
    from collections.abc import Iterator

WEDNESDAY = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def workspace() -> Iterator[None]:
    """A workspace in Berlin with a deal, on a Wednesday at eleven."""
    with clock.frozen(WEDNESDAY):
        a_workspace()
        ok("deal", "add", "Roof")
        yield


def test_it_logs_a_call_in_one_line() -> None:
    """`--with` names any record, and may be repeated."""
    number = made("activity", "add", "Called Ann", "--kind", "call", "--with", "contact:1", "--with", "deal:Roof")
    found = data("activity", "show", number)
    assert found["links"] == [
        {"object": "contact", "id": 1, "name": "Ann van Smith"},
        {"object": "deal", "id": 1, "name": "Roof"},
    ]
    assert (found["status"], found["done_at"]) == ("done", "2026-03-11T10:00:00.000Z")
    ok("activity", "edit", number, "--append", "with=company:acme.com", "--remove", "with=deal:1")
    assert [link["object"] for link in data("activity", "show", number)["links"]] == ["contact", "company"]
    shown = ok("activity", "show", number, "-f", "table").stdout
    assert "With     Ann van Smith (contact 1)\n         Acme, Inc. (company 1)\n" in shown
    refused = run(["activity", "add", "Call", "--with", "Ann"])
    assert (refused.exit_code, refused.stderr) == (2, "error: Say which record, such as contact:42: 'Ann'.\n")


@pytest.mark.parametrize(
    ("typed", "kept", "shown"),
    [
        ("2026-03-31", "2026-03-31", "2026-03-31"),
        ("fri", "2026-03-13", "2026-03-13"),
        ("fri 14:00", "2026-03-13T13:00Z", "2026-03-13 14:00"),
        ("2026-03-31T14:00Z", "2026-03-31T14:00Z", "2026-03-31 16:00"),
    ],
)
def test_it_shows_a_time_in_the_zone_and_a_date_as_it_is(typed: str, kept: str, shown: str) -> None:
    """For programs an instant is in UTC."""
    ok("activity", "add", "Call", "--due", typed)
    assert data("activity", "show", "1")["due"] == kept
    assert ok("activity", "list", "--columns", "due", "-f", "csv").stdout == f"due\n{kept}\n"
    assert f"Due      {shown}\n" in ok("activity", "show", "1", "-f", "table").stdout
    ok("activity", "edit", "1", "--clear", "due")
    history = data("activity", "history", "1")[-1]
    assert (history["field"], history["before"], history["after"]) == ("due", kept, None)


def test_it_does_cancels_and_reopens_several_at_once() -> None:
    """One operation each, with one undo."""
    for subject in ("Call", "Write"):
        ok("activity", "add", subject, "--due", "tomorrow")
    assert made("activity", "done", "1", "Write", "--outcome", "They sign") == "1\n2"
    assert data("activity", "show", "2")["outcome"] == "They sign"
    assert "Activity 1 is done already." in ok("activity", "done", "1").stderr
    ok("undo")
    assert [one["status"] for one in data("activity", "list")] == ["open", "open"]
    assert data("activity", "cancel", "1", "2")["changed"] == [1, 2]
    assert "would be reopened" in ok("activity", "reopen", "1", "--dry-run").stderr
    ok("activity", "reopen", "1")
    assert [one["status"] for one in data("activity", "list")] == ["open", "canceled"]
    ok("activity", "add", "Fact", "--kind", "note")
    refused = run(["activity", "reopen", "3"])
    assert (refused.exit_code, refused.stderr.splitlines()[1]) == (5, "hint: --set kind=task")


def test_it_shows_the_agenda_by_day() -> None:
    """A day is said once for people; programs get a flat row for each."""
    for subject, due in (("A", "yesterday"), ("B", "10:30"), ("C", "today"), ("D", "14:00"), ("E", "fri"), ("F", "")):
        ok("activity", "add", subject, "--due", due, "--with", "contact:1")
    ok("activity", "add", "G", "--due", "eom")
    shown = ok("activity", "agenda", "-f", "table").stdout
    assert [line[:39] for line in shown.splitlines()] == [
        "DAY             TIME              ID  S",
        "Overdue         2026-03-10         1  A",
        "                2026-03-11 10:30   2  B",
        "Today                              3  C",
        "                14:00              4  D",
        "Fri 2026-03-13                     5  E",
        "No day                             6  F",
    ]
    rows = data("activity", "agenda", "--days", "30")
    assert [(row["timing"], row["day"], row["subject"]) for row in rows] == [
        ("overdue", "2026-03-10", "A"), ("overdue", "2026-03-11", "B"), ("today", "2026-03-11", "C"),
        ("today", "2026-03-11", "D"), ("planned", "2026-03-13", "E"), ("planned", "2026-03-31", "G"),
        ("unplanned", None, "F"),
    ]  # fmt: skip
    assert rows[3]["due"] == "2026-03-11T13:00Z"
    assert ok("activity", "agenda", "-f", "ids").stdout == "1\n2\n3\n4\n5\n6\n"
    assert "--limit 0" in ok("activity", "agenda", "--limit", "1").stderr
    piped = ok("activity", "agenda", "--days", "0").stdout.splitlines()
    assert piped[1] == "overdue\t2026-03-10\t2026-03-10\t1\ttask\tA\tAnn van Smith\t" + rows[0]["owner"]["name"]


def test_it_shows_the_agenda_on_a_narrow_screen() -> None:
    """The time is never cut, and the subject gets what room there is."""
    ok("activity", "add", "Talk about the offer for the roof", "--due", "14:00", "--with", "contact:1")
    line = run(["activity", "agenda"], tty=True).stdout.splitlines()[1]
    assert line.startswith("Today  14:00   1  Talk about the offer for the roof")


def test_it_shows_the_agenda_of_one_member() -> None:
    """By name or by `me`."""
    ok("activity", "add", "Mine", "--due", "today")
    ok("activity", "add", "Nobody's", "--due", "today", "--owner", "")
    name = data("activity", "show", "1")["owner"]["name"]
    for option in (["--mine"], ["--member", name]):
        assert [row["subject"] for row in data("activity", "agenda", *option)] == ["Mine"]
    assert run(["activity", "agenda", "--mine", "--member", name]).exit_code == 2
    assert run(["activity", "agenda", "--member", "Nobody"]).exit_code == 3
    assert run(["activity", "agenda", "--days", "-1"]).exit_code == 2
    assert run(["activity", "agenda", "--limit", "-1"]).exit_code == 2
    ok("activity", "done", "1", "2")
    assert "Nothing is due." in ok("activity", "agenda", "-f", "table").stderr


def test_it_shows_the_last_and_the_next_activity_of_a_record() -> None:
    """To people, in their zone, and made safe."""
    before = ok("contact", "show", "1", "-f", "table").stdout
    ok("activity", "add", "Called\x1b[31m her", "--kind", "call", "--with", "contact:1", "--with", "company:1")
    ok("activity", "add", "Offer", "--due", "fri 14:00", "--with", "contact:1", "--with", "deal:1")
    ok("activity", "add", "Visit", "--due", "2026-05-01", "--with", "company:1")
    assert "activity" not in before
    shown = ok("contact", "show", "1", "-f", "table").stdout
    assert "\x1b" not in shown
    assert "her (call, activity 1), 2026-03-11 11:00\n" in shown
    assert "Next activity  Offer (task, activity 2), 2026-03-13 14:00\n" in shown
    assert "Next activity  Visit (task, activity 3), 2026-05-01\n" in ok("company", "show", "1", "-f", "table").stdout
    deal = ok("deal", "show", "1", "-f", "table").stdout
    assert "Next activity  Offer" in deal
    assert "Last activity" not in deal


def test_it_exports_what_the_list_shows() -> None:
    """The fast road and the slow one agree, in JSON and in CSV; an export has quotes around a value with a comma."""
    ok("activity", "add", "Call", "--due", "fri 14:00", "--reminder", "0", "--reminder", "1d", "--with", "contact:1")
    ok("activity", "edit", "1", "--append", "with=deal:1", "--append", "with=company:1")
    columns = [key for key in data("activity", "list", "--columns", "all")[0] if key not in ("trashed_at", "version")]
    listed = data("activity", "list", "--columns", ",".join(columns))
    assert data("activity", "export") == listed
    csv = ok("activity", "list", "--columns", ",".join(columns), "-f", "csv").stdout
    exported = ok("activity", "export", "-f", "csv").stdout
    assert '""Acme, Inc.""' in exported
    assert exported.replace('""Acme, Inc.""', "Acme, Inc.") == csv
