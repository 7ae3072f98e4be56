"""The CSV that smallCRM exports, imported again: every record says what it said."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smallcrm.services.activities import ACTIVITY
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.records.operations import operation
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.tickets import TICKET
from smallcrm.services.transfer import exporting
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import bring, fates, only, places, records, write
from tests.support import custom
from tests.support.cast import EUR, MARA, MEMBERS, NORTH

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.records.schema import Noun
    from tests.support.world import World

# One text of each kind that an import of foreign files reads as something else.
ODD = (
    "=1+1", "'=1", "''=1", "'quoted'", "''wiki''", "|x", "N/A", "null", "none", "-", "&amp; <b>x</b>", ";a|b", "a, b",
    '"Q" & A, Inc.', "1.000", "http://x.example#y#z", "*", "[x]", "\u202e", "x::: y", "\uff1dx", "Dr. A von B",
    "a@b.example",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20),
).filter(str.strip)
LINES = st.lists(TEXTS, min_size=1, max_size=3).map("\n".join)
TAGS = st.lists(TEXTS.map(lambda text: text.replace(",", ".")).filter(str.strip), min_size=1, max_size=3)
NUMBERS = st.lists(
    st.sampled_from(["+49 30 1", "030 2 / 3", "0'4", "5; ext=6, 7", "=8", "9 or 10"]), max_size=3, unique=True
)
KEYS = st.lists(TEXTS, max_size=2, unique=True)
PERSON = st.fixed_dictionaries(
    {"first_name": TEXTS},
    optional={
        "prefix": TEXTS, "middle_name": TEXTS, "last_name": TEXTS, "suffix": TEXTS, "nickname": TEXTS, "title": TEXTS,
        "department": TEXTS, "website": TEXTS, "street": TEXTS, "city": TEXTS, "region": TEXTS, "postal_code": TEXTS,
        "country": TEXTS, "description": LINES, "source": TEXTS,
        "lifecycle": st.sampled_from(["lead", "customer"]), "birthday": st.sampled_from(["1980-02-29", "2001-02-03"]),
        "opt_out": st.booleans(),
    },
)  # fmt: skip
FIRM = st.fixed_dictionaries(
    {},
    optional={
        "website": TEXTS, "industry": TEXTS, "street": TEXTS, "city": TEXTS, "description": LINES,
        "employees": st.integers(0, 10**9),
        "revenue": st.builds(
            lambda amount, code: {"amount": amount, "currency": code},
            st.integers(0, 10**12), st.sampled_from(["EUR", "JPY", "BHD", "USD"]),
        ),
    },
)  # fmt: skip
NAMES = st.lists(TEXTS, min_size=1, max_size=3, unique_by=str.casefold)


def exported(path: Path, noun: Noun, columns: str = "") -> Path:
    """All records of a noun as CSV, or in the format of the file's name."""
    fields = chosen_columns(noun, columns or ",".join(exporting.export_keys(noun)))
    path.write_text("".join(exporting.export_text(noun, fields, path.suffix[1:])), encoding="utf-8", newline="")
    return path


def told(path: Path) -> list[dict[str, str]]:
    """The rows of an export without what is of a workspace: when a record changed, what other workspaces call it."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    for row in rows:
        del row["updated_at"]
        kept = [text for text in row["external_ids"].split(", ") if not text.startswith("smallcrm:")]
        row["external_ids"] = ", ".join(kept)
    return rows


def _make(people: list[dict[str, Any]], firms: list[dict[str, Any]], names: list[str], data: st.DataObject) -> None:
    for at, (name, firm) in enumerate(zip(names, firms, strict=False)):
        lists = {
            "domains": [{"domain": f"d{at}.example"}, {"domain": f"e{at}.example"}],
            "phones": [{"number": number} for number in data.draw(NUMBERS)],
            "tags": [{"name": tag} for tag in data.draw(TAGS)],
            "external_ids": [{"source": f"hub{at}", "key": key} for key in data.draw(KEYS)],
        }
        _add(COMPANY, {"name": name, **firm, **lists})
    here = [row["id"] for row in records("company")]
    for at, person in enumerate(people):
        chosen = data.draw(st.lists(st.sampled_from(here), max_size=3, unique=True))
        lists = {
            "emails": [{"address": f"p{at}@x.example"}, {"address": f"Q{at}+z@x.example"}],
            "phones": [{"number": number} for number in data.draw(NUMBERS)],
            "tags": [{"name": tag} for tag in data.draw(TAGS)],
            "external_ids": [{"source": f"hub{at}", "key": key} for key in data.draw(KEYS)],
            "companies": [{"company": company} for company in chosen],
        }
        _add(CONTACT, {**person, **lists})


def _add(noun: Noun, values: dict[str, Any]) -> None:
    with operation("Add") as op:
        op.create(noun, values)


def _fields() -> None:
    custom.define("contact", "Motto", "text")
    custom.define("contact", "Story", "long text")


@pytest.mark.parametrize("kind", ["csv", "tsv"])
@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_any_record_comes_back(world: World, tmp_path: Path, kind: str) -> None:
    """Exported and imported into an empty workspace, companies and contacts export as they did."""
    kinds = {"company": COMPANY, "contact": CONTACT}

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(st.lists(PERSON, min_size=1, max_size=3), st.lists(FIRM, min_size=3, max_size=3), NAMES, st.data())
    def run(people: list[dict[str, Any]], firms: list[dict[str, Any]], names: list[str], data: st.DataObject) -> None:
        with world.acts(MARA, world.settle(NORTH, MEMBERS)):
            _make(people, firms, names, data)
            wanted = {name: told(exported(tmp_path / f"{name}.csv", noun)) for name, noun in kinds.items()}
            before = {name: exported(tmp_path / f"{name}.{kind}", noun) for name, noun in kinds.items()}
        with world.acts(MARA, world.settle(NORTH, MEMBERS)):
            bring(*before.values())
            for name, noun in kinds.items():
                assert told(exported(tmp_path / "again.csv", noun)) == wanted[name]

    run()


# What is of a moment, or is measured from when a record came about, is not asked for.
COLUMNS = {
    "deal": "name,pipeline,stage,amount,company,contacts,description,tags,external_ids,updated_at",
    "ticket": "subject,requester,company,external_ids,updated_at",
    "activity": "subject,kind,status,links,external_ids,updated_at",
}
HEADER = "id,first_name,emails,companies,external_ids,updated_at"
ANN = '1,Ann,ann@x.org,"""Acme, Inc."", Bolt, bolt","hub:7, sap:7, smallcrm:9, nothing",'


