"""Imports into the workspace's own fields: every type, what must not be missing, what only one may have, one undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import UsageError
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import editing, schema, undo
from smallcrm.services.records.definitions import TYPES
from smallcrm.services.records.editing import Edit
from smallcrm.services.transfer import exporting
from tests.services.transfer.bringing import bring, fates, only, records, write, write_cells
from tests.support import custom
from tests.support.canonical import export
from tests.support.cast import EUR

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("adam")

CELLS = {
    "text": ("  Blue\nsky ", "Blue sky"),
    "long_text": ("<p>One</p><p>Two</p>", "One\nTwo"),
    "integer": ("1.234", 1234),
    "decimal": ("1.234,50", "1234.50"),
    "money": ("99,90 $US", None),
    "date": ("31.12.2026", "2026-12-31"),
    "datetime": ("2026-03-31T14:00:00Z", 1774965600000000),
    "boolean": ("ja", True),
    "select": ("gold", "gold"),
    "multi_select": ("Tin; GOLD", [{"value": "tin"}, {"value": "gold"}]),
    "url": ("https://example.com/a", "https://example.com/a"),
    "email": ("Ann@Example.com", "Ann@Example.com"),
    "phone": ("+49 30 1234567", "+49 30 1234567"),
}


def one(name: str) -> dict[str, Any]:
    """The values that the one live record has in the workspace's own fields."""
    record = only(name)
    return {key: value for key, value in record.items() if key.startswith("my_") and value not in (None, [])}


def test_each_type_is_read_as_what_it_is(tmp_path: Path) -> None:
    """A cell of every type, under the field's label, in the marks and words of a German file."""
    custom.define_all("contact")
    said = {**CELLS, "money": ("1.099,90 €", {"amount": 109990, "currency": "EUR"})}
    header = [
        "Name",
        "E-Mail",
        *(f"My {key.replace('_', ' ').replace('multi select', 'multi-select')}" for key in said),
    ]
    bring(
        write_cells(tmp_path / "people.csv", [header, ["Ann", "ann@x.example", *(cell for cell, _v in said.values())]])
    )
    assert one("contact") == {f"my_{key}": value for key, (_cell, value) in said.items()}
    assert set(said) | {"user", "record"} == {kind.replace(" ", "_").replace("-", "_") for kind in TYPES}


def test_a_person_and_a_record_are_found_by_their_names(tmp_path: Path) -> None:
    """A member by name or address, else a placeholder; a record by name or number, even one of the same command."""
    custom.define("contact", "Friend", "user")
    custom.define("contact", "Payer", "record", target="company")
    companies = write(tmp_path / "companies.csv", "Company name,Domain", "Acme,acme.example", "Bolt,bolt.example")
    people = write(
        tmp_path / "people.csv", "Name,Email,Friend,Payer", "Ann,a@x.example,Mara Member,ACME", "Bob,b@x.example,Zed,2",
        "Cy,c@x.example,,Nobody Inc",
    )  # fmt: skip
    report = bring(people, companies)
    ann, bob, cy = records("contact")
    acme, bolt = records("company")
    assert (ann["payer"], bob["payer"], cy["payer"]) == (acme["id"], bolt["id"], None)
    assert cy["friend"] is None
    assert len({ann["friend"], bob["friend"], None}) == 3
    said = report.files[1]
    assert said.also_created == {"member": 1}
    assert said.warnings == ["line 4: there is no one company 'Nobody Inc'; Payer stays empty"]


def test_what_is_no_value_is_named_and_left_out(tmp_path: Path) -> None:
    """The record comes in; the warning has the line, the column, the value and what would be one."""
    custom.define("contact", "Tier", "select", options=custom.OPTIONS)
    custom.define("contact", "Score", "integer")
    custom.define("contact", "Code")
    report = bring(
        write(
            tmp_path / "people.csv",
            "Name,Email,Tier,Score,Code",
            "Ann,a@x.example,Platinum,many," + "x" * 1001,
            "Bob,b@x.example,tin,7,ok",
        )
    )
    ann, bob = records("contact")
    assert (ann["tier"], ann["score"], ann["code"]) == (None, None, None)
    assert (bob["tier"], bob["score"], bob["code"]) == ("tin", 7, "ok")
    assert [text[: text.rindex(":")] for text in report.files[0].warnings] == [
        "line 2, Tier: not one of Gold, Silver, Tin",
        "line 2, Score: not a whole number",
        "line 2, Code: longer than 1,000 characters",
    ]


