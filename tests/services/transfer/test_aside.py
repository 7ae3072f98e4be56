"""Rows that were deleted or are private where a file is from stay away, counted and told, and come in on request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.services.values.dates import DateOrder
from tests.services.transfer.bringing import bring, records, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

PEOPLE = ("First Name,Last Name,Email,IsDeleted", "Ann,Lee,a@x.org,false", "Bob,Ray,b@x.org,true", "Cy,Poe,c@x.org,")
DEALS = ("Opportunity Name,Stage,Amount,Account Name,IsDeleted", "Roof,Lead,5 EUR,Acme,0", "Door,Gone,5 EUR,Bolt,1")


@pytest.mark.parametrize(("lines", "noun", "kept"), [(PEOPLE, "contact", 2), (DEALS, "deal", 1)])
def test_they_are_passed_over(adam: World, tmp_path: Path, lines: tuple[str, ...], noun: str, kept: int) -> None:
    """People and work; they make nothing along, no stage either; a second import changes nothing."""
    del adam
    path = write(tmp_path / "a.csv", *lines)
    report = bring(path, decimal=".").files[0]
    assert (report.created, report.passed_over, report.rows) == (kept, 1, len(lines) - 1)
    assert report.warnings[0].startswith("1 row was deleted in the program that the file is from (IsDeleted)")
    assert [company["name"] for company in records("company")] == (["Acme"] if noun == "deal" else [])
    assert "Gone" not in [stage["name"] for stage in records("stage")]
    again = bring(path, decimal=".").files[0]
    assert (again.created, again.updated, again.passed_over) == (0, 0, 1)


def test_they_come_in_where_the_column_is_left_out(adam: World, tmp_path: Path) -> None:
    """Whoever says that the column means nothing gets all rows."""
    del adam
    report = bring(write(tmp_path / "a.csv", *PEOPLE), targets={"IsDeleted": "-"}).files[0]
    assert (report.created, report.passed_over, report.warnings) == (3, 0, [])


def test_a_time_of_deletion_tells_too(adam: World, tmp_path: Path) -> None:
    """Whatever it is written like; what databases write for nothing is none."""
    del adam
    lines = ("Ann,Lee,a@x.org,", "Bob,Ray,b@x.org,2026-01-31 10:00", "Cy,Poe,c@x.org,NULL", "Di,Roe,d@x.org,false")
    report = bring(write(tmp_path / "a.csv", "First Name,Last Name,Email,deleted_at", *lines)).files[0]
    assert (report.created, report.passed_over) == (3, 1)


def test_private_appointments_stay_away(adam: World, tmp_path: Path) -> None:
    """A calendar is imported for everybody; what is private in it is passed over, in any of its words."""
    del adam
    header = "Subject,Start Date,Start Time,End Date,End Time,Private,Sensitivity"
    lines = ("Ask,1/31/2026,9:00,1/31/2026,10:00,False,Normal", "Pay,1/31/2026,9:00,1/31/2026,10:00,True,Normal",
             "Cry,1/31/2026,9:00,1/31/2026,10:00,False,Private")  # fmt: skip
    report = bring(write(tmp_path / "a.csv", header, *lines), order=DateOrder.MDY).files[0]
    assert (report.created, report.passed_over, report.noun) == (1, 2, "activity")
    assert [warning[:58] for warning in report.warnings[:2]] == [
        "1 row was private in the calendar that the file is from (P",
        "1 row was private in the calendar that the file is from (S",
    ]
