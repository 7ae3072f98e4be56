"""Rows that are known by the one key that the user names: by it alone, what it does not answer is new or refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import UsageError
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import schema, undo
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import addresses, bring, fates, only, records, write
from tests.support import custom
from tests.support.canonical import export

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.transfer.report import Report
    from tests.support.world import World

PEOPLE = "First Name,Last Name,Email"


def add(noun: schema.Noun, **values: Any) -> int:
    """A record; gives its id."""
    with operation("add") as op:
        return op.create(noun, values)


def emails(*texts: str) -> list[dict[str, Any]]:
    """Addresses as a document has them."""
    return [{"address": text} for text in texts]


def by(match: str, *paths: Path, **how: Any) -> Report:
    """Import by one key."""
    return bring(*paths, rules=Rules(match=match), **how)


def reasons(report: Report) -> list[str]:
    """Why rows were rejected, in the order of the file."""
    return [reason for file in report.files for _line, reason, _row in sorted(file.rejected)]


def test_people_are_known_by_their_address_alone(mara: World, tmp_path: Path) -> None:
    """Who has no address is new, though a contact of that name has all its values; two holders refuse the row."""
    del mara
    add(CONTACT, first_name="Ann", last_name="Lee", emails=emails("ann@x.example"))
    add(CONTACT, first_name="Bo", last_name="Ray", emails=emails("bo@x.example"))
    add(CONTACT, first_name="Cy", last_name="Doe")
    lines = ("Ann,Lee,ANN@x.example,CEO", "Cy,Doe,,", "Ann,Lee,ann@x.example; bo@x.example,CTO")
    path = write(tmp_path / "p.csv", f"{PEOPLE},Title", *lines, "Di,Fox,di@x.example,", "Di,Fox,di@x.example,CFO")
    report = by("email", path)
    assert fates(report)["p.csv"] == (2, 1, 1, 0, 1, 0)
    assert reasons(report) == [
        "its emails belong to several contacts: ann@x.example (contact 1), bo@x.example (contact 2)"
    ]
    assert [(r["name"], r["title"]) for r in records("contact")] == [
        ("Ann Lee", "CEO"), ("Bo Ray", None), ("Cy Doe", None), ("Cy Doe", None), ("Di Fox", "CFO"),
    ]  # fmt: skip


def test_companies_are_known_by_their_domain_alone(mara: World, tmp_path: Path) -> None:
    """A company of the same name is another one where the domain is to tell."""
    del mara
    add(COMPANY, name="Bolt", domains=[{"domain": "bolt.example"}])
    add(COMPANY, name="Nut")
    path = write(tmp_path / "c.csv", "Company Name,Domain,Industry", "Bolt GmbH,bolt.example,Steel", "Nut,,Iron")
    report = by("domain", path)
    assert fates(report)["c.csv"] == (1, 1, 0, 0, 0, 0)
    assert [(r["name"], r["industry"]) for r in records("company")] == [
        ("Bolt GmbH", "Steel"), ("Nut", None), ("Nut", "Iron"),
    ]  # fmt: skip


@pytest.mark.parametrize("noun", ["contact", "company"])
def test_records_are_known_by_their_name_on_demand(mara: World, tmp_path: Path, noun: str) -> None:
    """One of the name is updated, whatever else the row says; of two none is chosen, and both are named."""
    del mara
    if noun == "contact":
        for first, last in (("Ann", "Lee"), ("Bo", "Ray"), ("Bo", "Ray")):
            add(CONTACT, first_name=first, last_name=last, emails=emails("ann@x.example") if first == "Ann" else [])
        lines = [
            "Ann,Lee,new@x.example,Bonn",
            "Bo,Ray,,Ulm",
            "Cy,Doe,,Kiel",
            "Cy,Doe,cy@x.example,",
            "Di,Fox,ann@x.example,",
        ]
        path = write(tmp_path / "f.csv", f"{PEOPLE},City", *lines)
        taken = "its e-mail address is taken: ann@x.example (contact 1)"
    else:
        for name in ("Ann Lee", "Bo Ray", "Bo Ray"):
            add(COMPANY, name=name, domains=[{"domain": "ann.example"}] if name == "Ann Lee" else [])
        lines = ["Ann Lee,new.example,Bonn", "Bo Ray,,Ulm", "Cy Doe,,Kiel", "Cy Doe,cy.example,", "Di Fox,ann.example,"]
        path = write(tmp_path / "f.csv", "Company Name,Domain,City", *lines)
        taken = "its domain is taken: ann.example (company 1)"
    before = export()
    report = by("name", path, noun=noun)
    plural = schema.noun(noun).plural
    assert fates(report)["f.csv"] == (1, 1, 1, 0, 2, 0)
    assert reasons(report) == [f"several {plural} have its name: {noun} 2, {noun} 3", taken]
    found = records(noun)
    assert [(r["name"], r["city"]) for r in found] == [
        ("Ann Lee", "Bonn"), ("Bo Ray", None), ("Bo Ray", None), ("Cy Doe", "Kiel"),
    ]  # fmt: skip
    assert [len(r["emails" if noun == "contact" else "domains"]) for r in found] == [2, 0, 0, 1]
    after = export()
    assert by("name", path, noun=noun).operation is None
    assert export() == after
    undo.undo()
    assert export() == before


def test_an_external_id_wins_over_the_key(mara: World, tmp_path: Path) -> None:
    """The id is that of one contact, the address that of another: the id tells, and the address is refused."""
    del mara
    header = "Record ID,First Name,Last Name,Email,Title"
    bring(write(tmp_path / "a.csv", header, "7,Ann,Lee,ann@x.example,"))
    add(CONTACT, first_name="Bo", last_name="Ray", emails=emails("bo@x.example"))
    told = write(tmp_path / "b.csv", header, "7,Anna,Lee,,CEO")
    assert fates(by("email", told))["b.csv"] == (0, 1, 0, 0, 0, 0)
    assert [(r["name"], r["title"]) for r in records("contact")] == [("Anna Lee", "CEO"), ("Bo Ray", None)]
    lines = ("8,Bo,Ray,bo@x.example,", "9,Cy,Doe,cy@x.example,", "10,Cy,Doe,cy@x.example,", "11,Cy,Doe,,")
    report = by("external_id", write(tmp_path / "c.csv", header, *lines))
    assert fates(report)["c.csv"] == (2, 0, 0, 0, 2, 0)
    assert reasons(report) == [
        "its e-mail address is taken: bo@x.example (contact 2)", "its e-mail address is taken: cy@x.example (line 3)"
    ]  # fmt: skip


def test_every_row_is_new_where_nothing_is_to_tell(mara: World, tmp_path: Path) -> None:
    """Names may stand twice; an address or an id that is taken, here or in the file, refuses the row."""
    del mara
    header = "Record ID,First Name,Last Name,Email"
    bring(write(tmp_path / "a.csv", header, "1,Ann,Lee,ann@x.example"))
    lines = ("1,Ann,Lee,", "2,Ann,Lee,ann@x.example", "3,Ann,Lee,", "3,Ann,Lee,", "4,Bo,Ray,bo@x.example",
             "5,Bo,Ray,bo@x.example", ",Bo,Ray,", ",Bo,Ray,")  # fmt: skip
    report = by("none", write(tmp_path / "b.csv", header, *lines))
    assert fates(report)["b.csv"] == (4, 0, 0, 0, 4, 0)
    assert reasons(report) == [
        "its id is taken: 1 (contact 1)", "its e-mail address is taken: ann@x.example (contact 1)",
        "its id is taken: 3 (line 4)", "its e-mail address is taken: bo@x.example (line 6)",
    ]  # fmt: skip
    assert [r["name"] for r in records("contact")] == ["Ann Lee", "Ann Lee", "Bo Ray", "Bo Ray", "Bo Ray"]


def test_what_a_refused_row_has_is_free_for_later_ones(mara: World, tmp_path: Path) -> None:
    """The second row is refused for the first one's address; the third has only what the second had."""
    del mara
    lines = ("Ann,Lee,a@x.example", "Bo,Ray,a@x.example; b@x.example", "Cy,Doe,b@x.example")
    path = write(tmp_path / "p.csv", PEOPLE, *lines)
    look, report = by("none", path, dry_run=True), by("none", path)
    assert fates(look) == fates(report)
    assert reasons(report) == ["its e-mail address is taken: a@x.example (line 2)"]
    assert [(r["name"], addresses(r)) for r in records("contact")] == [
        ("Ann Lee", ["a@x.example"]), ("Cy Doe", ["b@x.example"])
    ]  # fmt: skip