def ids_of(record: dict[str, Any]) -> list[str]:
    """The ids of a record, by name."""
    return sorted(f"{element['source']}:{element['key']}" for element in record["external_ids"])


@pytest.mark.usefixtures("mara")
class TestFurtherIdsAndCompanies:
    """`companies` and `external_ids`: all of each, the first company as the primary one, nothing twice."""

    def test_a_new_row_has_all_of_them(self, tmp_path: Path) -> None:
        """A name with a comma is one; an id of another workspace is not kept; what is no id is told."""
        report = bring(write(tmp_path / "a.csv", HEADER, ANN))
        ann = only("contact")
        assert places(ann) == ["Acme, Inc.", "Bolt"]
        assert [bool(place.get("primary")) for place in ann["companies"]] == [True, False]
        assert ids_of(ann) == ["hub:7", "sap:7", "smallcrm:1"]
        assert [str(warning) for warning in report.files[0].warnings] == [
            "line 2, external_ids: not an id written source:key: 'nothing'"
        ]

    def test_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        """Also without an address or a number: an id that is known says who a row is."""
        bring(write(tmp_path / "a.csv", HEADER, ANN))
        assert fates(bring(tmp_path / "a.csv")) == {"a.csv": (0, 0, 0, 1, 0, 0)}
        again = write(tmp_path / "b.csv", HEADER, ',Ann,,Bolt,"sap:7",', ',Anna,,"Cask, Bolt","hub:8, hub:7",')
        assert fates(bring(again)) == {"b.csv": (0, 1, 1, 0, 0, 0)}
        ann = only("contact")
        assert ann["first_name"] == "Ann"
        assert places(ann) == ["Acme, Inc.", "Bolt", "Cask"]
        assert ids_of(ann) == ["hub:7", "hub:8", "sap:7", "smallcrm:1"]

    def test_an_id_belongs_to_one(self, tmp_path: Path) -> None:
        """What another row or record has is left out and told; a row with the ids of two is refused."""
        rows = [ANN, '2,Bob,,,"hub:7, hub:9",']
        report = bring(write(tmp_path / "a.csv", HEADER, *rows))
        assert [ids_of(record) for record in records("contact")] == [
            ["hub:7", "sap:7", "smallcrm:1"], ["hub:9", "smallcrm:2"],
        ]  # fmt: skip
        assert "line 3: another row has the id 'hub:7'; it is left out" in map(str, report.files[0].warnings)
        report = bring(write(tmp_path / "b.csv", HEADER, '2,Bob,,,"hub:7, hub:10",', ',Cy,,,"hub:7, hub:9",'))
        assert "line 2: contact 1 has the id 'hub:7'; it is left out" in map(str, report.files[0].warnings)
        assert [reason for _line, reason, _row in report.files[0].rejected] == [
            "its external ids belong to several contacts"
        ]
        assert ids_of(records("contact")[1]) == ["hub:10", "hub:9", "smallcrm:2"]

    def test_a_repeat_gives_its_own_to_the_first(self, tmp_path: Path) -> None:
        """The companies and ids of rows with one address are together those of one contact."""
        again = '2,Ann,ann@x.org,"Bolt, Cask","hub:7, hub:8",'
        assert fates(bring(write(tmp_path / "a.csv", HEADER, ANN, again))) == {"a.csv": (1, 0, 1, 0, 0, 0)}
        ann = only("contact")
        assert sorted(places(ann)) == ["Acme, Inc.", "Bolt", "Cask"]
        assert sum(bool(place.get("primary")) for place in ann["companies"]) == 1
        assert ids_of(ann) == ["hub:7", "hub:8", "sap:7", "smallcrm:1", "smallcrm:2"]

    def test_files_of_one_import_know_of_each_other(self, tmp_path: Path) -> None:
        """An id that an earlier file brings is that record's in a later one."""
        bring(
            write(tmp_path / "a.csv", HEADER, ANN),
            write(tmp_path / "b.csv", HEADER, ',Ann,,"Cask","hub:7, hub:8",'),
        )
        ann = only("contact")
        assert places(ann) == ["Acme, Inc.", "Bolt", "Cask"]
        assert ids_of(ann) == ["hub:7", "hub:8", "sap:7", "smallcrm:1"]

    def test_a_foreign_column_of_companies_is_not_taken_apart(self, tmp_path: Path) -> None:
        """Unless the user says so, as nobody knows whether a comma parts two companies or is in a name."""
        path = write(tmp_path / "a.csv", "First Name,Email,Companies", 'Ann,ann@x.org,"Acme, Inc."')
        assert [column.header for column in bring(path).files[0].mapping.unmapped] == ["Companies"]
        bring(path, targets={"Companies": "companies"})
        assert places(only("contact")) == ["Acme", "Inc."]

    def test_what_came_out_of_the_trash_has_its_ids_again(self, tmp_path: Path) -> None:
        """Another row that has one of them does not get it."""
        bring(write(tmp_path / "a.csv", HEADER, ANN))
        with operation("Trash") as op:
            op.trash(CONTACT, only("contact")["id"])
        rows = ["1,Ann,ann@x.org,,,", '2,Bob,bob@x.org,,"hub:7, hub:8",']
        bring(write(tmp_path / "b.csv", HEADER, *rows), rules=Rules(restore=True))
        assert [ids_of(record) for record in records("contact")] == [
            ["hub:7", "sap:7", "smallcrm:1"], ["hub:8", "smallcrm:2"],
        ]  # fmt: skip


