"""Blank cells: they say nothing, unless they are to empty what a known record has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import undo
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import addresses, bring, fates, only, places, records, write
from tests.support import custom
from tests.support.canonical import export
from tests.support.cast import MARA

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.report import Report
    from tests.support.world import World

CLEAR = Rules(clear_blanks=True)
PERSON = "Record ID,First Name,Last Name,Email"


def add(noun: Noun, **values: Any) -> int:
    """A record; gives its id."""
    with operation("add") as op:
        return op.create(noun, values)


def clear(path: Path, **how: Any) -> Report:
    """Import a file whose blanks count."""
    return bring(path, rules=CLEAR, **how)


def test_blank_cells_empty_the_fields_of_a_known_record(mara: World, tmp_path: Path) -> None:
    """Every kind of field of which the file has a column, and no other; again it is unchanged; one undo."""
    header = f"{PERSON},Nickname,Title,City,Birthday,Notes,Owner,Website,Company,Tags,Phone"
    full = f"1,Ann,Lee,ann@x.example,Annie,CEO,Bonn,2000-01-02,Hi,{MARA.email},https://x.example,Acme,a; b,+49 30 1"
    bring(write(tmp_path / "a.csv", header, full))
    assert mara.north
    with operation("more") as op:
        op.update(CONTACT, only("contact")["id"], {"department": "Sales", "street": "Weg 1", "prefix": "Dr"})
    before = export()
    blank = write(tmp_path / "b.csv", header, "1,Ann,Lee,ann@x.example,,,,,,,,,,")
    assert fates(bring(blank))["b.csv"] == (0, 0, 0, 1, 0, 0)
    assert fates(clear(blank))["b.csv"] == (0, 1, 0, 0, 0, 0)
    record = only("contact")
    emptied = (
        "nickname",
        "title",
        "city",
        "birthday",
        "description",
        "owner",
        "website",
        "companies",
        "tags",
        "phones",
    )
    assert [record[key] for key in emptied] == [None] * 7 + [[], [], []]
    assert (record["name"], addresses(record), record["prefix"]) == ("Ann Lee", ["ann@x.example"], "Dr")
    assert (record["department"], record["street"]) == ("Sales", "Weg 1")
    assert clear(blank).operation is None
    undo.undo()
    assert export() == before


def test_an_opt_out_and_a_stage_stay(mara: World, tmp_path: Path) -> None:
    """A blank lifts no opt-out, takes nobody back, and takes no id away."""
    del mara
    header = f"{PERSON},Lifecycle Stage,Opt Out"
    bring(write(tmp_path / "a.csv", header, "1,Ann,Lee,ann@x.example,customer,yes"))
    before = export()
    assert clear(write(tmp_path / "b.csv", header, "1,Ann,Lee,ann@x.example,,", "1,Ann,Lee,,lead,no")).operation is None
    assert export() == before


def test_a_name_is_one_value_and_stays_where_a_row_has_none(mara: World, tmp_path: Path) -> None:
    """Beside a last name a blank first name counts; a row with an address alone takes no name away."""
    del mara
    header = f"{PERSON},Nickname"
    bring(write(tmp_path / "a.csv", header, "1,Ann,Lee,ann@x.example,A", "2,Bo,Ray,bo@x.example,B"))
    path = write(tmp_path / "b.csv", header, "1,,Lee,ann@x.example,A", "2,,,bo@x.example,", "3,,,,C")
    report = clear(path)
    assert fates(report)["b.csv"] == (1, 2, 0, 0, 0, 0)
    assert [(r["name"], r["nickname"]) for r in records("contact")] == [("Lee", "A"), ("Bo Ray", None), ("C", "C")]


def test_a_row_that_names_nobody_is_rejected(mara: World, tmp_path: Path) -> None:
    """The address of a contact that nothing else names is not taken away."""
    del mara
    bring(write(tmp_path / "a.csv", PERSON, "1,,,ann@x.example", "2,Bo,Ray,bo@x.example"))
    before = export()
    report = clear(write(tmp_path / "b.csv", PERSON, "1,,,", "2,Bo,Ray,bo@x.example"))
    assert [(line, reason) for line, reason, _row in report.files[0].rejected] == [(2, "no name or e-mail address")]
    assert export() == before


def test_lists_become_what_the_row_says(mara: World, tmp_path: Path) -> None:
    """What the row lacks goes, what it has stays as it is; a place that has ended is kept."""
    del mara
    ended, old = add(COMPANY, name="Past"), add(COMPANY, name="Old")
    add(CONTACT, first_name="Ann", last_name="Lee",
        emails=[{"address": "old@x.example"}, {"address": "ann@x.example", "label": "work"}],
        phones=[{"number": "+49 30 1"}, {"number": "+49 (30) 2345678", "label": "mobile"}],
        tags=[{"name": "a"}, {"name": "b"}],
        companies=[{"company": ended, "ended": "2020-01-01"}, {"company": old, "role": "CTO"}])  # fmt: skip
    header = "First Name,Last Name,Email,Phone,Tags,Company"
    path = write(
        tmp_path / "a.csv", header, "Ann,Lee,new@x.example; ann@x.example,+49 30 2345678; +49 30 3456789,b; c,New"
    )
    clear(path)
    record = only("contact")
    assert record["emails"] == [
        {"address": "new@x.example", "primary": True}, {"address": "ann@x.example", "label": "work"}
    ]  # fmt: skip
    assert [element["number"] for element in record["phones"]] == ["+49 (30) 2345678", "+49 30 3456789"]
    assert sorted(tag["name"] for tag in record["tags"]) == ["b", "c"]
    assert sorted(places(record)) == ["New", "Past"]
    assert clear(path).operation is None


def test_columns_with_labels_stand_for_these_labels(mara: World, tmp_path: Path) -> None:
    """A file of mobile phones says nothing of the others."""
    del mara
    add(CONTACT, first_name="Ann", emails=[{"address": "ann@x.example"}],
        phones=[{"number": "+49 30 1", "label": "work"}, {"number": "+49 170 2", "label": "mobile"}])  # fmt: skip
    clear(write(tmp_path / "a.csv", "First Name,Email,Mobile Phone", "Ann,ann@x.example,"))
    assert [element["number"] for element in only("contact")["phones"]] == ["+49 30 1"]


def test_what_cannot_be_read_is_not_blank(mara: World, tmp_path: Path) -> None:
    """It is left out with a warning, and what was there stays."""
    del mara
    header = f"{PERSON},Birthday,Phone"
    bring(write(tmp_path / "a.csv", header, "1,Ann,Lee,ann@x.example,2000-01-02,+49 30 1"))
    before = export()
    report = clear(write(tmp_path / "b.csv", header, "1,Ann,Lee,ann@x.example,soon,call me"))
    assert (len(report.files[0].warnings), report.operation) == (2, None)
    assert export() == before


def test_the_first_of_several_rows_empties_and_the_others_fill(mara: World, tmp_path: Path) -> None:
    """The second row about somebody takes nothing away that the first has given."""
    del mara
    header = f"{PERSON},Title,City,Tags"
    bring(write(tmp_path / "a.csv", header, "1,Ann,Lee,ann@x.example,CEO,Bonn,a"))
    clear(write(tmp_path / "b.csv", header, "1,Ann,Lee,ann@x.example,CTO,,b", "1,Ann,Lee,ann@x.example,,Ulm,c"))
    record = only("contact")
    assert (record["title"], record["city"], [tag["name"] for tag in record["tags"]]) == ("CTO", "Ulm", ["b", "c"])


def test_blanks_of_companies(mara: World, tmp_path: Path) -> None:
    """An amount, a number, a parent and domains; never the name."""
    del mara
    header = "Company ID,Company Name,Domain,Industry,Number of Employees,Annual Revenue,Parent Company"
    bring(write(tmp_path / "a.csv", header, "1,Top,,,,,", "2,Bolt,bolt.example,Steel,10,5000,Top"))
    before = export()
    path = write(tmp_path / "b.csv", header, "2,,bolt.example,,,,")
    assert fates(clear(path))["b.csv"] == (0, 1, 0, 0, 0, 0)
    bolt = records("company")[1]
    assert [bolt[key] for key in ("name", "industry", "employees", "revenue", "parent")] == ["Bolt", *[None] * 4]
    assert clear(path).operation is None
    clear(write(tmp_path / "c.csv", header, "2,Bolt,,,,,"))
    assert records("company")[1]["domains"] == []
    undo.undo()
    undo.undo()
    assert export() == before


def test_a_row_without_a_name_renames_no_company(mara: World, tmp_path: Path) -> None:
    """It is known by its domain, which is not made its name."""
    del mara
    add(COMPANY, name="Bolt", domains=[{"domain": "bolt.example"}])
    bring(write(tmp_path / "a.csv", "Company Name,Domain,Industry", ",bolt.example,Steel"))
    assert (only("company")["name"], only("company")["industry"]) == ("Bolt", "Steel")


def test_blanks_of_fields_of_the_workspace(adam: World, tmp_path: Path) -> None:
    """One value and several are emptied; a required one refuses its row, which changes nothing then."""
    del adam
    custom.define("contact", "Size", "integer")
    custom.define("contact", "Likes", "multi-select", options=("Tea", "Rum"))
    header = f"{PERSON},Size,Likes,Grade"
    path = write(tmp_path / "a.csv", f"{PERSON},Size,Likes", "1,Ann,Lee,ann@x.example,38,tea; rum")
    bring(path)
    clear(write(tmp_path / "b.csv", f"{PERSON},Size,Likes", "1,Ann,Lee,ann@x.example,many,rum"))
    assert (only("contact")["size"], only("contact")["likes"]) == (38, [{"value": "rum"}])
    blank = write(tmp_path / "c.csv", f"{PERSON},Size,Likes", "1,Ann,Lee,ann@x.example,,")
    clear(blank)
    assert (only("contact")["size"], only("contact")["likes"]) == (None, [])
    assert clear(blank).operation is None
    custom.define("contact", "Grade", required="yes", default="A")
    source = "hubspot"
    with operation("set") as op:
        ids = [*only("contact")["external_ids"], {"source": source, "key": "1"}]
        op.update(CONTACT, only("contact")["id"], {"grade": "B", "external_ids": ids})
    report = clear(write(tmp_path / "d.csv", header, "1,Ann,Lee,ann@x.example,40,,"))
    assert [reason for _line, reason, _row in report.files[0].rejected] == ["A contact needs a value in Grade."]
    assert (only("contact")["size"], only("contact")["grade"]) == (None, "B")


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_new_records_have_no_blanks_to_clear(mara: World, tmp_path: Path) -> None:
    """Whatever is blank, a new record is the same with and without."""
    del mara
    path = write(tmp_path / "a.csv", f"{PERSON},Title", "1,Ann,Lee,,", "2,,,bo@x.example,CEO")
    bring(path)
    plain = records("contact")
    undo.undo()
    clear(path)
    assert [(r["name"], r["title"]) for r in records("contact")] == [(r["name"], r["title"]) for r in plain]