def test_records_are_known_by_a_unique_field_of_the_workspace(adam: World, tmp_path: Path) -> None:
    """By its key or its label; the name may change then, and rows of one value are one."""
    del adam
    custom.define("contact", "Customer no", unique="yes")
    custom.add(customer_no="K1", emails="ann@x.example")
    lines = (
        "K1,Anna,Lee,new@x.example",
        "K2,Bo,Ray,bo@x.example",
        "k2,Bo,Ray,b2@x.example",
        ",Cy,Doe,ann@x.example",
        "K3,Di,Fox,bo@x.example",
    )
    path = write(tmp_path / "p.csv", f"Customer no,{PEOPLE}", *lines)
    report = by("customer_no", path)
    assert fates(report)["p.csv"] == (1, 1, 1, 0, 2, 0)
    assert reasons(report) == [
        "its e-mail address is taken: ann@x.example (contact 1)", "its e-mail address is taken: bo@x.example (line 3)"
    ]  # fmt: skip
    assert [(r["name"], r["customer_no"], addresses(r)) for r in records("contact")] == [
        ("Anna Lee", "K1", ["ann@x.example", "new@x.example"]), ("Bo Ray", "K2", ["bo@x.example", "b2@x.example"]),
    ]  # fmt: skip
    after = export()
    assert by("Customer no", path).operation is None
    assert export() == after


