"""Cells of work become values by where their columns go; what is none is left out, and its line is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import UsageError
from smallcrm.services.transfer.work import rows
from tests.services.transfer.bringing import bring, records, write_cells
from tests.services.transfer.work.filing import at, file_of, read
from tests.support.cast import STAN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


def money(amount: int, currency: str) -> dict[str, Any]:
    """An amount as records keep it."""
    return {"amount": amount, "currency": currency}


def test_amounts_are_in_the_currency_that_is_said(mara: World, tmp_path: Path) -> None:
    """In its own column, else in the cell, else the workspace's; with as many digits as the currency has."""
    del mara
    cells = [
        ("1200.50", "USD", money(120050, "USD")),
        ("1200", "JPY", money(1200, "JPY")),
        ("1.5", "KWD", money(1500, "KWD")),
        ("$ 7", "", money(700, "USD")),
        ("7 CHF", "", money(700, "CHF")),
        ("7 CHF", "SEK", money(700, "SEK")),
        ("8", "£", money(800, "GBP")),
        ("0", "", money(0, "EUR")),
        ("9", "Taler", money(900, "EUR")),
        ("10", "n/a", money(1000, "EUR")),
        ("", "USD", None),
        ("much", "USD", None),
    ]
    path = write_cells(
        tmp_path / "d.csv",
        [
            ("Deal Name", "Deal Stage", "Amount", "Currency"),
            *((f"D{n}", "Lead", a, c) for n, (a, c, _m) in enumerate(cells)),
        ],
    )
    report = bring(path)
    assert [deal["amount"] for deal in records("deal")] == [amount for _a, _c, amount in cells]
    assert report.files[0].warnings == [
        "Amount: $ is taken as USD in 1 row",
        "line 10: Currency: not a currency that is known; the amount is taken as EUR: 'Taler'",
        "line 13: Amount: not an amount: 'much'",
    ]
    assert bring(path).files[0].unchanged == len(cells)


def test_the_currency_of_the_workspace_is_its_own(world: World, tmp_path: Path) -> None:
    """Where the file says none."""
    path = write_cells(tmp_path / "d.csv", [("Deal Name", "Deal Stage", "Amount"), ("A", "Lead", "5")])
    with world.acts(STAN):
        bring(path, currency="JPY")
        assert [deal["amount"] for deal in records("deal")] == [money(5, "JPY")]


def test_numbers_and_dates_are_decided_by_the_column(mara: World, tmp_path: Path) -> None:
    """One cell settles all; what nothing settles is asked, and an option answers."""
    del mara
    header = ("Deal Name", "Deal Stage", "Amount", "Close Date")
    settled = write_cells(
        tmp_path / "a.csv", [header, ("A", "Lead", "1.234", "03/04/2026"), ("B", "Lead", "2.500,75", "25/12/2026")]
    )
    bring(settled)
    assert [(deal["amount"]["amount"], deal["expected_close"]) for deal in records("deal")] == [
        (123400, "2026-04-03"),
        (250075, "2026-12-25"),
    ]
    opened = write_cells(tmp_path / "b.csv", [header, ("C", "Lead", "5", "03/04/2026")])
    with pytest.raises(UsageError) as caught:
        bring(opened)
    assert "--date-order" in f"{caught.value.hint} {caught.value.sentence} {caught.value.details}"
    for order, day in (("dmy", "2026-04-03"), ("mdy", "2026-03-04")):
        bring(opened, order=order)
        assert records("deal")[-1]["expected_close"] == day
    marked = write_cells(tmp_path / "c.csv", [header, ("D", "Lead", "1.234", "")])
    with pytest.raises(UsageError):
        bring(marked)
    bring(marked, decimal=".")
    assert records("deal")[-1]["amount"] == money(123, "EUR")


def test_a_percentage_is_a_whole_number_and_none_is_not_nought(tmp_path: Path) -> None:
    """A fraction of one is its hundredfold."""
    cells = ["0", "0%", "0.4", "0,4", "1", "100.0", "75 %", "0.5%", "101", "-1", "high", "", "n/a"]
    path = file_of(
        tmp_path / "d.csv", "deal", *({"Deal Name": f"D{n}", "Deal Probability": cell} for n, cell in enumerate(cells))
    )
    found, batch = read(path, "deal")
    assert [row.get("probability") for row in found] == [0, 0, 40, 40, 1, 100, 75, 0, *[None] * 5]
    assert ["probability" in row.said for row in found] == [True] * 8 + [False] * 5
    assert [(warning.row, warning.value) for warning in batch.warnings] == [(10, "101"), (11, "-1"), (12, "high")]


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("90", 90), ("1:30", 90), ("01:30:00", 90), ("1h 30m", 90), ("2 hours", 120), ("45 min", 45), ("0", 0),
        ("1h", 60), ("1.5", 2), ("-5", None), ("²:30", None), ("1:²", None), ("1:75", None), ("9" * 5000 + "h", None),
        ("9" * 5000 + ":00", None), ("long", None), (":", None), ("h", None), ("1:30:", None), ("1:2:3:4", None),
    ],
)  # fmt: skip
def test_durations(cell: str, minutes: int | None) -> None:
    """In minutes; nothing that a cell can hold is more than no duration."""
    assert rows._minutes(cell, None) == minutes


