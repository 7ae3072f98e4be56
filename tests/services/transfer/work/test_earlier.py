"""Several rows of one file about one deal, ticket or activity: as of a new one, so of one that is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.services.deals import DEAL
from smallcrm.services.records.cleaning import MAX_PARTS
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import bring, fates, only, records, write
from tests.services.transfer.work.filing import titles
from tests.support import custom
from tests.support.canonical import export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

CLEAR = Rules(clear_blanks=True)
HEADERS = {
    "deal": "Deal ID,Deal Name,Deal Stage,Amount,Deal Description,Tags,Grade,Deal Owner",
    "ticket": "Ticket ID,Ticket Subject,Ticket Status,Ticket Priority,Ticket Description,Tags,Grade,Ticket Owner",
    "activity": "Activity ID,Subject,Activity Type,Place,Notes Description,Tags,Grade,Activity Owner",
}
OWNED = {"deal": "Owner", "ticket": "Assignee", "activity": "Owner"}
SAID = {
    "deal": (("Proposal", "5"), ("Closed Won", "7")),
    "ticket": (("Waiting", "High"), ("Closed", "Low")),
    "activity": (("Call", "Here"), ("Meeting", "There")),
}
APART = {
    "deal": "Stage stays 'Proposal', not 'Won', Amount stays '5.00 EUR', not '7.00 EUR'",
    "ticket": "Status stays 'waiting', not 'closed', Priority stays 'high', not 'low'",
    "activity": "Kind stays 'call', not 'meeting', Place stays 'Here', not 'There'",
}


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
@pytest.mark.parametrize("by", ["id", "name"])
@pytest.mark.parametrize("noun", ["deal", "ticket", "activity"])
def test_the_first_row_says_the_others_fill_and_what_differs_is_told(
    adam: World, tmp_path: Path, noun: str, by: str, *, known: bool
) -> None:
    """A blank of the first is filled, whatever the record has; another value stays out and is told; again nothing."""
    del adam
    custom.define(noun, "Grade", "select", options=("Gold", "Tin"))
    header, (first, second) = HEADERS[noun], SAID[noun]
    rules = Rules(match="name" if noun == "deal" else "subject") if by == "name" else Rules()
    lead = "1,One" if by == "id" else ",One"
    if known:
        bring(write(tmp_path / "a.csv", header, f"{lead},,,Old,o,,"), rules=rules, noun=noun)
    path = write(tmp_path / "b.csv", header, f"{lead},{','.join(first)},,a,Gold,Ann Gone",
                 f"{lead},{','.join(second)},New,b,Tin,Bob Gone", f"{lead},,,Newer,,,ann gone")  # fmt: skip
    report = bring(path, rules=rules, noun=noun)
    assert fates(report)["b.csv"] == ((0, 1, 2, 0, 0, 0) if known else (1, 0, 2, 0, 0, 0))
    one = only(noun)
    assert (one["description"], one["grade"]) == ("New", "gold")
    assert {tag["name"] for tag in one["tags"]} == {"a", "b", *(["o"] if known else [])}
    owned = f"{OWNED[noun]} stays 'Ann Gone', not 'Bob Gone'"
    assert report.files[0].warnings == [
        f"line 3: the same {noun} as line 2: {APART[noun]}, {owned}, Grade stays 'Gold', not 'Tin'",
        f"line 4: the same {noun} as line 2: Description stays 'New', not 'Newer'",
    ]
    after = export()
    again = bring(path, rules=rules, noun=noun)
    assert (fates(again)["b.csv"], again.operation) == ((0, 0, 2, 1, 0, 0), None)
    assert (again.files[0].warnings, export()) == (report.files[0].warnings, after)


def test_a_value_that_is_only_usual_is_filled(mara: World, tmp_path: Path) -> None:
    """The stage of a row that says none is nobody's word; a later row's is."""
    del mara
    path = write(tmp_path / "d.csv", "Deal ID,Deal Name,Deal Stage,Company Name", "1,,,Acme", "1,Roof,Proposal,")
    report = bring(path)
    assert (fates(report)["d.csv"], titles("deal")) == ((1, 0, 1, 0, 0, 0), ["Roof"])
    assert report.files[0].warnings == []
    assert bring(path).operation is None


def test_two_ids_of_one_record_are_two_rows_about_it(mara: World, tmp_path: Path) -> None:
    """Both are counted, near each other in the file."""
    del mara
    bring(write(tmp_path / "a.csv", "Deal ID,Deal Name,Amount", "1,Roof,5"))
    known = only("deal")
    ids = [*known["external_ids"], {**known["external_ids"][0], "key": "2"}]
    with operation("another id") as op:
        op.update(DEAL, known["id"], {"external_ids": ids})
    report = bring(write(tmp_path / "a.csv", "Deal ID,Deal Name,Amount", "1,Roof,6", "2,Roof,7"))
    assert fates(report)["a.csv"] == (0, 1, 1, 0, 0, 0)
    assert report.files[0].warnings == ["line 3: the same deal as line 2: Amount stays '6.00 EUR', not '7.00 EUR'"]


@pytest.mark.parametrize("by", ["id", "name"])
@pytest.mark.parametrize("far", [0, 600], ids=["near", "far"])
def test_blanks_that_count_settle_at_once(adam: World, tmp_path: Path, by: str, far: int) -> None:
    """What one of the rows says is not blank, a list is what all of them have, and the same file again does nothing."""
    del adam
    custom.define("deal", "Likes", "multi-select", options=("Tea", "Rum", "Ale"))
    header = "Deal ID,Deal Name,Deal Stage,Amount,Deal Description,Company Name,Contact Email,Tags,Likes"
    lead, rules = ("1", CLEAR) if by == "id" else ("", Rules(match="name", clear_blanks=True))
    bring(write(tmp_path / "a.csv", header, f"{lead},Roof,Proposal,5,Text,Acme,o@x.org,old,ale"), rules=rules)
    between = [f",Other {at},Proposal,,,,,," for at in range(far)]
    path = write(tmp_path / "b.csv", header, f"{lead},Roof,Proposal,,New,,a@x.org,a,tea", *between,
                 f"{lead},Roof,Proposal,7,,,b@x.org,b,rum")  # fmt: skip
    report = bring(path, rules=rules, look=False)
    assert fates(report)["b.csv"] == (far, 1, 1, 0, 0, 0)
    roof = next(deal for deal in records("deal") if deal["name"] == "Roof")
    assert (roof["amount"]["amount"], roof["description"], roof["company"]) == (700, "New", None)
    assert [len(roof[key]) for key in ("contacts", "tags", "likes")] == [2, 2, 2]
    after = export()
    again = bring(path, rules=rules)
    assert (fates(again)["b.csv"], again.operation) == ((0, 0, 1, far + 1, 0, 0), None)
    assert export() == after


def test_a_record_that_only_its_blanks_change_is_updated(adam: World, tmp_path: Path) -> None:
    """Also where several rows leave it blank; what it needs stays, and is told."""
    del adam
    custom.define("deal", "Grade")
    header = "Deal ID,Deal Name,Deal Stage,Amount,Grade"
    bring(write(tmp_path / "a.csv", header, "1,Roof,Proposal,5,A", "2,Door,Proposal,5,A"))
    rows = ["1,Roof,Proposal,,A", "1,Roof,Proposal,,", "2,Door,Proposal,5,A", "2,Door,Proposal,5,A"]
    assert fates(bring(write(tmp_path / "b.csv", header, *rows), rules=CLEAR))["b.csv"] == (0, 1, 2, 1, 0, 0)
    assert [deal["amount"] is None for deal in records("deal")] == [True, False]


@pytest.mark.parametrize("how", ["one row", "merged", "known", "known and merged"])
def test_a_record_has_no_more_than_it_may_and_the_rest_is_told(mara: World, tmp_path: Path, how: str) -> None:
    """The first two hundred of a list are kept, whichever way they come in, and no row is refused for the others."""
    del mara
    header, many = "Deal ID,Deal Name,Contact Email,Tags", MAX_PARTS + 20
    people, tags = [f"p{at:03}@x.org" for at in range(many)], [f"t{at:03}" for at in range(many)]
    if "known" in how:
        bring(write(tmp_path / "a.csv", header, f"1,Roof,{people[0]},{tags[0]}"))
    rows = [f"1,Roof,{person},{tag}" for person, tag in zip(people, tags, strict=True)]
    if "merged" not in how:
        rows = [f'1,Roof,"{"; ".join(people)}","{"; ".join(tags)}"']
    report = bring(write(tmp_path / "b.csv", header, *rows))
    deal = only("deal")
    assert [tag["name"] for tag in deal["tags"]] == tags[:MAX_PARTS]
    assert len(deal["contacts"]) == MAX_PARTS
    assert report.files[0].rejected == []
    told = report.files[0].warnings
    assert [line for line in told if "more than 200 tags" in line and tags[MAX_PARTS] in line]
    assert [line for line in told if "more than 200 contacts" in line]
