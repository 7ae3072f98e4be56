"""Imported work came about when its row says: made, in its stage or status, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm import clock
from tests.conftest import FROZEN_AT
from tests.services.transfer.bringing import bring, only, records
from tests.services.transfer.work.filing import Said, at, file_of
from tests.support.canonical import faults
from tests.support.cast import NORTH

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

NOW = clock.micros(FROZEN_AT)


def log_of(record: dict[str, Any], log: str, state: str) -> list[tuple[Any, int]]:
    """A log in its order."""
    return [(entry[state], entry["at"]) for entry in sorted(record[log], key=lambda entry: int(entry["at"]))]


@pytest.mark.parametrize(
    ("said", "created", "entered", "closed"),
    [
        ({}, NOW, NOW, None),
        ({"Create Date": "2025-01-01 10:00"}, at(2025, 1, 1, 9), at(2025, 1, 1, 9), None),
        ({"Deal Stage": "Won", "Close Date": "2025-02-01"}, at(2025, 1, 31, 23), at(2025, 1, 31, 23), True),
        (
            {"Deal Stage": "Won", "Create Date": "2025-01-01 10:00", "Close Date": "2025-02-01"},
            at(2025, 1, 1, 9),
            at(2025, 1, 31, 23),
            True,
        ),
        # It was made and won on one day: not won before it was made.
        (
            {"Deal Stage": "Won", "Create Date": "2025-02-01 10:00", "Close Date": "2025-02-01"},
            at(2025, 2, 1, 9),
            at(2025, 2, 1, 9),
            True,
        ),
        ({"Deal Stage": "Won", "Create Date": "2025-01-01"}, at(2024, 12, 31, 23), at(2024, 12, 31, 23), True),
        ({"Deal Stage": "Lead", "Close Date": "2025-02-01"}, NOW, NOW, None),
    ],
)
def test_deals(
    mara: World, frozen_clock: object, tmp_path: Path, said: Said, created: int, entered: int, *, closed: bool | None
) -> None:
    """The last entry of the log is the stage that it is in, and says when it was closed."""
    del mara, frozen_clock
    bring(file_of(tmp_path / "d.csv", "deal", {"Deal ID": "1", "Deal Name": "A", **said}), zone=NORTH.zone)
    deal = only("deal")
    assert clock.micros(deal["created_at"]) == created
    assert log_of(deal, "stage_log", "stage")[-1] == (deal["stage"], entered)
    assert deal["closed_at"] == (entered if closed else None)


def test_a_deal_is_not_won_in_the_future(mara: World, frozen_clock: object, tmp_path: Path) -> None:
    """Where the day on which it was to close still lies ahead, it closed by now."""
    del mara, frozen_clock
    bring(file_of(tmp_path / "d.csv", "deal", {"Deal Name": "A", "Deal Stage": "Won", "Close Date": "2027-01-01"}))
    deal = only("deal")
    assert (deal["closed_at"], deal["expected_close"]) == (NOW, "2027-01-01")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_end_of_the_calendar(mara: World, tmp_path: Path, day: str) -> None:
    """Are no instants in some zones, and no errors."""
    del mara
    for zone in ("Europe/Berlin", "America/New_York"):
        bring(
            file_of(tmp_path / "d.csv", "deal", {"Deal Name": zone, "Deal Stage": "Won", "Close Date": day}), zone=zone
        )
    assert [deal["expected_close"] for deal in records("deal")] == [day, day]


def test_tickets(mara: World, frozen_clock: object, tmp_path: Path) -> None:
    """One that is not new any more was new when it was made; the log ends in the status that it has."""
    del mara, frozen_clock
    made, ended = "2025-01-01 10:00", "2025-01-02 10:00"
    bring(
        file_of(
            tmp_path / "t.csv",
            "ticket",
            {"Ticket Name": "New", "Create Date": made},
            {"Ticket Name": "Open", "Ticket Status": "Open", "Create Date": made},
            {"Ticket Name": "Done", "Ticket Status": "Solved", "Create Date": made, "Close Date": ended},
            {"Ticket Name": "Odd", "Ticket Status": "Closed", "Create Date": ended, "Close Date": made},
            {"Ticket Name": "Told", "Create Date": made, "Close Date": ended},
            {"Ticket Name": "Waits", "Ticket Status": "On hold"},
        ),
        zone=NORTH.zone,
    )
    new, opened, done, odd, told, waits = records("ticket")
    first, last = at(2025, 1, 1, 9), at(2025, 1, 2, 9)
    assert log_of(new, "status_log", "status") == [("new", first)]
    assert log_of(opened, "status_log", "status") == [("new", first), ("open", first + 1)]
    assert log_of(done, "status_log", "status") == [("new", first), ("closed", last)]
    assert log_of(odd, "status_log", "status") == [("new", last), ("closed", last + 1)]
    assert log_of(told, "status_log", "status") == [("new", first), ("closed", last)]
    assert log_of(waits, "status_log", "status") == [("new", NOW), ("waiting", NOW + 1)]
    assert [ticket["closed_at"] for ticket in (new, opened, done, odd, told)] == [None, None, last, last + 1, last]


def test_an_update_closes_when_the_row_says(mara: World, frozen_clock: object, tmp_path: Path) -> None:
    """And opens again without a time; the log keeps every step."""
    del mara, frozen_clock

    def say(**said: object) -> dict[str, Any]:
        row = {"Ticket ID": "1", "Ticket Name": "A", **{key.replace("_", " "): value for key, value in said.items()}}
        bring(file_of(tmp_path / "t.csv", "ticket", row), zone=NORTH.zone)
        return only("ticket")

    say(Ticket_Status="Open", Create_Date="2025-01-01")
    closed = say(Ticket_Status="Closed", Close_Date="2025-03-01 10:00")
    assert closed["closed_at"] == at(2025, 3, 1, 9)
    opened = say(Ticket_Status="Open")
    assert opened["closed_at"] is None
    assert [state for state, _at in log_of(opened, "status_log", "status")] == ["new", "open", "closed", "open"]
    assert faults() == []
