"""Imports of the shared exports and of files made here: every row once, links resolved, one undo, nothing twice."""

from __future__ import annotations

import csv
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.engine import sqlite_path
from smallcrm.db.ids import Counter
from smallcrm.errors import Conflict, NotAllowed, UsageError, ValidationError
from smallcrm.models.operation import Operation
from smallcrm.models.workspace import Member
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import documents, undo
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer import importing, inserting
from tests.services.transfer.bringing import (
    addresses,
    balance,
    bring,
    fates,
    only,
    places,
    records,
    write,
    write_cells,
)  # fmt: skip
from tests.support.canonical import export, faults
from tests.support.cast import MARA, RUTH, STAN
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.world import World

HUBSPOT = ("hubspot_companies.csv", "hubspot_contacts.csv")


def hubspot(*names: str) -> list[Path]:
    """Some of HubSpot's files."""
    return [corpus("import/hubspot", name) for name in names]


@pytest.mark.parametrize("order", [HUBSPOT, HUBSPOT[::-1]], ids=["companies first", "contacts first"])
@pytest.mark.parametrize("commands", [1, 2])
def test_it_links_people_and_companies_in_any_order(mara: World, order: tuple[str, str], commands: int) -> None:
    """One command or two, either file first: the same 200 companies, every contact at its own; again: nothing."""
    del mara
    files = hubspot(*order)
    with hubspot("hubspot_contacts.csv")[0].open(encoding="utf-8", newline="") as stream:
        said = [(row["Email"], row["Associated Company Domain"]) for row in csv.DictReader(stream)]
    expected = {address: [host] if host else [] for address, host in said}
    batches = [files] if commands == 1 else [[file] for file in files]
    empty = export()
    for batch in batches:
        bring(*batch, look=False)
    after, sound = export(), faults()
    contacts = records("contact")
    assert (sound, len(records("company")), len(contacts)) == ([], 200, 950)
    companies = documents.load(COMPANY, [place["company"] for contact in contacts for place in contact["companies"]])
    linked = {
        addresses(contact)[0]: [companies[place["company"]]["domains"][0]["domain"] for place in contact["companies"]]
        for contact in contacts
    }
    assert linked == expected
    for batch in batches:
        again = bring(*batch, look=False)
        assert again.operation is None
        assert {file.noun: (file.created, file.updated) for file in again.files} == {
            file.noun: (0, 0) for file in again.files
        }
    assert export() == after
    for _batch in batches:
        undo.undo()
    assert export() == empty
    for _batch in batches:
        undo.redo()
    assert export() == after


REPORT = ("Accounts.csv", "Contacts.csv")


@pytest.mark.parametrize("order", [REPORT, REPORT[::-1]], ids=["accounts first", "contacts first"])
@pytest.mark.parametrize("commands", [1, 2])
def test_it_finds_companies_by_name_in_any_order(mara: World, order: tuple[str, str], commands: int) -> None:
    """A Salesforce report has names only; the company that a contact brought along is filled, not doubled."""
    del mara
    files = [corpus("import/salesforce-report", name) for name in order]
    for batch in [files] if commands == 1 else [[file] for file in files]:
        bring(*batch)
    companies = {record["name"]: record for record in records("company")}
    assert len(companies) == len(records("company")) == 10
    assert all(record["industry"] for record in companies.values())
    assert all(set(places(contact)) <= set(companies) for contact in records("contact"))