@pytest.mark.parametrize("word", ["fri", "today", "+2w", "eom", "now", "tomorrow 14:00", "2026-03"])
def test_a_word_of_a_day_is_no_date_in_a_file(tmp_path: Path, word: str) -> None:
    """Nobody knows when it was written; a person who types it does."""
    custom.define("contact", "Since", "date")
    custom.define("contact", "Seen", "datetime")
    path = write(tmp_path / "people.csv", "Name,Email,Since,Seen,Birthday", f"Ann,a@x.example,{word},{word},{word}")
    warned = bring(path).files[0].warnings
    ann = only("contact")
    assert (ann["since"], ann["seen"], ann["birthday"]) == (None, None, None)
    assert [text.partition(f": {word!r}")[0] for text in warned] == [
        "line 2, Birthday: not a date", "line 2, Since: not a date", "line 2, Seen: not a date and time"
    ]  # fmt: skip


def test_a_new_record_needs_what_is_required_and_gets_what_is_the_default(tmp_path: Path) -> None:
    """A row without the required value is rejected, with the repeat of it; a known record is not."""
    known = custom.add(emails="known@x.example")
    custom.define("contact", "Tier", "select", options=custom.OPTIONS, required="yes")
    custom.define("contact", "Level", "multi-select", options=custom.OPTIONS, default="gold, tin")
    file = write(
        tmp_path / "people.csv", "Name,Email,Tier", "Ann,a@x.example,gold", "Bob,b@x.example,", "Bob,B@x.example,",
        "Ann Known,known@x.example,", "Cy,c@x.example,", "Cy,c@x.example,tin",
    )  # fmt: skip
    report = bring(file)
    assert fates(report) == {"people.csv": (2, 0, 1, 1, 2, 0)}
    assert sorted(report.files[0].rejected) == [(line, "no Tier, which every contact needs", []) for line in (3, 4)]
    old, ann, cy = records("contact")
    assert (old["id"] & 0xFFFF, ann["tier"], cy["tier"]) == (known, "gold", "tin")
    assert ann["level"] == cy["level"] == [{"value": "gold"}, {"value": "tin"}]
    assert old["level"] == []


def test_a_unique_value_stays_with_the_first_who_has_it(tmp_path: Path) -> None:
    """Another record's value, and a later row's of the same file, is left out and named; a known record keeps it."""
    custom.define("contact", "Code", unique="yes")
    custom.add(emails="known@x.example", code="A-1")
    report = bring(
        write(
            tmp_path / "people.csv",
            "Name,Email,Code",
            "Ann,a@x.example,a-1",
            "Bob,b@x.example,B-1",
            "Cy,c@x.example,b-1",
            "Ann,known@x.example,A-1",
        )
    )
    assert [record["code"] for record in records("contact")] == ["A-1", None, "B-1", None]
    assert report.files[0].warnings == [
        "line 2: contact 1 has the Code 'a-1' already; it is left out",
        "line 4: another row has the Code 'b-1' already; it is left out",
    ]
    assert report.files[0].unchanged == 1


def test_the_same_file_again_changes_nothing_and_a_new_value_is_an_update(tmp_path: Path) -> None:
    """Blank leaves a value alone, a list grows, and a second row about one person fills what the first leaves blank."""
    custom.define("contact", "Tier", "select", options=custom.OPTIONS)
    custom.define("contact", "Levels", "multi-select", options=custom.OPTIONS)
    custom.define("contact", "Note")
    head = "Name,Email,Tier,Levels,Note"
    file = write(tmp_path / "people.csv", head, "Ann,a@x.example,gold,tin,", "Bob,b@x.example,,,hello")
    bring(file)
    assert fates(bring(file)) == {"people.csv": (0, 0, 0, 2, 0, 0)}
    before = export()
    more = write(
        tmp_path / "more.csv", head, "Ann,a@x.example,,gold,new", "Ann,a@x.example,silver,,other",
        "Bob,b@x.example,tin,,",
    )  # fmt: skip
    report = bring(more)
    ann, bob = records("contact")
    assert (ann["tier"], ann["levels"], ann["note"]) == ("silver", [{"value": "tin"}, {"value": "gold"}], "new")
    assert (bob["tier"], bob["note"]) == ("tin", "hello")
    assert fates(report) == {"more.csv": (0, 2, 1, 0, 0, 0)}
    assert report.files[0].warnings == ["line 3: the same contact as line 2: Note stays 'new', not 'other'"]
    undo.undo()
    assert export() == before


