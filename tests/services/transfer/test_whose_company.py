"""Which company a person is at, where ids, domains and names are said by turns; and what a refused row makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.models.workspace import Member
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import undo
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.records.operations import operation
from tests.services.transfer.bringing import bring, only, places, records, write
from tests.support.cast import EUR

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.transfer.report import Report
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


SEVERAL = "Record ID,Deal Name,Deal Stage,Associated Company IDs,Associated Company"


def _of_a_list(path: Path, *rows: str, header: str = SEVERAL) -> Report:
    return bring(write(path, header, *rows), decimal=".")


def _ids_of_companies() -> dict[str, list[str]]:
    return {row["name"]: [one["key"] for one in row["external_ids"]] for row in records("company")}


def _company_of(record: dict[str, Any]) -> str | None:
    return next((row["name"] for row in records("company") if row["id"] == record["company"]), None)


def test_a_deal_of_several_companies(adam: World, tmp_path: Path) -> None:
    """Each is made with its own id; the deal is the first one's, and the row is told of the others."""
    del adam
    report = _of_a_list(tmp_path / "dl.csv", "5,Big,Lead,2;3,Acme;Bolt")
    assert _ids_of_companies() == {"Acme": ["2"], "Bolt": ["3"]}
    assert _company_of(only("deal")) == "Acme"
    assert report.files[0].warnings == ["line 2: a deal has one company; 'Bolt' is not linked to it"]
    again = _of_a_list(tmp_path / "dl.csv", "5,Big,Lead,2;3,Acme;Bolt")
    assert (again.files[0].unchanged, _names("company")) == (1, ["Acme", "Bolt"])


def test_an_activity_of_several_companies(adam: World, tmp_path: Path) -> None:
    """It is about each of them."""
    del adam
    header = "Activity ID,Activity Type,Subject,Activity Date,Associated Company IDs,Associated Company"
    report = _of_a_list(tmp_path / "a.csv", "1,Call,Hello,2026-01-05 10:00,2; 3,Acme; Bolt", header=header)
    about = {link["record"] for link in only("activity")["links"]}
    assert (about, report.files[0].warnings) == ({row["id"] for row in records("company")}, [])
    assert _ids_of_companies() == {"Acme": ["2"], "Bolt": ["3"]}


def test_a_person_at_several_companies(adam: World, tmp_path: Path) -> None:
    """The first is the primary one; the ids of a later file of companies are theirs."""
    del adam
    header = "Record ID,First Name,Last Name,Email,Associated Company IDs,Associated Company,Lifecycle Stage"
    rows = ("9,Ann,Lee,ann@x.org,2;3,Acme;Bolt,lead", "10,Bob,Ray,bob@x.org,3,Bolt,lead")
    path = write(tmp_path / "ct.csv", header, *rows)
    for _time in range(2):
        bring(path)
        assert _ids_of_companies() == {"Acme": ["2"], "Bolt": ["3"]}
        assert {row["name"]: places(row) for row in records("contact")} == {
            "Ann Lee": ["Acme", "Bolt"], "Bob Ray": ["Bolt"]
        }  # fmt: skip
    bring(write(tmp_path / "co.csv", "Record ID,Company name,Company Domain Name,Company owner", "3,Bolt AG,bolt.com,"))
    assert _names("company") == ["Acme", "Bolt AG"]


def test_a_column_of_associations_without_ids(adam: World, tmp_path: Path) -> None:
    """Its names are a list; of another column they are the name of one company."""
    del adam
    _of_a_list(tmp_path / "dl.csv", "5,Big,Lead,,Acme;Bolt")
    assert _names("company") == ["Acme", "Bolt"]
    header = "Record ID,Deal Name,Deal Stage,Lead Status,Company Name"
    _of_a_list(tmp_path / "dn.csv", "6,Small,Lead,,Rohr; Söhne", header=header)
    assert _names("company") == ["Acme", "Bolt", "Rohr; Söhne"]