# Created, updated, merged, unchanged, rejected, blank on an empty workspace, counted from the files.
COUNTS: dict[str, dict[str, tuple[int, ...]]] = {
    "salesforce/accountData.csv": {"company": (423, 0, 0, 0, 0, 0)},
    "salesforce/accountsForInsert.csv": {"company": (4, 0, 0, 0, 0, 0)},
    "salesforce-report/Leads.csv": {"contact": (20, 0, 0, 0, 0, 0)},
    "google-outlook-tb/google_old.csv": {"contact": (1, 0, 0, 0, 0, 0)},
    "google-outlook-tb/google_old_2events.csv": {"contact": (1, 0, 0, 0, 0, 0)},
    "google-outlook-tb/outlook_all.csv": {"contact": (1, 0, 0, 0, 0, 0)},
    "google-outlook-tb/outlook_emails_only.csv": {"contact": (1, 0, 0, 0, 0, 0)},
    "horde/Outlook.csv": {"contact": (1, 0, 0, 0, 0, 0)},
    "datablist/customers-100.csv": {"contact": (100, 0, 0, 0, 0, 0)},
    # One line repeats the first.
    "us500/us-500.csv": {"contact": (500, 0, 1, 0, 0, 0)},
    # 24 lines have a comma in an unquoted address.
    "northwind/customers.csv": {"company": (67, 0, 0, 0, 24, 0)},
    "odoo/res.partner.csv": {"company": (2, 0, 0, 0, 0, 0), "contact": (4, 0, 0, 0, 0, 0)},
    "maven-us/accounts.csv": {"company": (85, 0, 0, 0, 0, 0)},
    "csv-spectrum/comma_in_quotes.csv": {"contact": (1, 0, 0, 0, 0, 0)},
}


@pytest.mark.parametrize("name", COUNTS)
def test_it_counts_every_row_and_brings_nothing_twice(mara: World, name: str) -> None:
    """Counts are the file's; the same file again changes nothing; undo leaves nothing and the file comes in again."""
    del mara
    path = corpus("import", name)
    empty = export()
    first = bring(path)
    assert {
        file.noun: (file.created, file.updated, file.merged, file.unchanged, len(file.rejected), file.blank)
        for file in first.files
    } == COUNTS[name]
    after = export()
    again = bring(path)
    assert again.operation is None
    assert export() == after
    assert sum(file.created + file.updated for file in again.files) == 0
    undo.undo()
    assert export() == empty
    assert fates(bring(path)) == fates(first)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_accounts_for_every_row_of_every_file(mara: World) -> None:
    """Whatever of the corpora can be imported: the fates of its rows add up, and a second run creates nothing."""
    del mara
    seen = 0
    for path in sorted(corpus("import").rglob("*.csv")):
        try:
            first = bring(path, look=False)
        except (UsageError, ValidationError):
            continue
        seen += 1
        again = bring(path, look=False)
        assert sum(file.created + file.updated for file in again.files) == 0, path
        assert [balance(file) for file in first.files] == [file.rows for file in again.files]
    assert (seen >= 30, faults()) == (True, [])


def test_it_updates_without_taking_anything_away(mara: World, tmp_path: Path) -> None:
    """Blanks leave alone, lists grow, the lifecycle only moves on, an opt-out stays; undo gives all of it back."""
    del mara
    header = "First Name,Last Name,Email,Phone,City,Lifecycle Stage,Opt Out,Tags"
    bring(write(tmp_path / "a.csv", header, "Ann,Lee,ann@acme.com,+49 30 1234567,Berlin,customer,yes,old"))
    before = export()
    second = write(tmp_path / "b.csv", header, "Ann,Lee,ANN@acme.com,+49 30 7654321,,lead,no,new")
    assert fates(bring(second))["b.csv"] == (0, 1, 0, 0, 0, 0)
    ann = only("contact")
    assert (ann["city"], ann["lifecycle"], ann["opt_out"]) == ("Berlin", "customer", True)
    assert {element["number"] for element in ann["phones"]} == {"+49 30 1234567", "+49 30 7654321"}
    assert {element["name"] for element in ann["tags"]} == {"old", "new"}
    assert addresses(ann) == ["ann@acme.com"]
    third = write(tmp_path / "c.csv", header, "Ann,Lee,ann@acme.com,,Bonn,evangelist,,")
    bring(third)
    assert (only("contact")["city"], only("contact")["lifecycle"]) == ("Bonn", "evangelist")
    assert fates(bring(third))["c.csv"] == (0, 0, 0, 1, 0, 0)
    undo.undo()
    undo.undo()
    assert export() == before


