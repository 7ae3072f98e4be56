"""Rows about records in the trash: these come back and are updated, where the user wants that; one undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import schema, undo
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import addresses, bring, fates, only, places, records, write
from tests.support import custom
from tests.support.canonical import export, faults

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from smallcrm.services.transfer.report import Report
    from tests.support.world import World

PEOPLE = "First Name,Last Name,Email,Title"


def add(noun: schema.Noun, **values: Any) -> int:
    """A record; gives its id."""
    with operation("add") as op:
        return op.create(noun, values)


def trash(noun: schema.Noun, ids: Iterable[int] = ()) -> None:
    """Put records into the trash: all of a noun, where none are named."""
    with operation("away") as op:
        for record in list(ids) or [found["id"] for found in records(noun.name)]:
            op.trash(noun, record)


def restore(*paths: Path, match: str | None = None, **how: Any) -> Report:
    """Import with what rows are about out of the trash."""
    return bring(*paths, rules=Rules(match=match, restore=True), **how)


def reasons(report: Report) -> list[str]:
    """Why rows were rejected, in the order of the file."""
    return [reason for file in report.files for _line, reason, _row in sorted(file.rejected)]


@pytest.mark.parametrize(
    ("noun", "header", "row", "changed"),
    [
        ("contact", PEOPLE, "Ann,Lee,ann@x.example,CEO", "Ann,Lee,ann@x.example,CTO"),
        ("contact", f"Contact ID,{PEOPLE}", "7,Ann,Lee,,CEO", "7,Ann,Lee,,CTO"),
        ("company", "Company Name,Domain,Industry", "Acme,acme.example,Media", "Acme,acme.example,Steel"),
        ("company", "Company Name,Industry", "Acme,Media", "Acme,Steel"),
    ],
)
def test_a_record_comes_out_of_the_trash_and_is_updated(
    mara: World, tmp_path: Path, noun: str, header: str, row: str, changed: str
) -> None:
    """The same record, counted as updated whether or not the row has news; one undo puts it back as it was."""
    del mara
    said = schema.noun(noun)
    bring(write(tmp_path / "a.csv", header, row), noun=noun)
    before = only(noun)
    trash(said)
    away = export()
    same = restore(write(tmp_path / "b.csv", header, row), noun=noun)
    assert (fates(same)["b.csv"], only(noun)["id"]) == ((0, 1, 0, 0, 0, 0), before["id"])
    undo.undo()
    assert export() == away
    news = write(tmp_path / "c.csv", header, changed)
    dry = restore(news, noun=noun, dry_run=True)
    assert (fates(dry)["c.csv"], export()) == ((0, 1, 0, 0, 0, 0), away)
    restore(news, noun=noun)
    after = export()
    assert only(noun)["id"] == before["id"]
    assert only(noun) != before
    assert restore(news, noun=noun).operation is None
    undo.undo()
    assert export() == away
    undo.redo()
    assert export() == after


def test_several_rows_and_files_about_one_record_restore_it_once(mara: World, tmp_path: Path) -> None:
    """By its first address, its second, and its id: the first row counts, the others fill."""
    del mara
    header = f"Contact ID,{PEOPLE},City"
    bring(write(tmp_path / "a.csv", header, "7,Ann,Lee,ann@x.example; a2@x.example,,"))
    trash(CONTACT)
    one = write(tmp_path / "b.csv", header, ",Ann,Lee,ann@x.example,CEO,", ",Ann,Lee,a2@x.example,CTO,Bonn")
    two = write(tmp_path / "c.csv", header, "7,Ann,Lee,,,Ulm", ",Ann,Lee,a2@x.example,,Kiel")
    report = restore(one, two)
    assert (fates(report)["b.csv"], fates(report)["c.csv"]) == ((0, 1, 1, 0, 0, 0), (0, 0, 1, 1, 0, 0))
    record = only("contact")
    assert (record["title"], record["city"], len(addresses(record))) == ("CEO", "Bonn", 2)


def test_what_cannot_come_back_is_a_rejected_row(mara: World, tmp_path: Path) -> None:
    """Its other address is somebody else's by now; of two in the trash with one address none is chosen."""
    del mara
    first = add(CONTACT, first_name="Ann", emails=[{"address": "ann@x.example"}, {"address": "a2@x.example"}])
    trash(CONTACT, [first])
    add(CONTACT, first_name="Bo", emails=[{"address": "a2@x.example"}])
    for name in ("Cy", "Di"):
        trash(CONTACT, [add(CONTACT, first_name=name, emails=[{"address": "cy@x.example"}])])
    before = export()
    path = write(tmp_path / "p.csv", PEOPLE, "Ann,,ann@x.example,CEO", "Cy,,cy@x.example,CTO")
    report = restore(path)
    stays, doubted = reasons(report)
    taken = "The e-mail a2@x.example already belongs to contact 2 (Bo), so Ann cannot have it"
    assert stays == f"contact 1, which it is about, stays in the trash: {taken}"
    assert doubted == "several contacts in the trash may be meant: contact 3, contact 4"
    assert (export(), report.operation) == (before, None)