IDS = [{"source": "hub", "key": "7, x"}, {"source": "sap", "key": '"7"'}, {"source": "sap", "key": "8:9"}]


@pytest.mark.parametrize("kind", ["csv", "json", "ndjson", "xlsx", "vcard"])
@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_every_format_brings_the_ids_back(world: World, tmp_path: Path, kind: str) -> None:
    """With commas, quotes and colons in them."""
    path = tmp_path / f"people.{ {'vcard': 'vcf'}.get(kind, kind) }"
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        _add(CONTACT, {"first_name": "Ann", "last_name": "Lee", "external_ids": IDS})
        fields = chosen_columns(CONTACT, ",".join(exporting.export_keys(CONTACT)))
        exporting.export_file(path, CONTACT, exporting.Wanted(fields, kind), force=True, progress=lambda _count: None)
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        bring(path)
        assert ids_of(only("contact"))[:3] == ["hub:7, x", 'sap:"7"', "sap:8:9"]


def test_work_names_the_same_people_and_records(world: World, tmp_path: Path) -> None:
    """Names with commas, semicolons and no name at all; people at another company; what several have is left out."""
    nouns = (COMPANY, CONTACT, DEAL, TICKET, ACTIVITY)

    def shown() -> list[list[dict[str, str]]]:
        return [told(exported(tmp_path / "again.csv", noun, COLUMNS.get(noun.name, ""))) for noun in nouns]

    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        for name in ("Acme, Inc.", "Bolt", "Twin"):
            add(COMPANY, Edit({"name": name}), EUR)
        add(CONTACT, Edit({"first_name": "Ann;", "last_name": "Lee, Jr.", "companies": "2"}), EUR)
        add(CONTACT, Edit({"emails": "bo@x.example"}), EUR)
        add(CONTACT, Edit({"first_name": "Twin"}), EUR)
        deal = {"name": "Big, deal", "company": "1", "contacts": "1,2", "tags": "a;b,c", "external_ids": "hub:1,sap:2"}
        add(DEAL, Edit({**deal, "amount": "1000.50EUR", "description": "<b>N/A</b>"}), EUR)
        add(TICKET, Edit({"subject": "=Help", "company": "1", "requester": "1", "external_ids": "hub:1"}), EUR)
        add(ACTIVITY, Edit({"subject": "Call", "kind": "call", "links": "contact:1,deal:1,company:2,ticket:1"}), EUR)
        add(ACTIVITY, Edit({"subject": "Note", "kind": "note", "links": "contact:3"}), EUR)
        files = [exported(tmp_path / f"{noun.plural}.csv", noun) for noun in nouns]
        before = shown()
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        report = bring(*files)
        assert [str(warning) for warning in report.files[-1].warnings] == [
            "line 3: no one record is called 'Twin'; that is left out"
        ]
        before[-1][1]["links"] = ""
        assert shown() == before
        assert {name: fate[:4] for name, fate in fates(bring(*files)).items()} == {
            "companies.csv": (0, 0, 0, 3), "contacts.csv": (0, 0, 0, 3), "deals.csv": (0, 0, 0, 1),
            "tickets.csv": (0, 0, 0, 1), "activities.csv": (0, 0, 0, 2),
        }  # fmt: skip