def test_durations_in_seconds() -> None:
    """Are minutes too."""
    assert [rows._seconds(cell, None) for cell in ("90", "600", "-1", "x")] == [2, 10, None, None]


@pytest.mark.parametrize(
    ("zone", "cell", "expected"),
    [
        ("Europe/Berlin", "2026-03-29", "2026-03-29"),
        ("Europe/Berlin", "2026-03-29 00:00", "2026-03-29"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29T01:30Z"),
        ("Europe/Berlin", "2026-03-29 03:30", "2026-03-29T01:30Z"),
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25T00:30Z"),
        ("Europe/Berlin", "2026-07-01T10:00:00Z", "2026-07-01T10:00Z"),
        ("Europe/Berlin", "2016-04-28T11:19:34 -10:00", "2016-04-28T21:19Z"),
        ("America/New_York", "2026-07-01 10:00", "2026-07-01T14:00Z"),
        ("America/New_York", "2026-01-01 10:00 PM", "2026-01-02T03:00Z"),
        ("America/New_York", "2026-07-01 00:00:00", "2026-07-01"),
        ("America/New_York", "46000", "2025-12-09"),
        ("America/New_York", "0001-01-01", None),
        ("America/New_York", "9999-12-31", None),
        ("Europe/Berlin", "0001-01-01 00:30", None),
        ("Europe/Berlin", "2026-02-30", None),
        ("Europe/Berlin", "0000-00-00", None),
    ],
)
def test_days_stay_days_and_times_are_of_the_zone(tmp_path: Path, zone: str, cell: str, expected: str | None) -> None:
    """Midnight is how programs write a day; the hour that the zone left out or had twice is one of both."""
    path = file_of(tmp_path / "a.csv", "activity", {"Subject": "A", "Task Due Date": cell})
    (row,), batch = read(path, "activity", zone)
    assert row.get("due") == expected
    assert bool(batch.warnings) == (expected is None)


def test_an_instant_of_a_day_is_its_begin_in_the_zone(tmp_path: Path) -> None:
    """As a log needs one."""
    path = file_of(tmp_path / "d.csv", "deal", {"Deal Name": "A", "Create Date": "2026-07-01"})
    assert [read(path, "deal", zone)[0][0].get("created_at") for zone in ("Europe/Berlin", "America/New_York")] == [
        at(2026, 6, 30, 22),
        at(2026, 7, 1, 4),
    ]


def test_texts(tmp_path: Path) -> None:
    """HTML is made text, names are of one line, and what databases write for nothing is nothing."""
    path = file_of(
        tmp_path / "t.csv",
        "ticket",
        {
            "Ticket Name": " Two\n lines ",
            "Ticket Description": "<p>Hi <b>you</b></p><script>x()</script><ul><li>a</li></ul>",
            "Ticket Owner": "NULL",
        },
    )
    (row,), _batch = read(path, "ticket")
    assert row.get("subject") == "Two lines"
    assert "<" not in row.get("description")
    assert "x()" not in row.get("description")
    assert row.get("owner") is None
    assert row.get("assignee") is None


def test_the_first_of_several_columns_counts(tmp_path: Path) -> None:
    """The next where it is empty; tags of all are taken, and their warnings are of their line."""
    path = write_cells(
        tmp_path / "a.csv",
        [
            ("Activity ID", "Activity Type", "Subject", "Call Outcome", "Meeting Outcome", "Tags", "Labels"),
            ("1", "Call", "A", "Busy", "Late", "x; y", "z"),
            ("2", "Meeting", "B", "", "Late", "x" * 1200, ""),
        ],
    )
    found, batch = read(path, "activity")
    assert [row.get("outcome") for row in found] == ["Busy", "Late"]
    assert found[0].tags[:2] == ["x", "y"]
    assert [warning.row for warning in batch.warnings] == [3]