def test_files_of_one_import_know_each_other_by_the_key(adam: World, tmp_path: Path) -> None:
    """What the first file brings is known to the second, by a name or a field as by an address."""
    del adam
    custom.define("contact", "Customer no", unique="yes")
    one = write(tmp_path / "a.csv", f"Customer no,{PEOPLE}", "K1,Ann,Lee,ann@x.example", "K2,Bo,Ray,")
    two = write(tmp_path / "b.csv", f"Customer no,{PEOPLE},Title", "K1,Anna,Lee,,CEO", "K3,Bo,Ray,,CTO")
    assert fates(by("customer_no", one, two))["b.csv"] == (1, 1, 0, 0, 0, 0)
    assert [(r["name"], r["title"]) for r in records("contact")] == [
        ("Ann Lee", "CEO"), ("Bo Ray", None), ("Bo Ray", "CTO")
    ]  # fmt: skip
    undo.undo()
    assert fates(by("name", one, two))["b.csv"] == (1, 1, 0, 0, 0, 0)
    assert [(r["name"], r["title"]) for r in records("contact")] == [
        ("Ann Lee", None), ("Bo Ray", "CTO"), ("Anna Lee", "CEO")
    ]  # fmt: skip


@pytest.mark.parametrize(("match", "said"), [
    ("title", "'title' is not unique of contacts"), ("shoe", "'shoe' is no field of contacts"),
    ("domain", "'domain' is no field of contacts"), ("notes_no", "'notes_no' is not unique of contacts"),
])  # fmt: skip
def test_a_key_that_is_none_is_refused_with_those_that_there_are(
    adam: World, tmp_path: Path, match: str, said: str
) -> None:
    """Nothing is read then."""
    del adam
    custom.define("contact", "Notes no")
    custom.define("contact", "Customer no", unique="yes")
    path = write(tmp_path / "p.csv", PEOPLE, "Ann,Lee,ann@x.example")
    with pytest.raises(UsageError) as caught:
        by(match, path)
    assert caught.value.sentence.startswith(said)
    assert caught.value.hint == "--match email, external_id, name, none, customer_no"
    with pytest.raises(UsageError, match="has no column for what its rows are to be known by"):
        by("customer_no", path)
    assert records("contact") == []


def test_a_key_of_one_noun_leaves_the_other_as_usual(mara: World, tmp_path: Path) -> None:
    """By e-mail only contacts can be known; the companies of the same import are found by their domains."""
    del mara
    add(COMPANY, name="Bolt", domains=[{"domain": "bolt.example"}])
    firms = write(tmp_path / "c.csv", "Company Name,Domain,Industry", "Bolt,bolt.example,Steel")
    people = write(tmp_path / "p.csv", f"{PEOPLE},Company", "Ann,Lee,ann@x.example,Bolt")
    by("email", firms, people)
    assert (only("company")["industry"], len(only("contact")["companies"])) == ("Steel", 1)