def test_a_name_with_a_semicolon_of_one_id(adam: World, tmp_path: Path) -> None:
    """One id in the list of ids is one company, whatever stands in its name."""
    del adam
    _of_a_list(tmp_path / "dl.csv", "5,Big,Lead,2,Rohr; Söhne")
    header = "First Name,Last Name,Email,Company ID,Company Name"
    bring(write(tmp_path / "a.csv", header, "Ann,Lee,a@x.org,,Fish; Chips", "Bob,Ray,b@x.org,9,Salt; Pepper"))
    assert _names("company") == ["Fish; Chips", "Rohr; Söhne", "Salt; Pepper"]


def test_as_many_names_as_ids_in_any_column(adam: World, tmp_path: Path) -> None:
    """Are the names of these ids, and their domains too."""
    del adam
    people = "Ann,Lee,a@x.org,7;8,acme.com;bolt.com,Acme;Bolt"
    bring(write(tmp_path / "a.csv", PEOPLE, people))
    found = {row["name"]: [one["domain"] for one in row["domains"]] for row in records("company")}
    assert (found, places(only("contact"))) == ({"Acme": ["acme.com"], "Bolt": ["bolt.com"]}, ["Acme", "Bolt"])


def test_other_names_than_ids_in_a_list(adam: World, tmp_path: Path) -> None:
    """Nobody can tell which id is whose: what is known by its id is found, and no name is given to an id."""
    del adam
    bring(write(tmp_path / "co.csv", "Record ID,Company name,Company Domain Name,Company owner", "2,Acme,acme.com,"))
    report = _of_a_list(tmp_path / "dl.csv", "5,Big,Lead,2;3,Acme;Bolt;Cork")
    assert _company_of(only("deal")) == "Acme"
    assert _ids_of_companies() == {"Acme": ["2"], "Bolt": [], "Cork": []}
    assert report.files[0].warnings == [
        "line 2: there is no company with the id '3' of hubspot; that is left out",
        "line 2: a deal has one company; 'Bolt', 'Cork' are not linked to it",
    ]


def test_a_further_company_that_several_are_called(adam: World, tmp_path: Path) -> None:
    """It is left out and told, and no third one of the name is made."""
    del adam
    header = "Record ID,Company name,Company Domain Name,Company owner"
    bring(write(tmp_path / "co.csv", header, "1,Bolt,bolt.com,", "2,Bolt,bolt.org,"))
    header = "Record ID,First Name,Email,Associated Company IDs,Associated Company,Lifecycle Stage"
    report = bring(write(tmp_path / "ct.csv", header, "9,Ann,ann@x.org,,Acme;Bolt,lead"))
    assert (_names("company"), places(only("contact"))) == (["Acme", "Bolt", "Bolt"], ["Acme"])
    assert [line for line in report.files[0].warnings if "several" in line] == [
        "Company: several are called that in 1 row (Bolt), and nothing else is said; left out"
    ]


def test_a_first_company_that_several_are_called(adam: World, tmp_path: Path) -> None:
    """The next one that is known is the primary one."""
    del adam
    header = "Record ID,Company name,Company Domain Name,Company owner"
    bring(write(tmp_path / "co.csv", header, "1,Bolt,bolt.com,", "2,Bolt,bolt.org,"))
    header = "Record ID,First Name,Email,Associated Company IDs,Associated Company,Lifecycle Stage"
    bring(write(tmp_path / "ct.csv", header, "9,Ann,ann@x.org,,Bolt;Acme;Cork,lead"))
    assert places(only("contact")) == ["Acme", "Cork"]