LONG = "0.123456789012345678901"


@pytest.mark.parametrize(
    ("typed", "cell", "became"),
    [("7", "7", "7"), ("7", "7.0", "7"), ("7.50", "7.5", "7.50"), ("7", "8.0", "8.0"), (LONG, f"{LONG}2", f"{LONG}2")],
)
@pytest.mark.parametrize("name", ["contact", "deal"])
def test_a_decimal_is_kept_as_it_is_written_and_compared_as_a_number(
    tmp_path: Path, name: str, typed: str, cell: str, became: str
) -> None:
    """What was typed by hand stays where a file has the same number with more or fewer places."""
    custom.define(name, "Size", "decimal")
    heads, said = (
        ("First Name,Email", "Ann,ann@x.example") if name == "contact" else ("Deal Name,Stage,Deal ID", "Roof,Lead,7")
    )
    bring(write(tmp_path / "first.csv", f"{heads},Size", f"{said},{typed}"), noun=name)
    assert only(name)["size"] == typed
    editing.edit_many(schema.noun(name), [1], Edit({"size": typed}), EUR)
    report = bring(write(tmp_path / "again.csv", f"{heads},Size", f"{said},{cell}"), noun=name)
    assert only(name)["size"] == became
    assert (report.files[0].updated, report.files[0].unchanged) == ((0, 1) if typed == became else (1, 0))


def test_a_repeat_gives_the_first_row_what_it_lacks(tmp_path: Path) -> None:
    """One person on three lines: each field from the first line that has it."""
    custom.define("contact", "Tier", "select", options=custom.OPTIONS)
    custom.define("contact", "Note")
    bring(
        write(
            tmp_path / "people.csv",
            "Name,Email,Tier,Note",
            "Ann,a@x.example,,",
            "Ann,a@x.example,gold,",
            "Ann,a@x.example,tin,third",
        )
    )
    ann = only("contact")
    assert (ann["tier"], ann["note"]) == ("gold", "third")


def test_an_undo_hides_the_values_and_the_corrected_file_comes_in(tmp_path: Path) -> None:
    """What an undone import had is nobody's; redo brings it back."""
    custom.define("company", "Code", unique="yes")
    file = write(tmp_path / "companies.csv", "Company name,Domain,Code", "Acme,acme.example,A-1")
    bring(file)
    full = export()
    undo.undo()
    undo.redo()
    assert export() == full
    undo.undo()
    bring(write(tmp_path / "again.csv", "Company name,Domain,Code", "Acme,acme.example,A-1"))
    assert only("company")["code"] == "A-1"


def test_what_is_exported_comes_in_again_as_it_was(tmp_path: Path) -> None:
    """Every type but those that name others, through CSV, into an empty workspace with the same fields."""
    custom.define_all("company")
    custom.add("company", name="Acme", my_text="=1+1", my_integer="-3", my_decimal="0.50", my_money="12.30 USD",
               my_date="2026-02-03", my_datetime="2026-02-03T04:05Z", my_boolean="no", my_select="tin",
               my_multi_select="gold, tin", my_url="https://x.example", my_email="a@x.example",
               my_phone="+49 30 1234567")  # fmt: skip
    before = one("company")
    keys = ["name", *(field.key for field in COMPANY.custom if field.key not in ("my_user", "my_record"))]
    fields = [COMPANY.by_key[key] for key in keys]
    file = tmp_path / "companies.csv"
    file.write_text("".join(exporting.export_text(COMPANY, fields, "csv")), encoding="utf-8")
    undo.undo()
    report = bring(file, noun="company")
    assert report.files[0].warnings == []
    assert one("company") == before


def test_map_names_a_field_by_key_or_label_and_the_nearest_one(tmp_path: Path) -> None:
    """--map goes to the workspace's own fields; a key that is none is told what is near."""
    custom.define("contact", "Loyalty Tier")
    file = write(tmp_path / "people.csv", "Name,Email,Status", "Ann,a@x.example,vip")
    with pytest.raises(UsageError, match="loyalty_tier"):
        bring(file, targets={"Status": "loyalty_teir"})
    bring(file, targets={"Status": "loyalty_tier"})
    assert only("contact")["loyalty_tier"] == "vip"
    assert [field.key for field in CONTACT.custom] == ["loyalty_tier"]
