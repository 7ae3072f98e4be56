"""Cells of a spreadsheet as text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.transfer.readers.cells import Cells


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Ann\nLee ", "  Ann\nLee "),
        ("", ""),
        ("#1", "#1"),
        (1054.0, "1054"),
        (-3.0, "-3"),
        (7, "7"),
        (0.1, "0.1"),
        (0.25, "0.25"),
        (1e-7, "0.0000001"),
        (123456789012345.0, "123456789012345"),
        (True, "true"),
        (False, "false"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 14, 30), "2026-03-01T14:30:00"),  # noqa: DTZ001
        (datetime(2026, 3, 1), "2026-03-01"),  # noqa: DTZ001
        (datetime(2026, 3, 1, 14, 29, 59, 999_998), "2026-03-01T14:30:00"),  # noqa: DTZ001
        (datetime(2026, 3, 1, 14, 30, 0, 250_001), "2026-03-01T14:30:00.250"),  # noqa: DTZ001
        (datetime(2026, 3, 1, 23, 59, 59, 999_999), "2026-03-02"),  # noqa: DTZ001
        (time(14, 30), "14:30:00"),
        (timedelta(days=1, hours=12, seconds=5), "36:00:05"),
        (timedelta(hours=-2), "-2:00:00"),
    ],
)
def test_it_writes_a_cell_as_a_person_would(cell: object, text: str) -> None:
    """Whole numbers without a point, dates and times as ISO has them, text untouched."""
    cells = Cells()
    assert cells.row([cell]) == [text]
    assert (cells.errors, cells.long_numbers) == (0, 0)


@pytest.mark.parametrize("last", [datetime(9999, 12, 31, 23, 59, 59, 999_999), time.max, timedelta.max, timedelta.min])  # noqa: DTZ001
def test_it_writes_the_last_cell_there_is(last: object) -> None:
    """Rounding does not leave the calendar."""
    assert Cells().row([last])[0]


def test_it_counts_what_the_spreadsheet_had_lost() -> None:
    """Errors are empty; of long numbers as much is kept as the file has."""
    cells = Cells()
    row = cells.row(["#N/A", "#REF!", 1234567890123456.0, 1.2345678901234567e19, 1e300])
    assert row == ["", "", "1234567890123456", "12345678901234567000", "1e+300"]
    assert (cells.errors, cells.long_numbers) == (2, 3)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_it_loses_no_digit_of_a_number(number: float) -> None:
    """The text is the same number again."""
    (text,) = Cells().row([number])
    assert float(text) == number or number != number  # noqa: PLR0124 - NaN