def test_a_bare_name_beside_one_with_a_domain(adam: World, tmp_path: Path) -> None:
    """It is that company, whichever row is first; so it is with one that has an id."""
    del adam
    header = "Deal Name,Deal Stage,Company Name,Company Domain,Company ID"
    rows = ("A,Lead,Acme,,", "B,Lead,ACME,acme.com,", "C,Lead,Bolt,,", "D,Lead,Bolt,,7", "E,Lead,Cork,,")
    report = bring(write(tmp_path / "d.csv", header, *rows))
    assert report.files[0].warnings == []
    assert [_company_of(deal) for deal in records("deal")] == ["ACME", "ACME", "Bolt", "Bolt", "Cork"]
    assert _names("company") == ["ACME", "Bolt", "Cork"]


def test_a_bare_name_beside_several_with_domains(adam: World, tmp_path: Path) -> None:
    """Nobody can tell which is meant: it is told, and no third one is made."""
    del adam
    rows = ("A,Lead,Acme,,", "B,Lead,Acme,acme.com,", "C,Lead,Acme,acme.org,")
    report = bring(write(tmp_path / "d.csv", "Deal Name,Deal Stage,Company Name,Company Domain,Company ID", *rows))
    assert report.files[0].warnings == ["line 2: several may be meant by company 'Acme'; that is left out"]
    assert _names("company") == ["Acme", "Acme"]


def test_people_of_a_bare_name_beside_one_with_a_domain(adam: World, tmp_path: Path) -> None:
    """They are at that company, as deals are of it; of several it is none, and told."""
    del adam
    people = (
        "Ann,Lee,a@x.org,,,Acme", "Bob,Ray,b@x.org,,acme.com,ACME", "Cid,Fox,c@x.org,7,,Bolt", "Dan,Moe,d@x.org,,,Bolt",
        "Eve,Ash,e@x.org,,cork.com,Cork", "Fay,Elm,f@x.org,,cork.org,Cork", "Gus,Oak,g@x.org,,,Cork",
    )  # fmt: skip
    path = write(tmp_path / "a.csv", PEOPLE, *people)
    report = bring(path)
    at = {row["name"]: places(row) for row in records("contact")}
    assert at == {
        "Ann Lee": ["ACME"], "Bob Ray": ["ACME"], "Cid Fox": ["Bolt"], "Dan Moe": ["Bolt"],
        "Eve Ash": ["Cork"], "Fay Elm": ["Cork"], "Gus Oak": [],
    }  # fmt: skip
    assert (_names("company"), report.files[0].also_created) == (["ACME", "Bolt", "Cork", "Cork"], {"company": 4})
    told = "Company: several are called that in 1 row (Cork), and nothing else is said; left out"
    assert report.files[0].warnings == [told]
    assert bring(path).files[0].unchanged == len(people)


def test_a_further_bare_name_beside_one_with_a_domain(adam: World, tmp_path: Path) -> None:
    """A company that comes second in its cell is found as well."""
    del adam
    header = "Record ID,First Name,Email,Associated Company IDs,Associated Company,Lifecycle Stage"
    bring(write(tmp_path / "ct.csv", header, "9,Ann,ann@x.org,,Bolt;Acme,lead", "10,Bob,bob@x.org,5,Acme,lead"))
    assert (_names("company"), places(records("contact")[0])) == (["Acme", "Bolt"], ["Bolt", "Acme"])


NAMING = {
    "an id with a domain of another id": ("1,acme.com,Acme DE", "2,acme.com,Acme FR"),
    "an id without a name and a domain of another id": ("1,acme.com,Acme", "2,acme.com,Acme FR", ",acme.com,"),
    "an id with and without its domain": ("7,,Acme", "7,acme.com,Acme"),
    "a domain before its id": (",acme.com,Acme", "7,acme.com,Acme", "7,,Acme"),
    "an id and a bare name": (",,Acme", "7,,Acme", "8,,Acme AG"),
    "two ids of a name": ("7,,Acme", "8,,Acme"),
    "another spelling": (",,Acme", ",,ACME", ",acme.com,Acme"),
}