def test_it_keeps_the_name_and_says_so_where_an_address_comes_with_another(mara: World, tmp_path: Path) -> None:
    """The same address with another name is told; what else the row says is taken over."""
    del mara
    bring(write(tmp_path / "a.csv", "First Name,Last Name,Email", "Ann,Lee,ann@acme.com"))
    report = bring(write(tmp_path / "b.csv", "First Name,Last Name,Email,City", "Bea,Ray,ann@acme.com,Bonn"))
    (warning,) = report.files[0].warnings
    assert "line 2" in warning
    assert "'Ann Lee'" in warning
    assert "'Bea Ray'" in warning
    assert (only("contact")["name"], only("contact")["city"]) == ("Ann Lee", "Bonn")


def test_it_takes_the_new_name_where_the_id_says_who_it_is(mara: World, tmp_path: Path) -> None:
    """A person known by the id of the source may marry."""
    del mara
    header = "Contact ID,First Name,Last Name,Email,Lifecycle Stage,Contact Owner"
    bring(write(tmp_path / "a.csv", header, "7,Ann,Lee,ann@acme.com,lead,Olga"))
    report = bring(write(tmp_path / "b.csv", header, "7,Ann,Ray,ann@acme.com,lead,Olga"))
    assert report.files[0].warnings == []
    assert only("contact")["name"] == "Ann Ray"


def test_it_refuses_a_row_that_may_be_two_people(mara: World, tmp_path: Path) -> None:
    """A row with the addresses of two contacts is rejected with the reason; both stay as they are."""
    del mara
    header = "First Name,Last Name,E-mail,E-mail 2"
    bring(write(tmp_path / "a.csv", header, "Ann,Lee,ann@acme.com,", "Bob,Ray,bob@acme.com,"))
    before = export()
    report = bring(write(tmp_path / "b.csv", header, "Ann,Lee,ann@acme.com,bob@acme.com", "Eve,Fox,eve@acme.com,"))
    assert [(line, reason) for line, reason, _row in report.files[0].rejected] == [
        (2, "its emails belong to several contacts: ann@acme.com (contact 1), bob@acme.com (contact 2)")
    ]
    assert len(records("contact")) == 3
    undo.undo()
    assert export() == before


def test_it_refuses_the_address_of_another_than_the_id_says(mara: World, tmp_path: Path) -> None:
    """The id says one contact and the address another: neither is guessed."""
    del mara
    header = "Contact ID,First Name,Last Name,Email,Lifecycle Stage,Contact Owner"
    bring(write(tmp_path / "a.csv", header, "7,Ann,Lee,ann@acme.com,lead,", "8,Bob,Ray,bob@acme.com,lead,"))
    before = export()
    report = bring(write(tmp_path / "b.csv", header, "7,Ann,Lee,bob@acme.com,lead,"))
    assert "already belongs to contact 2" in report.files[0].rejected[0][1]
    assert export() == before


@pytest.mark.parametrize(
    ("noun", "header", "row"),
    [
        (CONTACT, "First Name,Last Name,Email", "Ann,Lee,ann@acme.com"),
        (CONTACT, "Contact ID,First Name,Last Name,Email,Lifecycle Stage,Contact Owner", "7,Ann,Lee,,lead,"),
        (COMPANY, "Company Name,Domain,Industry", "Acme,acme.com,Media"),
        (COMPANY, "Company Name,Industry", "Acme,Media"),
    ],
)
def test_it_names_the_record_in_the_trash_that_a_row_is_about(
    mara: World, tmp_path: Path, noun: Any, header: str, row: str
) -> None:
    """Nothing is doubled and nothing comes out of the trash by itself: the row is rejected and says which it is."""
    del mara
    path = write(tmp_path / "a.csv", header, row)
    bring(path, noun=noun.name)
    (record,) = records(noun.name)
    with operation("away") as op:
        op.trash(noun, record["id"])
    report = bring(path, noun=noun.name)
    ((line, reason, _row),) = report.files[0].rejected
    assert line == 2
    assert f"{noun.name} 1, which it is about, is in the trash (smallcrm {noun.name} restore 1)" == reason
    assert records(noun.name) == []
    with operation("back") as op:
        op.restore(noun, record["id"])
    assert bring(path, noun=noun.name).files[0].unchanged == 1


