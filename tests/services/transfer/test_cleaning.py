"""Rows of exports as tuples for the tables."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.transfer.batch import Link
from smallcrm.services.transfer.cleaning import compile_mapping
from smallcrm.services.transfer.detecting import Options, recognise
from smallcrm.services.transfer.mapping import ColumnTarget, Mapping, Target
from smallcrm.services.transfer.reading import open_table
from smallcrm.services.transfer.whose import Mention
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.transfer.batch import Batch

TODAY = date(2026, 3, 14)
PLAIN = Options()


def cleaned(path: Path, options: Options = PLAIN) -> tuple[dict[int, dict[str, Any]], Batch]:
    """The records of a file by line, and the batch of all its rows."""
    table = open_table(path)
    mapping = recognise(table, options).mappings[-1]
    cleaner = compile_mapping(mapping, today=TODAY)
    (chunk,) = table.chunks(10_000)
    rows = mapping.only.select(chunk.rows, chunk.lines) if mapping.only else (chunk.rows, chunk.lines)
    batch = cleaner(*rows)
    return {line: dict(zip(cleaner.fields, record, strict=True)) for line, *record in batch.records}, batch


def text(tmp_path: Path, content: str, options: Options = PLAIN) -> tuple[dict[int, dict[str, Any]], Batch]:
    """The same for a file of that content."""
    path = tmp_path / "file.csv"
    path.write_text(content, encoding="utf-8", newline="")
    return cleaned(path, options)


def test_it_cleans_the_first_contact_of_hubspot() -> None:
    """Every field and part of it."""
    records, batch = cleaned(corpus("import", "hubspot", "hubspot_contacts.csv"))
    assert len(records) == 950
    assert records[2] == {
        "name": "Francisco Small",
        "name_key": "francisco small",
        "first_name": "Francisco",
        "last_name": "Small",
        "title": "Youth worker",
        "lifecycle": "lead",
        "website": "https://wallace.com/",
        "street": "64642 Brianna Forges",
        "city": "Kevinborough",
        "region": "GU",
        "postal_code": "06652",
        "country": "Ghana",
        "source": "Direct Traffic",
        "owner_ref": "dwight.schrute@example.com",
        "created_at": 1723939200000000,
        "updated_at": 1738022400000000,
    }
    assert batch.emails[0] == (2, 0, "anna72@example.net", "anna72@example.net", None)
    assert [phone for phone in batch.phones if phone[0] == 2] == [
        (2, 0, "416-810-9897x752", None, None),
        (2, 1, "(376)694-9481x10051", None, "mobile"),
    ]
    assert batch.companies[0] == (2, Link(Mention(None, "freeman.net", None), None))
    assert batch.external_ids[0] == (2, "CONT-03a4142c-188d-4855-ae0e-951b7f32137e")
    assert (batch.rejected, batch.warned, batch.blank) == ([], 0, 0)


def test_it_cleans_the_first_company_of_hubspot() -> None:
    """Money in the currency that was given."""
    records, batch = cleaned(corpus("import", "hubspot", "hubspot_companies.csv"), Options(currency="USD"))
    assert len(records) == 200
    assert (records[2]["revenue_amount"], records[2]["revenue_currency"]) == (87360715, "USD")
    assert (records[2]["employees"], batch.domains[0]) == (9395, (2, 0, "flowers.net"))


def test_it_takes_labels_groups_and_blocks_of_google() -> None:
    """Labels stand in columns of their own."""
    records, batch = cleaned(corpus("import", "google-outlook-tb", "google_old_2events.csv"))
    (record,) = records.values()
    assert (record["prefix"], record["suffix"], record["birthday"]) == ("Dr.", "PhD", "1815-12-10")
    assert record["street"] == "12 Bridge St"
    assert [(address, label) for _, _, address, _, label in batch.emails] == [
        ("ada@home.example", "home"),
        ("ada@work.example", "work"),
    ]
    assert [(digits, label) for _, _, _, digits, label in batch.phones] == [
        ("+442079460100", "mobile"),
        ("+442079460200", "work"),
    ]
    assert [name for _, name, _ in batch.tags] == ["Family", "Work"]


def test_it_joins_a_birthday_in_three_columns() -> None:
    """And warns of phones without a digit."""
    records, batch = cleaned(corpus("import", "google-outlook-tb", "thunderbird.csv"))
    assert next(iter(records.values()))["birthday"] == "1970-11-15"
    assert {warning.value for warning in batch.warnings} >= {"phone work", "fax"}


def test_it_splits_whole_names_and_several_addresses_in_a_cell() -> None:
    """Parts that are there already count more."""
    records, batch = cleaned(corpus("import", "pipedrive", "persons_en.csv"))
    assert [(record["first_name"], record["last_name"]) for record in records.values()] == [
        ("Anna", "Novakova"),
        ("Bob", "Black"),
    ]
    assert [(at, key) for line, at, _, key, _ in batch.emails if line == 3] == [
        (0, "bob@acme.cz"),
        (1, "bob.private@example.com"),
    ]


def test_it_takes_the_words_for_nothing_as_nothing() -> None:
    """NULL is no web page."""
    records, _batch = cleaned(corpus("import", "northwind", "suppliers.csv"))
    assert "NULL" not in {value for record in records.values() for value in record.values()}


def test_it_names_a_contact_by_its_address_and_rejects_one_without_any(tmp_path: Path) -> None:
    """A row without anything is blank, not rejected."""
    records, batch = text(tmp_path, "First Name,Email,City\n,a@b.de,Ulm\n,,Bonn\n, ,\nA,nobody,\n")
    assert {line: record["name"] for line, record in records.items()} == {2: "a@b.de", 5: "A"}
    assert batch.rejected == [(3, "no name or e-mail address")]
    assert batch.blank == 1
    assert [tuple(warning) for warning in batch.warnings] == [(5, "Email", "nobody", "not an e-mail address")]


def test_it_names_a_company_by_its_domain(tmp_path: Path) -> None:
    """Never by the host of a mail provider."""
    content = "Company Name,Company Domain Name,Industry\n,acme.com,IT\n,gmail.com,IT\nB,www.b.de,\n"
    records, batch = text(tmp_path, content)
    assert [record["name"] for record in records.values()] == ["acme.com", "B"]
    assert batch.domains == [(2, 0, "acme.com"), (4, 0, "b.de")]
    assert batch.rejected == [(3, "no name or domain")]
    assert batch.warnings[0].reason == "shared by many, so it is no company's domain"


def test_it_takes_the_guard_off_formulas_and_the_tags_off_notes(tmp_path: Path) -> None:
    """But not the apostrophe off a name."""
    content = "First Name,Email,Phone,Notes\n'=A,a@b.de,'+49 30 1234567,<p>a &amp; b</p>\n'Null,b@b.de,,plain\n"
    records, batch = text(tmp_path, content)
    assert [(record["name"], record["description"]) for record in records.values()] == [
        ("=A", "a & b"),
        ("'Null", "plain"),
    ]
    assert batch.phones == [(2, 0, "+49 30 1234567", "+49301234567", None)]


def test_it_counts_an_address_of_a_row_once(tmp_path: Path) -> None:
    """However it is written."""
    content = "First Name,Email,Secondary Email\nA,a@b.de,A@B.de\nB,,c@b.de\n"
    _records, batch = text(tmp_path, content)
    assert batch.emails == [(2, 0, "a@b.de", "a@b.de", None), (3, 0, "c@b.de", "c@b.de", None)]


def test_it_takes_all_parts_of_an_address_from_one_block(tmp_path: Path) -> None:
    """The business one first."""
    head = "First Name,Email,Home Street,Home City,Business Street,Business Street 2,Business City\n"
    records, _batch = text(tmp_path, head + "A,a@b.de,H 1,Ulm,W 1,2nd floor,Bonn\nB,b@b.de,H 2,Ulm,,,\n")
    assert [(record["street"], record["city"]) for record in records.values()] == [
        ("W 1, 2nd floor", "Bonn"),
        ("H 2", "Ulm"),
    ]


_TARGETS = (
    "first_name",
    "name",
    "emails",
    "phones:work",
    "address:street",
    "address:home:city",
    "company:name",
    "company:domain",
    "company:external",
    "tags",
    "external_id",
    "birthday",
    "created_at",
    "opt_out",
    "lifecycle",
    "website",
    "description",
    "owner",
)


@given(st.lists(st.lists(st.text(), min_size=len(_TARGETS), max_size=len(_TARGETS)), max_size=5))
def test_it_takes_any_cells(rows: list[list[str]]) -> None:
    """Each row is a record, rejected or blank."""
    columns = tuple(ColumnTarget(at, spec, Target.parse(spec)) for at, spec in enumerate(_TARGETS))
    batch = compile_mapping(Mapping("contact", "test", columns), today=TODAY)(rows, range(2, 2 + len(rows)))
    assert len(batch.records) + len(batch.rejected) + batch.blank == len(rows)


_COMPANY = (
    "name",
    "domains",
    "website",
    "employees",
    "revenue",
    "parent:name",
    "parent:external",
    "phones",
    "currency",
)


@given(st.lists(st.lists(st.text(), min_size=len(_COMPANY), max_size=len(_COMPANY)), max_size=5))
def test_it_takes_any_cells_of_companies(rows: list[list[str]]) -> None:
    """Each row is a record, rejected or blank."""
    columns = tuple(ColumnTarget(at, spec, Target.parse(spec)) for at, spec in enumerate(_COMPANY))
    batch = compile_mapping(Mapping("company", "test", columns), today=TODAY)(rows, range(2, 2 + len(rows)))
    assert len(batch.records) + len(batch.rejected) + batch.blank == len(rows)
