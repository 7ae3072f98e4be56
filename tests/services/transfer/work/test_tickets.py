"""Rows as tickets: status with the word for it, priority, type, and who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services import tickets as ticket_verbs
from tests.services.transfer.bringing import bring, fates, only, records
from tests.services.transfer.work.filing import Said, file_of, named

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


def test_the_word_for_a_status_is_kept_where_it_says_more(mara: World, tmp_path: Path) -> None:
    """What nobody knows is open, and told."""
    del mara
    words = ("Open", "OpenPending", "Waiting on Customer", "2", "Neu", "Purple", "")
    said: list[Said] = [{"Ticket Name": f"T{at}", "Ticket Status": word} for at, word in enumerate(words)]
    report = bring(file_of(tmp_path / "t.csv", "ticket", *said))
    assert [(ticket["status"], ticket["status_label"]) for ticket in records("ticket")] == [
        ("open", None), ("open", "OpenPending"), ("waiting", "Waiting on Customer"), ("open", None), ("new", "Neu"),
        ("open", "Purple"), ("new", None),
    ]  # fmt: skip
    assert report.files[0].warnings == [
        "line 7: status: not a status that is known; it is taken as open, and the word is kept: 'Purple'"
    ]


def test_a_priority_that_nobody_knows_is_normal_and_told(mara: World, tmp_path: Path) -> None:
    """Where there is none it is normal too."""
    del mara
    words = ("Low", "P1", "critical", "", "blue")
    said: list[Said] = [{"Ticket Name": f"T{at}", "Ticket Priority": word} for at, word in enumerate(words)]
    report = bring(file_of(tmp_path / "t.csv", "ticket", *said))
    assert [ticket["priority"] for ticket in records("ticket")] == ["low", "urgent", "urgent", "normal", "normal"]
    assert report.files[0].warnings == ["line 6: priority: not a priority that is known; it is taken as normal: 'blue'"]


def test_a_type_of_the_file_only_becomes_a_tag(mara: World, tmp_path: Path) -> None:
    """With a comma in it too, and the same file again changes nothing."""
    del mara
    header = ("Ticket ID", "Ticket Name", "Ticket Type", "Ticket Tags", "Ticket Status", "Ticket Priority")
    path = file_of(
        tmp_path / "t.csv",
        "ticket",
        {"Ticket ID": "1", "Ticket Name": "A", "Ticket Type": "Bug"},
        {"Ticket ID": "2", "Ticket Name": "B", "Ticket Type": "Billing, refunds"},
        only=header,
    )
    bring(path)
    bug, billing = records("ticket")
    assert (bug["type"], bug["tags"]) == ("problem", [])
    assert (billing["type"], [tag["name"].split() for tag in billing["tags"]]) == (None, [["Billing", "refunds"]])
    assert fates(bring(path)) == {"t.csv": (0, 0, 0, 2, 0, 0)}


def test_who_asked_brings_the_company(mara: World, tmp_path: Path) -> None:
    """Where the row names none."""
    del mara
    firms = file_of(tmp_path / "c.csv", "company", {"Company ID": "1", "Company Name": "Acme"})
    people = file_of(
        tmp_path / "p.csv",
        "contact",
        {"Contact ID": "1", "First Name": "Ann", "Email": "ann@x.org", "Associated Company IDs": "1"},
    )
    path = file_of(tmp_path / "t.csv", "ticket", {"Ticket Name": "A", "Associated Contact Email": "ANN@x.org"})
    bring(path, people, firms)
    ticket = only("ticket")
    assert (named("contact", ticket["requester"]), named("company", ticket["company"])) == ("Ann", "Acme")


def test_a_file_that_is_silent_leaves_the_status_alone(mara: World, tmp_path: Path) -> None:
    """And a ticket needs a subject."""
    del mara
    path = file_of(tmp_path / "t.csv", "ticket", {"Ticket ID": "1", "Ticket Name": "A"}, {"Ticket ID": "2"})
    report = bring(path)
    assert [reason for _line, reason, _cells in report.files[0].rejected] == ["A ticket needs a subject"]
    ticket_verbs.close([1])
    assert fates(bring(path)) == {"t.csv": (0, 0, 0, 1, 1, 0)}
    assert only("ticket")["status"] == "closed"
