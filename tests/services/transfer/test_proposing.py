"""Columns that no field is for, made into fields by the import itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.errors import Conflict, NotAllowed, UsageError
from smallcrm.models.custom import CustomField
from smallcrm.services import field_changes
from smallcrm.services.fields import MOST
from smallcrm.services.records import undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.logbook import newest_change
from smallcrm.services.transfer import importing
from smallcrm.services.transfer.readers.archive import SHOWN
from tests.services.transfer.bringing import bring, fates, records, write
from tests.support.canonical import export
from tests.support.cast import EUR

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

HEADER = "First Name,Last Name,Email,Shoe Size,Segment"
ROWS = ("Ann,Lee,ann@x.example,38,gold", "Bo,Ray,bo@x.example,,silver")


def made() -> dict[str, str]:
    """The live fields: key and type."""
    return {row["key"]: row["type"] for row in records("field")}


def test_one_operation_makes_the_fields_and_the_records(adam: World, tmp_path: Path) -> None:
    """And one undo takes both back; the same file again changes nothing."""
    del adam
    before = export()
    path = write(tmp_path / "people.csv", HEADER, *ROWS)
    report = bring(path, unknown="custom")
    assert fates(report)["people.csv"] == (2, 0, 0, 0, 0, 0)
    assert report.files[0].also_created == {"field": 2}
    assert report.files[0].new_fields == {"shoe_size": "integer", "segment": "text"}
    assert [(one["shoe_size"], one["segment"]) for one in records("contact")] == [(38, "gold"), (None, "silver")]
    after = export()
    assert bring(path, unknown="custom").operation is None
    assert export() == after
    undo.undo()
    assert (export(), made()) == (before, {})
    undo.redo()
    assert export() == after


def test_a_dry_run_makes_nothing(adam: World, tmp_path: Path) -> None:
    """It tells the same, and nothing of it stays."""
    del adam
    before = export()
    report = bring(write(tmp_path / "people.csv", HEADER, *ROWS), unknown="custom", dry_run=True)
    assert report.files[0].also_created == {"field": 2}
    assert fates(report)["people.csv"] == (2, 0, 0, 0, 0, 0)
    assert (export(), made()) == (before, {})


def test_a_column_of_several_files_is_one_field(adam: World, tmp_path: Path) -> None:
    """It holds what is in all of them; each noun has its own."""
    del adam
    one = write(tmp_path / "a.csv", HEADER, *ROWS)
    two = write(tmp_path / "b.csv", HEADER, "Cy,Doe,cy@x.example,9 1/2,gold")
    firms = write(tmp_path / "c.csv", "Company Name,Domain,Segment", "Acme,acme.example,retail")
    report = bring(one, two, firms, unknown="custom")
    assert made() == {"shoe_size": "text", "segment": "text"}
    assert {file.name: file.also_created.get("field", 0) for file in report.files} == {
        "a.csv": 2,
        "b.csv": 0,
        "c.csv": 1,
    }
    assert CustomField.select().where(CustomField.object == "company").count() == 1


def test_a_key_that_is_taken_gets_a_number(adam: World, tmp_path: Path) -> None:
    """And a header without a letter of a key is its label all the same."""
    del adam
    header = HEADER.replace("Shoe Size", "Help").replace("Segment", "メモ欄")
    bring(write(tmp_path / "people.csv", header, *ROWS), unknown="custom")
    assert made() == {"help_2": "integer", "field": "text"}
    assert [(one["help_2"], one["field"]) for one in records("contact")] == [(38, "gold"), (None, "silver")]


def test_a_field_of_that_key_is_filled(adam: World, tmp_path: Path) -> None:
    """What is there by that name, written otherwise, is not made twice."""
    del adam
    field_changes.add(Edit(set={"object": "contact", "label": "Size of shoe", "key": "shoe_size"}), [], EUR)
    bring(write(tmp_path / "people.csv", HEADER, *ROWS), unknown="custom")
    assert made() == {"shoe_size": "text", "segment": "text"}


def test_a_field_that_is_archived_is_not_made_again(adam: World, tmp_path: Path) -> None:
    """That is told, with what brings it back, and the rest is imported."""
    del adam
    number = field_changes.add(Edit(set={"object": "contact", "label": "Segment"}), [], EUR).changed[0]
    field_changes.archive([number])
    report = bring(write(tmp_path / "people.csv", HEADER, *ROWS), unknown="custom")
    assert fates(report)["people.csv"] == (2, 0, 0, 0, 0, 0)
    told = "A contact has an archived field 'Segment' already (smallcrm field restore segment)."
    assert report.left_out == [f"people.csv: no field is made of 'Segment': {told}"]


def test_a_column_that_is_to_be_skipped_makes_none(adam: World, tmp_path: Path) -> None:
    """As `--map HEADER=-` says."""
    del adam
    bring(write(tmp_path / "people.csv", HEADER, *ROWS), unknown="custom", targets={"Segment": "-"})
    assert made() == {"shoe_size": "integer"}


def test_columns_without_values_or_names_make_nothing(adam: World, tmp_path: Path) -> None:
    """A column with nothing in it, and a file without a header."""
    del adam
    bring(write(tmp_path / "a.csv", HEADER + ",Empty", *(f"{row}," for row in ROWS)), unknown="custom")
    assert "empty" not in made()
    bring(write(tmp_path / "b.csv", "Cy Doe,cy@x.example,13", "Di Fox,di@x.example,14"), unknown="custom")
    assert set(made()) == {"shoe_size", "segment"}


def test_who_may_not_add_fields_may_not_here(mara: World, tmp_path: Path) -> None:
    """Mara imports, and does not configure."""
    path = write(tmp_path / "people.csv", HEADER, *ROWS)
    del mara
    with pytest.raises(NotAllowed):
        bring(path, unknown="custom")
    assert fates(bring(path))["people.csv"] == (2, 0, 0, 0, 0, 0)


def test_a_field_that_somebody_adds_meanwhile_stops_it(
    adam: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its number would be another's: nothing is imported."""
    del adam
    path = write(tmp_path / "people.csv", HEADER, *ROWS)

    def meanwhile() -> int:
        field_changes.add(Edit(set={"object": "deal", "label": "Other"}), [], EUR)
        return newest_change()

    monkeypatch.setattr(importing, "newest_change", meanwhile)
    with pytest.raises(Conflict, match="nothing was imported"):
        bring(path, unknown="custom")
    assert made() == {"other": "text"}
    assert records("contact") == []


def test_another_word_is_refused(adam: World, tmp_path: Path) -> None:
    """Skip or custom."""
    del adam
    with pytest.raises(UsageError, match="'maybe'"):
        bring(write(tmp_path / "people.csv", HEADER, *ROWS), unknown="maybe")


def test_a_workspace_has_room_for_so_many_fields(adam: World, tmp_path: Path) -> None:
    """The rest is told in a few lines."""
    del adam
    header, row = (",".join(["Email", *(f"{word}{n}" for n in range(MOST + 15))]) for word in ("Size ", ""))
    report = bring(write(tmp_path / "people.csv", header, "ann@x.example" + row[5:]), unknown="custom")
    assert len(made()) == MOST
    assert len(report.left_out) == SHOWN + 1
    assert report.left_out[-1] == f"No field is made of {15 - SHOWN} more columns."