def test_it_imports_a_corrected_file_after_an_undo(mara: World, tmp_path: Path) -> None:
    """What was undone is as if it had never been: it matches nothing, and its addresses are free."""
    del mara
    header = "First Name,Last Name,Email"
    bring(write(tmp_path / "a.csv", header, "Anm,Lee,ann@acme.com"))
    undo.undo()
    assert fates(bring(write(tmp_path / "b.csv", header, "Ann,Lee,ann@acme.com")))["b.csv"] == (1, 0, 0, 0, 0, 0)
    assert only("contact")["name"] == "Ann Lee"


def test_it_shares_people_between_two_files_of_one_command(mara: World, tmp_path: Path) -> None:
    """The second file fills what the first leaves blank and adds what it lacks; again, the same."""
    del mara
    one = write(
        tmp_path / "one.csv", "First Name,Last Name,Email,City", "Ann,Lee,ann@acme.com,Bonn", "Bob,Ray,b@x.org,"
    )
    two = write(tmp_path / "two.csv", "Last Name,First Name,E-mail,City,Phone",
                "Lee,Ann,ann@acme.com,Berlin,+49 30 1234567", "Ray,Bob,b@x.org,Köln,",
                "Fox,Eve,eve@x.org,,")  # fmt: skip
    assert fates(bring(one, two)) == {"one.csv": (2, 0, 0, 0, 0, 0), "two.csv": (1, 2, 0, 0, 0, 0)}
    assert [(record["name"], record["city"]) for record in records("contact")] == [
        ("Ann Lee", "Bonn"), ("Bob Ray", "Köln"), ("Eve Fox", None)
    ]  # fmt: skip
    assert len(records("contact")[0]["phones"]) == 1
    after = export()
    assert bring(one, two).operation is None
    assert export() == after


def test_it_links_to_the_company_whose_row_repeats_another(mara: World, tmp_path: Path) -> None:
    """A contact that names the id of a repeated company row works for the company it was folded into."""
    del mara
    companies = write(tmp_path / "companies.csv", "Company ID,Company Name,Company Domain Name,Company Owner",
                      "1,Acme,acme.com,", "2,Acme Inc,acme.com,")  # fmt: skip
    people = write(tmp_path / "people.csv",
                   "Contact ID,First Name,Last Name,Email,Lifecycle Stage,Associated Company IDs",
                   "1,Ann,Lee,ann@acme.com,lead,2")  # fmt: skip
    bring(people, companies)
    assert places(only("contact")) == ["Acme"]
    assert {element["key"] for element in only("company")["external_ids"]} == {"1", "2"}
    assert bring(people, companies).operation is None


def test_it_finds_companies_by_domain_and_by_name_but_not_by_freemail(mara: World, tmp_path: Path) -> None:
    """Domain before name; a host that everybody shares is nobody's company."""
    del mara
    bring(write(tmp_path / "c.csv", "Company Name,Domain,Industry", "Acme,acme.com,Media", "Bolt,,Media"))
    bring(
        write(
            tmp_path / "p.csv", "First Name,Last Name,Email,Company,Company Domain",
            "Ann,Lee,ann@acme.com,ACME Corporation,www.acme.com",
            "Bob,Ray,bob@x.org,bolt,", "Eve,Fox,eve@gmail.com,,gmail.com",
        )
    )  # fmt: skip
    assert [places(contact) for contact in records("contact")] == [["Acme"], ["Bolt"], []]
    assert len(records("company")) == 2


