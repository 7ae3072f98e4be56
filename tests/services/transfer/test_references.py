"""What a file names: owners, who are members where they are known and placeholders where not; companies; once each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.db.ids import number_of
from smallcrm.models.workspace import Member
from smallcrm.services.records import undo
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import bring, records, write
from tests.support.canonical import export
from tests.support.cast import ADAM, OLGA

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

HEADER = "First Name,Last Name,Email,Owner"


def test_it_makes_a_placeholder_of_an_unknown_owner_once(mara: World, tmp_path: Path) -> None:
    """A member is found by address or name; a stranger becomes a placeholder without a login, and stays one."""
    del mara
    path = write(tmp_path / "p.csv", HEADER, f"A,A,a@x.org,{OLGA.email.upper()}", f"B,B,b@x.org,{ADAM.name}",
                 "C,C,c@x.org,Zoe", "D,D,d@x.org,zoe", "E,E,e@x.org,")  # fmt: skip
    report = bring(path)
    names = {row.id: (row.name, row.active, row.placeholder) for row in Member.select()}
    owners = [names.get(record["owner"]) for record in records("contact")]
    assert owners == [(OLGA.name, 1, 0), (ADAM.name, 1, 0), ("Zoe", 0, 1), ("Zoe", 0, 1), None]
    assert report.files[0].also_created == {"member": 1}
    again = bring(path)
    assert (again.operation, again.files[0].also_created) == (None, {})


def test_an_id_that_nobody_has_makes_no_member(mara: World, tmp_path: Path) -> None:
    """It is told once of all its rows; who owns a known record stays, and the same file again changes nothing."""
    del mara
    lines = ("A,A,a@x.org,Zoe", "B,B,b@x.org,555", "C,C,c@x.org,005x0000000fNSiAAM", "D,D,d@x.org,555", "D,D,d@x.org,7")
    path = write(tmp_path / "p.csv", HEADER, *lines)
    report = bring(path)
    assert report.files[0].also_created == {"member": 1}
    told = "Owner: 4 rows have only an id by which nobody is known (005x0000000fNSiAAM, 555, 7); it is left out; "
    assert report.files[0].warnings == [f"{told}--owner-map 005x0000000fNSiAAM=MEMBER says who it is"]
    assert [bool(record["owner"]) for record in records("contact")] == [True, False, False, False]
    path = write(tmp_path / "p.csv", HEADER, "A,A,a@x.org,555", *lines[1:])
    for clear in (False, True):
        again = bring(path, rules=Rules(clear_blanks=clear))
        assert (again.operation, again.files[0].unchanged, again.files[0].merged) == (None, 4, 1)
    owned = bring(path, rules=Rules(owners=(("555", ADAM.name),)))
    # Adam has the number of the second contact.
    assert owned.files[0].updated == 3
    assert [number_of(record["owner"] or 0) for record in records("contact")] == [2, 2, 0, 2]
    assert owned.files[0].warnings[0].startswith("Owner: 2 rows have only an id by which nobody is known (005x")


def test_a_company_that_several_files_name_is_made_once(mara: World, tmp_path: Path) -> None:
    """By its domain, else by its name; and one undo takes all of it back."""
    del mara
    before = export()
    header = "First Name,Last Name,Company,Company Domain"
    one = write(tmp_path / "a.csv", header, "Ann,Lee,Acme,acme.example", "Dan,Fox,Solo,")
    two = write(tmp_path / "b.csv", header, "Bo,Ray,Acme Neu,acme.example", "Cy,Doe,Solo,")
    three = write(tmp_path / "c.csv", "First Name,Last Name,Company", "Eve,May,Acme", "Flo,Orr,Other")
    report = bring(one, two, three)
    assert [file.also_created for file in report.files] == [{"company": 2}, {}, {"company": 1}]
    assert [company["name"] for company in records("company")] == ["Acme", "Solo", "Other"]
    places = [[place["company"] & 0xFF for place in contact["companies"]] for contact in records("contact")]
    assert places == [[1], [2], [1], [2], [1], [3]]
    after = export()
    assert bring(one, two, three).operation is None
    assert export() == after
    undo.undo()
    assert export() == before