def test_what_comes_back_has_its_values_again(adam: World, tmp_path: Path) -> None:
    """Another row does not get an address or a unique value of what is restored."""
    del adam
    custom.define("contact", "Customer no", unique="yes")
    ann = custom.add(emails="ann@x.example", customer_no="K1")
    del ann
    trash(CONTACT)
    header = "First Name,Last Name,Email,Customer no"
    lines = ("Ann,,,", "Bo,Ray,ann@x.example,K2", "Cy,Doe,cy@x.example,K1")
    report = restore(write(tmp_path / "p.csv", header, *lines), match="name")
    assert fates(report)["p.csv"] == (1, 1, 0, 0, 1, 0)
    assert reasons(report) == ["its e-mail address is taken: ann@x.example (contact 1)"]
    assert report.files[0].warnings == ["line 4: contact 1 has the Customer no 'K1' already; it is left out"]
    assert [(r["name"], r["customer_no"]) for r in records("contact")] == [("Ann", "K1"), ("Cy Doe", None)]


def test_a_unique_field_finds_what_is_in_the_trash(adam: World, tmp_path: Path) -> None:
    """Without the option the row is refused and names it."""
    del adam
    custom.define("contact", "Customer no", unique="yes")
    custom.add(customer_no="K1")
    trash(CONTACT)
    path = write(tmp_path / "p.csv", "Customer no,First Name,Last Name", "K1,Anna,Lee")
    refused = bring(path, rules=Rules(match="customer_no"))
    assert reasons(refused) == ["contact 1, which it is about, is in the trash (smallcrm contact restore 1)"]
    restore(path, match="customer_no")
    assert (only("contact")["name"], only("contact")["customer_no"]) == ("Anna Lee", "K1")


def test_people_are_at_the_company_that_the_same_import_restores(mara: World, tmp_path: Path) -> None:
    """Whatever they call it: by a name, or by a domain that only the restored record has."""
    del mara
    firm = add(COMPANY, name="Acme", domains=[{"domain": "acme.example"}, {"domain": "acme2.example"}])
    trash(COMPANY)
    firms = write(tmp_path / "c.csv", "Company Name,Domain,Industry", "Acme,acme.example,Steel")
    people = write(tmp_path / "p.csv", "First Name,Last Name,Email,Company,Company Domain",
                   "Ann,Lee,ann@x.example,,acme2.example", "Bo,Ray,bo@x.example,Acme,")  # fmt: skip
    restore(people, firms)
    assert [places(contact) for contact in records("contact")] == [["Acme"], ["Acme"]]
    assert (only("company")["id"], only("company")["industry"]) == (firm, "Steel")
    undo.undo()
    assert (records("company"), records("contact"), faults()) == ([], [], [])


def test_what_is_live_is_not_looked_for_in_the_trash(mara: World, tmp_path: Path) -> None:
    """A row about a live record changes that one; what lies in the trash stays, and so does what undo has hidden."""
    del mara
    trash(CONTACT, [add(CONTACT, first_name="Old", emails=[{"address": "ann@x.example"}])])
    add(CONTACT, first_name="Ann", emails=[{"address": "ann@x.example"}])
    restore(write(tmp_path / "p.csv", PEOPLE, "Ann,,ann@x.example,CEO"))
    assert (only("contact")["name"], only("contact")["title"]) == ("Ann", "CEO")
    undo.undo()
    undo.undo()
    new = restore(write(tmp_path / "q.csv", PEOPLE, "Cy,,cy@x.example,"))
    assert fates(new)["q.csv"] == (1, 0, 0, 0, 0, 0)
