"""Days and moments named from where one stands."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from smallcrm.services.values.relative import relative_day, relative_moment

WEDNESDAY = date(2026, 3, 11)
CASES = [
    ("today", "2026-03-11"), ("Tomorrow", "2026-03-12"), ("tom", "2026-03-12"), ("yesterday", "2026-03-10"),
    ("thu", "2026-03-12"), ("fri", "2026-03-13"), ("Friday", "2026-03-13"), ("tue", "2026-03-17"),
    ("wed", "2026-03-18"), ("+3d", "2026-03-14"), ("-3d", "2026-03-08"), ("+2w", "2026-03-25"), ("+ 1 w", "2026-03-18"),
    ("+1m", "2026-04-11"), ("-1m", "2026-02-11"), ("+1q", "2026-06-11"), ("+1y", "2027-03-11"), ("eow", "2026-03-15"),
    ("eom", "2026-03-31"), ("eoq", "2026-03-31"), ("eoy", "2026-12-31"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "day"), CASES)
def test_it_reads_a_day(text: str, day: str) -> None:
    """From a Wednesday; a weekday is the next one after today, the same one in a week."""
    found = relative_day(text, WEDNESDAY)
    assert found is not None
    assert found.isoformat() == day


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        ("2026-01-31", "+1m", "2026-02-28"), ("2026-01-31", "+2m", "2026-03-31"), ("2028-02-29", "+1y", "2029-02-28"),
        ("2026-03-15", "eow", "2026-03-15"), ("2026-03-15", "sun", "2026-03-22"),
        ("2026-12-31", "tomorrow", "2027-01-01"),
        ("2026-12-01", "+1m", "2027-01-01"), ("2026-01-15", "-1m", "2025-12-15"), ("2026-11-30", "+3m", "2027-02-28"),
    ],
)  # fmt: skip
def test_it_ends_with_the_month_and_the_week(today: str, text: str, day: str) -> None:
    """A month without that day gives its last; a week ends on Sunday."""
    found = relative_day(text, date.fromisoformat(today))
    assert found is not None
    assert found.isoformat() == day


@pytest.mark.parametrize(
    "text", ["", "fr", "frid ay", "3d", "+d", "+99999y", "now", "2026-03-31", "+٣d", "eo", "-99999q"]
)
def test_it_takes_nothing_else_for_a_day(text: str) -> None:
    """Least of all what lies outside the calendar."""
    assert relative_day(text, WEDNESDAY) is None


def test_it_reads_a_moment() -> None:
    """Hours are hours, also where the clocks change."""
    now = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    texts = ("now", "+2h", "+30min", "-1h", "+2d", "+99999999h")
    assert [relative_moment(text, now) for text in texts] == [
        now, now.replace(hour=2), now.replace(hour=1, minute=0), datetime(2026, 3, 28, 23, 30, tzinfo=UTC), None, None,
    ]  # fmt: skip
