"""Which company a person is at, where ids, domains and names are said by turns; and what a refused row makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.models.workspace import Member
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.records.operations import operation
from tests.services.transfer.bringing import bring, only, places, records, write
from tests.support.cast import EUR

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

PEOPLE = "First Name,Last Name,Email,Company ID,Company Domain Name,Company Name"


def _names(noun: str) -> list[str]:
    return sorted(row["name"] for row in records(noun))


def test_an_id_of_a_company_with_and_without_its_domain(adam: World, tmp_path: Path) -> None:
    """It is one company, and no reason to refuse the import for ever."""
    del adam
    bring(write(tmp_path / "a.csv", PEOPLE, "Ann,Lee,a@x.org,7,acme.com,Acme", "Bob,Ray,b@x.org,7,,Acme"))
    assert _names("company") == ["Acme"]


def test_two_companies_by_id_that_share_a_domain(adam: World, tmp_path: Path) -> None:
    """Each person is at the company of their own id."""
    del adam
    bring(write(tmp_path / "a.csv", PEOPLE, "Ann,Lee,a@x.org,1,acme.com,Acme DE", "Bob,Ray,b@x.org,2,acme.com,Acme FR"))
    assert {row["name"]: places(row) for row in records("contact")} == {"Ann Lee": ["Acme DE"], "Bob Ray": ["Acme FR"]}


def test_another_id_of_the_program_never_overwrites(adam: World, tmp_path: Path) -> None:
    """Neither the name nor the city of the company that has the domain."""
    del adam
    header = "Company name,Record ID,Company domain,City"
    bring(write(tmp_path / "a.csv", header, "Acme DE,1,acme.com,Berlin"), noun="company")
    bring(write(tmp_path / "b.csv", header, "Acme FR,2,acme.com,Paris"), noun="company")
    first = next(row for row in records("company") if "1" in [one["key"] for one in row["external_ids"]])
    assert (first["name"], first["city"]) == ("Acme DE", "Berlin")


def test_the_same_file_makes_no_company_more(adam: World, tmp_path: Path) -> None:
    """A company that is named with its domain and without it is there as often after three imports as after one."""
    del adam
    header = "First Name,Last Name,Email,Company Name,Company Domain Name"
    path = write(tmp_path / "a.csv", header, "Ann,Lee,a@x.org,Acme,acme.com", "Bob,Ray,b@x.org,Acme,")
    bring(path)
    once = _names("company")
    bring(path)
    bring(path)
    assert _names("company") == once


def test_a_person_with_another_company_id(adam: World, tmp_path: Path) -> None:
    """A company that has another id of the program is not the one of the row: deals see to that, people do not."""
    del adam
    bring(write(tmp_path / "co.csv", "Record ID,Company name,Company Domain Name,Company owner", "1,Acme,,"))
    header = "Record ID,First Name,Last Name,Email,Associated Company IDs,Associated Company,Lifecycle Stage"
    bring(write(tmp_path / "ct.csv", header, "9,Ann,Lee,ann@x.org,2,Acme,lead"))
    header = "Record ID,Deal Name,Deal Stage,Amount,Associated Company IDs,Associated Company"
    bring(write(tmp_path / "dl.csv", header, "5,Big,Lead,100,2,Acme"), decimal=".")
    assert only("contact")["companies"][0]["company"] == only("deal")["company"]


def _trash(noun: Any) -> None:
    with operation("trash") as op:
        for row in records(noun.name):
            op.trash(noun, row["id"])


def test_a_person_who_is_refused_makes_no_member(adam: World, tmp_path: Path) -> None:
    """A member made along stays after an undo: none is made for a row that is not imported."""
    del adam
    add(CONTACT, Edit({"first_name": "Ann", "emails": "a@x.org"}), EUR)
    _trash(CONTACT)
    report = bring(write(tmp_path / "a.csv", "First Name,Email,Contact owner", "Ann,a@x.org,Zed Ghost"), noun="contact")
    made = [row.name for row in Member.select() if row.placeholder]
    assert (len(report.files[0].rejected), made, report.files[0].also_created) == (1, [], {})
