"""What a row changes of the deal, ticket or activity that it is about, and what its blanks empty on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.services.records import undo
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import bring, fates, only, records, write
from tests.support import custom
from tests.support.canonical import export

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.transfer.report import Report
    from tests.support.world import World


def clear(path: Path) -> Report:
    """Import with the blanks that count."""
    return bring(path, rules=Rules(clear_blanks=True))


DEALS = "Deal ID,Deal Name,Deal Stage,Amount,Close Date,Deal Description,Company Name,Contact Email,Tags,Floors"
TICKETS = "Ticket ID,Ticket Subject,Ticket Status,Priority,Ticket Description,Company Name,Contact Email,Tags"
ACTIVITIES = "Activity ID,Activity Type,Subject,Due Date,Notes Description,Contact Email,Company Name"


@pytest.mark.parametrize(("noun", "header", "full", "bare", "emptied"), [
    (
        "deal", DEALS, "1,Roof,Proposal,5,2026-05-01,Text,Acme,a@x.example;b@x.example,big,3", "1,,,,,,,,,",
        {
            "amount": None, "expected_close": None, "description": None, "company": None, "contacts": [], "tags": [],
            "floors": None,
        },
    ),
    (
        "ticket", TICKETS, "1,Help,Open,High,Text,Acme,a@x.example,big", "1,,,,,,,",
        {"description": None, "company": None, "requester": None, "tags": []},
    ),
    (
        "activity", ACTIVITIES, "1,Task,Call them,2026-05-01,Text,a@x.example,Acme", "1,,,,,,",
        {"due": None, "timing": None, "description": None, "links": []},
    ),
])  # fmt: skip
def test_blanks_empty_what_the_file_has_columns_for(
    adam: World, tmp_path: Path, noun: str, header: str, full: str, bare: str, emptied: dict[str, Any]
) -> None:
    """All but what the record is, where it stands and what other programs call it; one undo brings it back."""
    del adam
    if noun == "deal":
        custom.define("deal", "Floors", kind="integer")
    bring(write(tmp_path / "a.csv", header, full))
    before, whole = only(noun), export()
    assert all(before[key] for key in emptied), before
    path = write(tmp_path / "a.csv", header, bare)
    assert fates(bring(path)) == {"a.csv": (0, 0, 0, 1, 0, 0)}
    assert fates(clear(path)) == {"a.csv": (0, 1, 0, 0, 0, 0)}
    after = only(noun)
    assert {key: after[key] for key in emptied} == emptied
    kept = set(before) - set(emptied) - {"version", "updated_at"}
    assert {key: after[key] for key in kept} == {key: before[key] for key in kept}
    assert fates(clear(path)) == {"a.csv": (0, 0, 0, 1, 0, 0)}
    undo.undo()
    assert export() == whole


def test_a_list_is_what_the_row_has(mara: World, tmp_path: Path) -> None:
    """Of an activity only in what the file has columns for: one with people in it takes no company away."""
    del mara
    header = "Activity ID,Activity Type,Subject,Contact Email,Company Name"
    bring(write(tmp_path / "a.csv", header, "1,Note,Hello,a@x.example;b@x.example,Acme"))
    people = {record["emails"][0]["address"]: record["id"] for record in records("contact")}
    path = write(tmp_path / "a.csv", "Activity Type,Subject,Contact Email", "Note,Hello,b@x.example")
    assert fates(bring(path, rules=Rules(match="subject"))) == {"a.csv": (0, 0, 0, 1, 0, 0)}
    report = bring(path, rules=Rules(match="subject", clear_blanks=True))
    assert fates(report) == {"a.csv": (0, 1, 0, 0, 0, 0)}
    links = {(link["object"], link["record"]) for link in only("activity")["links"]}
    assert links == {("contact", people["b@x.example"]), ("company", only("company")["id"])}


def test_what_cannot_be_read_is_not_blank(mara: World, tmp_path: Path) -> None:
    """And of several rows about one record the first empties, the others fill."""
    del mara
    header = "Deal ID,Deal Name,Deal Stage,Amount,Deal Description"
    bring(write(tmp_path / "a.csv", header, "1,Roof,Proposal,5,Text"))
    assert fates(clear(write(tmp_path / "a.csv", header, "1,Roof,Proposal,a lot,Text"))) == {
        "a.csv": (0, 0, 0, 1, 0, 0)
    }
    clear(write(tmp_path / "a.csv", header, "1,Roof,Proposal,,New", "1,Roof,Proposal,7,", "1,Roof,Proposal,,"))
    assert (only("deal")["amount"]["amount"], only("deal")["description"]) == (700, "New")


def test_what_a_record_needs_is_not_taken(adam: World, tmp_path: Path) -> None:
    """The row is rejected."""
    del adam
    custom.define("deal", "Order no", required="yes")
    header = "Deal ID,Deal Name,Deal Stage,Order no"
    bring(write(tmp_path / "a.csv", header, "1,Roof,Proposal,N1"))
    assert fates(clear(write(tmp_path / "a.csv", header, "1,Roof,Proposal,"))) == {"a.csv": (0, 0, 0, 0, 1, 0)}
    assert only("deal")["order_no"] == "N1"


def test_an_owner_who_is_said_to_be_nobody_is_blank(mara: World, tmp_path: Path) -> None:
    """Without the word for it the owner stays."""
    del mara
    header = "Deal ID,Deal Name,Deal Stage,Deal Owner"
    bring(write(tmp_path / "a.csv", header, "1,Roof,Proposal,Ann Gone"))
    path = write(tmp_path / "a.csv", header, "1,Roof,Proposal,ann gone")
    owners = (("Ann Gone", "-"),)
    assert fates(bring(path, rules=Rules(owners=owners))) == {"a.csv": (0, 0, 0, 1, 0, 0)}
    assert fates(bring(path, rules=Rules(owners=owners, clear_blanks=True))) == {"a.csv": (0, 1, 0, 0, 0, 0)}
    assert only("deal")["owner"] is None
