"""Rows as activities: kind, subject, day or time, whether they were done, how long they took."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.clock import from_micros
from smallcrm.services import activities as activity_verbs
from tests.services.transfer.bringing import bring, fates, only, records, write_cells
from tests.services.transfer.work.filing import Said, at, file_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


def one(folder: Path, zone: str = "Europe/Berlin", **said: str) -> dict[str, Any]:
    """The activity of a file of one row, its columns named with _ for spaces."""
    header = [name.replace("_", " ") for name in said]
    bring(write_cells(folder / "a.csv", [header, list(said.values())]), noun="activity", zone=zone)
    return records("activity")[-1]


def test_kind_and_subject_are_concluded_where_nothing_says_them(mara: World, tmp_path: Path) -> None:
    """From the columns that are filled, and from the text."""
    del mara
    found = [
        one(tmp_path, Activity_Type="Anruf", Subject="A"),
        one(tmp_path, Activity_Type="Swimming", Subject="A"),
        one(tmp_path, Activity_Type="Swimming", Notes=""),
        one(tmp_path, Subject="", Description="word " * 40, Activity_Type=""),
        one(tmp_path, Subject="Termin", Start_Date="2026-03-01", Start_Time="10:00"),
        one(tmp_path, Subject="Tun", Due_Date="2026-12-01"),
    ]
    assert [row["kind"] for row in found] == ["call", "task", "task", "task", "meeting", "task"]
    assert found[2]["subject"] == "Swimming"
    assert (found[3]["subject"].endswith("…"), len(found[3]["subject"]) <= 80) == (True, True)


@pytest.mark.parametrize(
    ("zone", "day", "clock", "due"),
    [
        ("Europe/Berlin", "2026-07-01", "14:30", "2026-07-01T12:30Z"),
        ("America/New_York", "2026-07-01", "14:30", "2026-07-01T18:30Z"),
        ("America/New_York", "2026-07-01", "2:30 PM", "2026-07-01T18:30Z"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30Z"),
        ("Europe/Berlin", "2026-07-01", "", "2026-07-01"),
        ("Europe/Berlin", "2026-07-01", "25:99", "2026-07-01"),
        ("Europe/Berlin", "2026-07-01 09:00", "14:30", "2026-07-01T07:00Z"),
        ("Europe/Berlin", "", "14:30", None),
    ],
)
def test_a_time_beside_a_day(mara: World, tmp_path: Path, zone: str, day: str, clock: str, due: str | None) -> None:
    """Makes it an instant in the zone; a day alone stays one."""
    del mara
    found = one(tmp_path, zone, Task_Name="A", Due_Date=day, Due_Time=clock)
    assert (found["due"], found["status"]) == (due, "open")


@pytest.mark.parametrize(
    ("said", "kind", "status", "done"),
    [
        ({"Activity Type": "Call", "Activity Date": "2026-02-01 10:00"}, "call", "done", at(2026, 2, 1, 9)),
        ({"Activity Type": "Call", "Activity Date": "2026-02-01"}, "call", "done", at(2026, 1, 31, 23)),
        ({"Activity Type": "Call", "Activity Date": "2026-09-01"}, "call", "open", None),
        ({"Activity Type": "Meeting", "Activity Date": "2026-02-01"}, "meeting", "done", at(2026, 1, 31, 23)),
        ({"Activity Type": "Email", "Activity Date": "2026-02-01"}, "email", "done", at(2026, 1, 31, 23)),
        ({"Activity Type": "Task", "Task Due Date": "2026-02-01"}, "task", "open", None),
        ({"Activity Type": "Task", "Task Status": "Completed", "Task Due Date": "2026-02-01"}, "task", "done", True),
        ({"Activity Type": "Task", "Task Status": "Cancelled"}, "task", "canceled", None),
        ({"Activity Type": "Note", "Task Status": "Open", "Task Due Date": "2026-09-01"}, "note", "done", True),
        ({"Activity Type": "Call", "Task Status": "Not Started", "Activity Date": "2026-02-01"}, "call", "open", None),
    ],
)
def test_what_was_done(
    mara: World, frozen_clock: object, tmp_path: Path, said: Said, kind: str, status: str, done: int | bool | None
) -> None:
    """By its status, else by whether its time has come: the clock stands in March 2026."""
    del mara, frozen_clock
    bring(file_of(tmp_path / "a.csv", "activity", {"Subject": "A", **said}), zone="Europe/Berlin")
    found = only("activity")
    assert (found["kind"], found["status"]) == (kind, status)
    assert (found["done_at"] is not None) == (done is not None)
    if not isinstance(done, bool):
        assert found["done_at"] == done


def test_when_it_was_made_is_when_it_took_place(mara: World, tmp_path: Path) -> None:
    """Unless the file says it, so that a timeline has it where it belongs."""
    del mara
    bring(
        file_of(
            tmp_path / "a.csv", "activity", {"Subject": "A", "Activity Type": "Note", "Activity Date": "2025-02-01"}
        )
    )
    assert only("activity")["created_at"] == from_micros(at(2025, 2, 1))


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ({"Duration": "1h 30m"}, 90),
        ({"Duration_In_Seconds": "600"}, 10),
        ({"Start_Date": "2026-02-01 10:00", "End_Date": "2026-02-01 11:15"}, 75),
        ({"Start_Date": "2026-02-01", "Start_Time": "10:00", "End_Date": "2026-02-01", "End_Time": "10:30"}, 30),
        ({"Start_Date": "2026-02-01", "Start_Time": "10:00", "End_Time": "10:45"}, 45),
        ({"Start_Date": "2026-03-29 01:30", "End_Date": "2026-03-29 03:30"}, 60),
        ({"Start_Date": "2026-02-01 10:00", "End_Date": "2026-02-01 09:00"}, None),
        ({"Start_Date": "2026-02-01", "End_Date": "2026-02-03"}, None),
        ({"Duration": "99999999999999999999"}, None),
    ],
)
def test_how_long_it_took(mara: World, tmp_path: Path, said: dict[str, str], minutes: int | None) -> None:
    """As is said, else from begin to end, across the hour that the zone leaves out too."""
    del mara
    assert one(tmp_path, Event_Name="A", **said)["duration"] == minutes


def test_only_calls_and_mails_have_a_direction(mara: World, tmp_path: Path) -> None:
    """And only where the word is one."""
    del mara
    words = (("Call", "Inbound"), ("Email", "Outgoing"), ("Meeting", "Inbound"), ("Call", "sideways"))
    found = [one(tmp_path, Activity_Type=kind, Subject="A", Direction=word)["direction"] for kind, word in words]
    assert found == ["in", "out", None, None]


def test_what_is_only_concluded_does_not_overrule(mara: World, tmp_path: Path) -> None:
    """What somebody did since stays done."""
    del mara
    path = file_of(tmp_path / "a.csv", "activity", {"Activity ID": "1", "Subject": "A", "Task Due Date": "2026-12-01"})
    bring(path)
    activity_verbs.done([1])
    assert fates(bring(path)) == {"a.csv": (0, 0, 0, 1, 0, 0)}
    assert only("activity")["status"] == "done"