def test_it_puts_companies_under_their_parents(mara: World, tmp_path: Path) -> None:
    """A parent may stand later in the file; a circle and an unknown parent are told; again, nothing changes."""
    del mara
    path = write(tmp_path / "c.csv", "Company Name,Parent Company,Industry", "Sub,Top,a", "Top,,b",
                 "Loop,Pool,c", "Pool,Loop,d",
                 "Lone,Nobody,e")  # fmt: skip
    report = bring(path)
    above = {record["name"]: record["parent"] for record in records("company")}
    ids = {record["name"]: record["id"] for record in records("company")}
    assert above == {"Sub": ids["Top"], "Top": None, "Loop": ids["Pool"], "Pool": None, "Lone": None}
    assert [warning.split(":")[0] for warning in report.files[0].warnings] == ["line 5", "line 6"]
    after = export()
    again = bring(path)
    assert (export(), again.operation) == (after, None)
    undo.undo()
    undo.redo()
    assert export() == after


def test_it_leaves_nothing_where_it_is_to_stop(mara: World, tmp_path: Path) -> None:
    """`stop` at the first bad row, whenever it is found: not a record, an owner, a tag or a number."""
    del mara
    bring(write(tmp_path / "a.csv", "First Name,Last Name,E-mail,E-mail 2", "Ann,Lee,a@x.org,", "Bob,Ray,b@x.org,"))
    before, operations = export(), Operation.select().count()
    late = write(
        tmp_path / "b.csv",
        "First Name,Last Name,E-mail,E-mail 2,Owner,Tags",
        "Eve,Fox,e@x.org,,Otto,new",
        "A,L,a@x.org,b@x.org,,",
    )
    early = write(
        tmp_path / "c.csv",
        "First Name,Last Name,E-mail,Owner,Tags",
        "Eve,Fox,e@x.org,Otto,new",
        "Bad,Row,b@x.org,Otto,new,more",
    )
    for path, line in ((late, 3), (early, 3)):
        with pytest.raises(ValidationError, match=f"line {line}: .* Nothing was imported"):
            bring(path, on_error="stop")
    assert (export(), Operation.select().count()) == (before, operations)
    assert not Member.select().where(Member.name == "Otto").exists()


def counters() -> dict[str, int]:
    """Every counter of the workspace."""
    return {row.name: row.last for row in Counter.select()}


def test_it_shows_in_a_dry_run_what_it_will_do(mara: World) -> None:
    """A dry run leaves no trace, not even a number taken, and its counts are those of the real run."""
    del mara
    files = hubspot(*HUBSPOT)
    bring(*hubspot("hubspot_contacts.csv"), look=False)
    before = export(), counters(), Operation.select().count(), Member.select().count()
    dry = bring(*files, look=False, dry_run=True)
    assert (export(), counters(), Operation.select().count(), Member.select().count()) == before
    assert dry.operation is None
    real = bring(*files, look=False)
    assert fates(dry) == fates(real)
    assert [file.also_created for file in dry.files] == [file.also_created for file in real.files]
    assert [file.warnings for file in dry.files] == [file.warnings for file in real.files]


def test_it_matches_nothing_of_another_workspace(world: World) -> None:
    """The neighbour has the same people already: they are neither found nor touched."""
    files = hubspot(*HUBSPOT)
    with world.acts(STAN):
        bring(*files, look=False)
        theirs = export()
    with world.acts(MARA):
        assert {file.noun: file.created for file in bring(*files, look=False).files} == {"company": 200, "contact": 950}
        undo.undo()
    with world.acts(STAN):
        assert export() == theirs
        assert bring(*files, look=False).operation is None


