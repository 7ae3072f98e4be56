"""The companies, people, members and other records that rows name: found, made, or told and never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.models.workspace import Member
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records import undo
from smallcrm.services.records.operations import operation
from tests.services.transfer.bringing import bring, fates, only, places, records, write_cells
from tests.services.transfer.work.filing import Said, file_of, named, titles
from tests.support.canonical import export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

DEALS = ("Deal Name", "Deal Stage", "Company Name", "Company Domain", "Contact Name", "Contact Email", "Deal Owner")


def deals(path: Path, *rows: Said) -> Path:
    """A file of deals that names others by what they are called."""
    return file_of(path, "deal", *({"Deal Stage": "Lead", **row} for row in rows), only=DEALS)


def test_what_nobody_knows_is_made_once(mara: World, tmp_path: Path) -> None:
    """A company by its name or domain, a person by their name or address; also for rows of several chunks."""
    del mara
    rows: list[Said] = [
        {"Deal Name": "A", "Company Name": "Acme", "Contact Name": "Ann Lee"},
        {"Deal Name": "B", "Company Name": "ACME", "Contact Name": "Lee, Ann"},
        {"Deal Name": "C", "Company Domain": "https://www.bolt.example/", "Contact Email": "Bob@Bolt.example"},
        {
            "Deal Name": "D",
            "Company Domain": "bolt.example",
            "Company Name": "Bolt",
            "Contact Email": "bob@bolt.example",
        },
        *({"Deal Name": f"N{at}", "Company Name": "acme", "Contact Name": "ann lee"} for at in range(500)),
    ]
    path = deals(tmp_path / "d.csv", *rows)
    report = bring(path, look=False)
    assert report.files[0].also_created == {"company": 2, "contact": 2}
    assert report.files[0].warnings == []
    assert sorted(titles("company")) == ["Acme", "bolt.example"]
    ann, bob = sorted(records("contact"), key=lambda contact: len(contact["emails"]))
    assert ((ann["first_name"], ann["last_name"]), bob["emails"][0]["address"]) == (("Ann", "Lee"), "Bob@Bolt.example")
    assert (places(ann), places(bob)) == (["Acme"], ["bolt.example"])
    assert {(deal["company"] is None, len(deal["contacts"])) for deal in records("deal")} == {(False, 1)}
    after = export()
    assert fates(bring(path, look=False)) == {"d.csv": (0, 0, 0, 504, 0, 0)}
    assert export() == after


@pytest.mark.parametrize(
    "name", ["Lee, Ann", "Dr. Ann Lee", "Ann Lee MBA", "山田 太郎", "van der Berg, Jan", "Ann", "O'Neil, Çelik"]
)
def test_a_person_is_found_again_however_the_name_is_written(mara: World, tmp_path: Path, name: str) -> None:
    """As the parts of a name are put together."""
    del mara
    for at in range(3):
        bring(deals(tmp_path / "d.csv", {"Deal Name": f"D{at}", "Contact Name": name}))
    assert len(records("contact")) == 1


@pytest.mark.parametrize(
    "cell", ["Peter Gibbons (peter@initech.example)", "Gibbons, Peter <PETER@initech.example>", "peter@initech.example"]
)
def test_a_name_with_an_address_in_one_cell_is_the_person_of_that_address(
    mara: World, tmp_path: Path, cell: str
) -> None:
    """Whether they were known before or come with the same import."""
    del mara
    people = write_cells(tmp_path / "p.csv", [("First Name", "Email"), ("Pete", "peter@initech.example")])
    bring(people, deals(tmp_path / "d.csv", {"Deal Name": "Roof", "Contact Name": cell}))
    bring(deals(tmp_path / "e.csv", {"Deal Name": "Door", "Contact Name": cell}))
    peter = only("contact")
    assert peter["first_name"] == "Pete"
    assert [[one["contact"] for one in deal["contacts"]] for deal in records("deal")] == [[peter["id"]]] * 2


@pytest.mark.parametrize("between", ["; ", " | ", "\n", ", "])
def test_several_names_with_addresses_in_one_cell_are_as_many_people(mara: World, tmp_path: Path, between: str) -> None:
    """Who is new has the name and the address; the rest of a cell stays what it is."""
    del mara
    cell = between.join(("Peter Gibbons (peter@initech.example)", '"Lee, Ann" <ann@x.example>'))
    bring(deals(tmp_path / "d.csv", {"Deal Name": "Roof", "Contact Name": cell}))
    found = {(one["first_name"], one["last_name"], one["emails"][0]["address"]) for one in records("contact")}
    assert found == {("Peter", "Gibbons", "peter@initech.example"), ("Ann", "Lee", "ann@x.example")}
    bring(deals(tmp_path / "e.csv", {"Deal Name": "Door", "Contact Name": "Bob (Bobby) Ray; Lee, Ann (ann@x.example)"}))
    assert len(records("contact")) == 3
    assert sorted(titles("contact")) == ["Ann Lee", "Bob (Bobby) Ray", "Peter Gibbons"]


def test_names_with_addresses_stand_beside_ids_and_addresses(mara: World, tmp_path: Path) -> None:
    """As many ids are theirs; an address in a column of its own is named by the cell that has it, too."""
    del mara
    header = ("Deal Name", "Deal Stage", "Associated Contact IDs", "Associated Contact Email", "Associated Contact")
    both = "Peter Gibbons (p@x.example);Ann Lee (a@x.example)"
    cells = [("Roof", "Lead", "1;2", "", both), ("Door", "Lead", "", "b@x.example;c@x.example", "Cy Coe (c@x.example)")]
    bring(write_cells(tmp_path / "d.csv", [header, *cells]))
    assert sorted(titles("contact")) == ["Ann Lee", "Cy Coe", "Peter Gibbons", "b@x.example"]


def test_several_of_one_name_are_told_and_not_guessed(mara: World, tmp_path: Path) -> None:
    """Unless the company tells which one."""
    del mara
    with operation("x") as op:
        first, second = (op.create(COMPANY, {"name": "Acme"}) for _ in range(2))
        bolt = op.create(COMPANY, {"name": "Bolt"})
        for company in (bolt, first):
            op.create(CONTACT, {"first_name": "Ann", "last_name": "Lee", "companies": [{"company": company}]})
        for _ in range(2):
            op.create(DEAL, {"name": "Roof", "company": bolt})
    assert second != first
    path = deals(
        tmp_path / "d.csv",
        {"Deal Name": "A", "Company Name": "acme", "Contact Name": "Ann Lee"},
        {"Deal Name": "B", "Company Name": "Bolt", "Contact Name": "Ann Lee"},
    )
    report = bring(path)
    assert report.files[0].warnings == [
        "line 2: several may be meant by company 'acme'; that is left out",
        "line 2: several may be meant by contact 'Ann Lee'; that is left out",
    ]
    assert report.files[0].also_created == {}
    *_old, a, b = records("deal")
    assert (a["company"], a["contacts"], named("company", b["company"])) == (None, [], "Bolt")
    assert places(records("contact")[0]) == ["Bolt"]
    assert [one["contact"] for one in b["contacts"]] == [records("contact")[0]["id"]]
    called = write_cells(
        tmp_path / "a.csv", [("Activity Type", "Subject", "Deal Name"), ("Call", "X", "Roof"), ("Call", "Y", "A")]
    )
    told = bring(called)
    assert told.files[0].warnings == ["line 2: no one record is called 'Roof'; that is left out"]
    assert [[named("deal", link["record"]) for link in one["links"]] for one in records("activity")] == [[], ["A"]]


def test_dangling_ids_are_told_and_left_out(mara: World, tmp_path: Path) -> None:
    """The rows come all the same; what is in the trash or was undone counts as not there."""
    del mara
    bring(
        file_of(
            tmp_path / "c.csv",
            "company",
            {"Company ID": "C1", "Company Name": "Acme"},
            {"Company ID": "C2", "Company Name": "Gone"},
        )
    )
    with operation("x") as op:
        op.trash(COMPANY, records("company")[1]["id"])
    bring(file_of(tmp_path / "p.csv", "contact", {"Contact ID": "P1", "First Name": "Ann"}))
    undo.undo()
    path = file_of(
        tmp_path / "a.csv",
        "activity",
        {"Activity ID": "1", "Subject": "A", "Associated Company IDs": "C1", "Associated Deal IDs": "D9; D8"},
        {"Activity ID": "2", "Subject": "B", "Associated Company IDs": "C2", "Associated Contact IDs": "P1;P7"},
    )
    report = bring(path)
    assert fates(report) == {"a.csv": (2, 0, 0, 0, 0, 0)}
    assert report.files[0].warnings == [
        "line 2: there is no record with the id 'D9' of hubspot; that is left out",
        "line 2: there is no record with the id 'D8' of hubspot; that is left out",
        "line 3: there is no company with the id 'C2' of hubspot; that is left out",
        "line 3: there is no contact with the id 'P1' of hubspot; that is left out",
        "line 3: there is no contact with the id 'P7' of hubspot; that is left out",
    ]
    assert [len(record["links"]) for record in records("activity")] == [1, 0]
    assert report.files[0].also_created == {}


def test_ids_of_one_noun_are_not_those_of_another(mara: World, tmp_path: Path) -> None:
    """The same number is a company, a contact and a deal."""
    del mara
    files = [
        file_of(tmp_path / "c.csv", "company", {"Company ID": "1", "Company Name": "Acme"}),
        file_of(tmp_path / "p.csv", "contact", {"Contact ID": "1", "First Name": "Ann"}),
        file_of(
            tmp_path / "d.csv",
            "deal",
            {"Deal ID": "1", "Deal Name": "Roof", "Associated Company IDs": "1", "Associated Contact IDs": "1"},
        ),
        file_of(
            tmp_path / "a.csv",
            "activity",
            {"Activity ID": "1", "Subject": "A", "Associated Deal IDs": "1", "Associated Contact IDs": "1"},
        ),
    ]
    assert [file.warnings for file in bring(*files).files] == [[]] * 4
    assert {(link["object"], named(link["object"], link["record"])) for link in only("activity")["links"]} == {
        ("deal", "Roof"),
        ("contact", "Ann"),
    }


def test_owners_are_members_or_become_placeholders(mara: World, tmp_path: Path) -> None:
    """By address or name, once each; nobody for an empty cell."""
    del mara
    before = Member.select().count()
    path = deals(
        tmp_path / "d.csv",
        {"Deal Name": "A", "Deal Owner": "MARA@north.example"},
        {"Deal Name": "B", "Deal Owner": "mara member"},
        {"Deal Name": "C", "Deal Owner": "Nora New"},
        {"Deal Name": "D", "Deal Owner": "nora new"},
        {"Deal Name": "E"},
        {"Deal Name": "F", "Deal Owner": "x" * 5000},
    )
    report = bring(path)
    owners = [deal["owner"] for deal in records("deal")]
    mara_id = Member.get(Member.name == "Mara Member").id
    assert owners[:2] == [mara_id, mara_id]
    assert owners[2] == owners[3] != mara_id
    assert owners[4] is None
    assert report.files[0].also_created == {"member": Member.select().count() - before} == {"member": 2}
    assert fates(bring(path)) == {"d.csv": (0, 0, 0, 6, 0, 0)}


def test_what_cannot_be_made_is_told_with_the_reason(mara: World, tmp_path: Path) -> None:
    """And the deal comes without it."""
    del mara
    report = bring(
        deals(tmp_path / "d.csv", {"Deal Name": "A", "Company Name": "c" * 1200, "Contact Name": "p" * 1200})
    )
    assert fates(report) == {"d.csv": (1, 0, 0, 0, 0, 0)}
    assert [line.partition(" cannot be made: ")[2] for line in report.files[0].warnings] == [
        "Name is longer than 1000 characters; that is left out",
        "First name is longer than 1000 characters; that is left out",
    ]


def test_a_domain_of_many_is_nobodys(mara: World, tmp_path: Path) -> None:
    """The name counts then."""
    del mara
    bring(
        deals(
            tmp_path / "d.csv",
            {"Deal Name": "A", "Company Domain": "gmail.com", "Company Name": "Acme"},
            {"Deal Name": "B", "Company Domain": "gmail.com"},
        )
    )
    (acme,) = records("company")
    assert (acme["name"], acme["domains"]) == ("Acme", [])
    assert [named("company", deal["company"]) for deal in records("deal")] == ["Acme", None]


def test_several_people_in_a_cell(mara: World, tmp_path: Path) -> None:
    """By address, else by name; each once."""
    del mara
    bring(
        deals(
            tmp_path / "d.csv",
            {"Deal Name": "A", "Contact Email": "a@x.org; b@x.org, A@x.org"},
            {"Deal Name": "B", "Contact Name": "Ann Lee; Bob Ray"},
            {"Deal Name": "C", "Contact Name": "b@x.org"},
        )
    )
    assert [len(deal["contacts"]) for deal in records("deal")] == [2, 2, 1]
    assert len(records("contact")) == 4