@pytest.mark.parametrize("rows", NAMING.values(), ids=NAMING)
def test_people_and_deals_mean_the_same_companies(adam: World, tmp_path: Path, rows: tuple[str, ...]) -> None:
    """By whatever their rows say of them, and at the second time too."""
    del adam
    said = "Company ID,Company Domain Name,Company Name"
    people = [f"P{at},p{at}@x.org,lead,{row}" for at, row in enumerate(rows)]
    header = f"First Name,Email,Lifecycle Stage,{said}"
    path = write(tmp_path / "p.csv", header, *people)
    bring(path)
    by_people = [places(person) for person in records("contact")], _names("company")
    undo.undo()
    deals = [f"{at},D{at},Lead,{row}" for at, row in enumerate(rows)]
    path = write(tmp_path / "d.csv", f"Record ID,Deal Name,Deal Stage,{said}", *deals)
    for _time in range(2):
        bring(path)
        by_deals = [[_company_of(deal)] for deal in records("deal")], _names("company")
        assert by_deals == by_people


def test_a_deal_of_an_id_whose_domain_another_has(adam: World, tmp_path: Path) -> None:
    """It is of a company of its own, and the domain is told."""
    del adam
    bring(write(tmp_path / "co.csv", "Record ID,Company name,Company Domain Name,Company owner", "1,Acme,acme.com,"))
    header = "Record ID,Deal Name,Deal Stage,Company ID,Company Domain Name,Company Name"
    report = bring(write(tmp_path / "d.csv", header, "5,Big,Lead,2,acme.com,Acme FR"))
    assert (_company_of(only("deal")), _ids_of_companies()) == ("Acme FR", {"Acme": ["1"], "Acme FR": ["2"]})
    assert report.files[0].warnings == [
        "line 2: Company: another company of this program has that domain, so it is left out: 'acme.com'"
    ]


def test_what_domains_end_with_is_no_domain(adam: World, tmp_path: Path) -> None:
    """Neither in a column of domains, where it is told, nor in a website or an address."""
    del adam
    header = "Company name,Company Domain Name,Company owner"
    report = bring(write(tmp_path / "a.csv", header, "Foo,foo.co.uk,", "Bar,co.uk,", "Baz,acme.github.io,"))
    assert [warning.partition(": ")[2] for warning in report.files[0].warnings] == [
        "shared by many, so it is no company's domain: 'co.uk'",
        "shared by many, so it is no company's domain: 'acme.github.io'",
    ]
    bring(
        write(
            tmp_path / "b.csv",
            "Company name,Website,Industry",
            "Qux,co.uk,Steel",
            "Pax,www.co.uk,Steel",
            "Rex,https://rex.co.uk/@us,Steel",
        )
    )
    bring(write(tmp_path / "c.csv", "Company name,Email,Industry", "Lux,someone@foo2.co.uk,Steel"), noun="company")
    bring(write(tmp_path / "p.csv", PEOPLE, "Ann,Lee,a@x.org,,co.uk,Ann & Co", "Bob,Ray,b@x.org,,com.au,"))
    bring(write(tmp_path / "d.csv", "Deal Name,Deal Stage,Company Name,Company Domain", "A,Lead,Zed,co.uk"))
    found = {row["name"]: [one["domain"] for one in row["domains"]] for row in records("company")}
    assert found == {
        "Foo": ["foo.co.uk"], "Bar": [], "Baz": [], "Qux": [], "Pax": [], "Rex": ["rex.co.uk"],
        "Lux": ["foo2.co.uk"], "Ann & Co": [], "Zed": [],
    }  # fmt: skip


HUBSPOT_COMPANIES = "Company name,Company Domain Name,City,Company owner"


def _cities() -> dict[str, str | None]:
    return {row["name"]: row["city"] for row in records("company")}