def test_it_needs_more_than_a_reader(world: World, tmp_path: Path) -> None:
    """A reader is refused before a file is read."""
    with world.acts(RUTH), pytest.raises(NotAllowed):
        bring(tmp_path / "no-such-file.csv", dry_run=True)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_blocks_nobody_while_it_reads(mara: World, tmp_path: Path) -> None:
    """While rows are staged and compared another process writes at once."""
    path = write_cells(
        tmp_path / "p.csv", [["First Name", "Last Name", "Email"], *(["A", f"B{n}", f"{n}@x.org"] for n in range(50))]
    )
    done: list[str] = []

    def write_elsewhere(label: str, _at: int, _of: int | None) -> None:
        other = sqlite3.connect(sqlite_path(mara.settings.database_url), timeout=0)
        try:
            other.execute("UPDATE workspace SET name = name")
            other.commit()
            done.append(label.split(maxsplit=1)[0])
        except sqlite3.OperationalError:
            done.append(f"not while {label.split(maxsplit=1)[0]}")
        finally:
            other.close()

    report = importing.run_import(importing.Request((path,)), write_elsewhere)
    assert report.files[0].created == 50
    assert done == ["Reading", "Comparing", "not while Writing", "not while Indexing"]


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What another process does once everything is resolved and before anything is written."""
    actions: list[Any] = []
    reserve = inserting.reserve_ranges

    def reserving(*args: Any, **kwargs: Any) -> Any:
        ranges = reserve(*args, **kwargs)
        while actions:
            actions.pop()()
        return ranges

    monkeypatch.setattr(inserting, "reserve_ranges", reserving)
    yield actions
    assert actions == []


def test_it_gives_one_conflict_where_an_address_was_taken_meanwhile(
    mara: World, tmp_path: Path, meanwhile: list[Any]
) -> None:
    """Somebody adds one of the new people: one clear Conflict, nothing half written, and a second try succeeds."""
    del mara
    path = write(
        tmp_path / "p.csv", "First Name,Last Name,Email,Company", "Eve,Fox,e@x.org,Bolt", "Ann,Lee,ann@x.org,Acme"
    )

    def add() -> None:
        with operation("quicker") as op:
            op.create(CONTACT, {"last_name": "Lee", "emails": [{"address": "ann@x.org"}]})

    meanwhile.append(add)
    with pytest.raises(Conflict, match="changed while the import was being prepared; nothing was imported"):
        bring(path)
    assert [record["name"] for record in records("contact")] == ["Lee"]
    assert records("company") == []
    assert fates(bring(path))["p.csv"] == (1, 1, 0, 0, 0, 0)


def test_it_gives_one_conflict_where_a_record_went_meanwhile(mara: World, tmp_path: Path, meanwhile: list[Any]) -> None:
    """Somebody trashes a record that the import is about to update: nothing is written to what is in the trash."""
    del mara
    header = "First Name,Last Name,Email,City"
    bring(write(tmp_path / "a.csv", header, "Ann,Lee,ann@x.org,Bonn"))
    record = only("contact")

    def trash() -> None:
        with operation("gone") as op:
            op.trash(CONTACT, record["id"])

    meanwhile.append(trash)
    with pytest.raises(Conflict, match="while the import was being prepared"):
        bring(write(tmp_path / "b.csv", header, "Eve,Fox,e@x.org,Ulm", "Ann,Lee,ann@x.org,Berlin"))
    undo.undo()
    assert only("contact")["city"] == "Bonn"


def test_totals_remarks_and_headers_are_counted(mara: World, tmp_path: Path) -> None:
    """So that every line of a file is accounted for; of people and of the work with them."""
    del mara
    people = (
        "Name,Email,Title\nA Lee,a@x.example,CEO\nName,Email,Title\nB Lee,b@x.example,CTO\nTotal,,2\n\nPrinted today\n"
    )
    deals = "Deal Name,Stage,Amount\nRoof,Proposal,5\nDeal Name,Stage,Amount\nTotal,,5\n"
    (tmp_path / "p.csv").write_text(people, "utf-8")
    (tmp_path / "d.csv").write_text(deals, "utf-8")
    found = {file.name: file for file in bring(tmp_path / "p.csv", tmp_path / "d.csv").files}
    assert [(found[name].rows, found[name].created, found[name].blank, found[name].passed_over) for name in found] == [
        (6, 2, 1, 3), (3, 1, 0, 2)
    ]  # fmt: skip