def test_a_name_with_other_accents_renames_nobody(adam: World, tmp_path: Path) -> None:
    """The company is known by it where no other is, and is told under the name that it has."""
    del adam
    bring(write(tmp_path / "a.csv", HUBSPOT_COMPANIES, "Müller,,,"))
    for updated, unchanged in ((1, 0), (0, 1)):
        report = bring(write(tmp_path / "b.csv", HUBSPOT_COMPANIES, "Muller,,Bern,"))
        assert _cities() == {"Müller": "Bern"}
        assert (report.files[0].updated, report.files[0].unchanged) == (updated, unchanged)
        assert report.files[0].warnings == ["line 2: 'Muller' is 'Müller' here (company 1); the name is kept"]
    bring(write(tmp_path / "c.csv", HUBSPOT_COMPANIES, "MÜLLER,,Bern,"))
    assert _cities() == {"MÜLLER": "Bern"}


def test_an_id_or_a_domain_renames_with_other_accents(adam: World, tmp_path: Path) -> None:
    """What tells who it is may say that it is called otherwise."""
    del adam
    header = f"Record ID,{HUBSPOT_COMPANIES}"
    bring(write(tmp_path / "a.csv", header, "1,Muller,,,", ",Soren,soren.dk,,"))
    report = bring(write(tmp_path / "b.csv", header, "1,Müller,,,", ",Søren,soren.dk,,"))
    assert (_names("company"), report.files[0].warnings) == (["Müller", "Søren"], [])


def test_companies_that_differ_in_accents_are_told_apart(adam: World, tmp_path: Path) -> None:
    """Each row is about the one that is written so: of a company, of a person, of a deal."""
    del adam
    header = f"Record ID,{HUBSPOT_COMPANIES}"
    bring(write(tmp_path / "a.csv", header, "1,Müller,,,", "2,Muller,,,"))
    report = bring(write(tmp_path / "b.csv", HUBSPOT_COMPANIES, "muller,,Bern,", "MÜLLER,,Basel,"))
    assert (_cities(), report.files[0].rejected) == ({"muller": "Bern", "MÜLLER": "Basel"}, [])
    bring(write(tmp_path / "p.csv", PEOPLE, "Ann,Lee,a@x.org,,,Müller", "Bob,Ray,b@x.org,,,Muller"))
    assert [places(person) for person in records("contact")] == [["MÜLLER"], ["muller"]]
    bring(write(tmp_path / "d.csv", "Deal Name,Deal Stage,Company Name,Amount", "A,Lead,Muller,1", "B,Lead,Müller,2"))
    assert [_company_of(deal) for deal in records("deal")] == ["muller", "MÜLLER"]


def test_new_companies_that_differ_in_accents_are_one(adam: World, tmp_path: Path) -> None:
    """As in an import after the other: nothing else is said, and nothing else matches."""
    del adam
    bring(write(tmp_path / "p.csv", PEOPLE, "Ann,Lee,a@x.org,,,Müller", "Bob,Ray,b@x.org,,,Muller"))
    assert [places(person) for person in records("contact")] == [["Müller"], ["Müller"]]
    bring(write(tmp_path / "d.csv", "Deal Name,Deal Stage,Company Name,Amount", "A,Lead,Bücher,1", "B,Lead,Bucher,2"))
    report = bring(write(tmp_path / "c.csv", HUBSPOT_COMPANIES, "Gruß,,,", "Gruss,,,", "Björk,,,", "Bjork,,,"))
    assert _names("company") == ["Björk", "Bücher", "Gruß", "Müller"]
    assert report.files[0].warnings == [
        "line 5: 'Bjork' is the same company as line 4, 'Björk'; the first name is kept"
    ]


def test_an_id_alone_beside_one_with_a_name(adam: World, tmp_path: Path) -> None:
    """It is the company that the other row makes, at the first time as at the second."""
    del adam
    header = "Record ID,Deal Name,Deal Stage,Company ID,Lead Status,Company Name"
    path = write(tmp_path / "d.csv", header, "1,A,Lead,7,,", "2,B,Lead,7,,Acme")
    assert bring(path).files[0].warnings == []
    assert [_company_of(deal) for deal in records("deal")] == ["Acme", "Acme"]
    assert bring(path).files[0].unchanged == 2
