"""Days and instants as a filter names them, read in the zone of the workspace."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm import clock
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.moments import days_of, instants_of

# A Saturday, a quarter to midnight in Berlin, already Sunday in Tokyo.
LATE = datetime(2026, 3, 14, 22, 45, tzinfo=UTC)
BERLIN, TOKYO, NEW_YORK = (Place("EUR", zone, LATE) for zone in ("Europe/Berlin", "Asia/Tokyo", "America/New_York"))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-31", "2026-03-31", ""), ("2026-02", "2026-02-01", "2026-02-28"), ("2024", "2024-01-01", "2024-12-31"),
        ("today", "2026-03-14", ""), ("Yesterday", "2026-03-13", ""), ("tomorrow", "2026-03-15", ""),
        ("now", "2026-03-14", ""), ("-2h", "2026-03-14", ""), ("+2h", "2026-03-15", ""),
        ("3d", "2026-03-17", ""), ("+3d", "2026-03-17", ""), ("-2w", "2026-02-28", ""), ("1m", "2026-04-14", ""),
        ("-1q", "2025-12-14", ""), ("-1y", "2025-03-14", ""), ("2years", "2028-03-14", ""),
        ("-6months", "2025-09-14", ""),
        ("sat", "2026-03-21", ""), ("sunday", "2026-03-15", ""), ("fri", "2026-03-20", ""), ("mon", "2026-03-16", ""),
        ("sow", "2026-03-09", ""), ("eow", "2026-03-15", ""), ("som", "2026-03-01", ""), ("eom", "2026-03-31", ""),
        ("soq", "2026-01-01", ""), ("eoq", "2026-03-31", ""), ("soy", "2026-01-01", ""), ("eoy", "2026-12-31", ""),
        ("last-week", "2026-03-02", "2026-03-08"), ("this-week", "2026-03-09", "2026-03-15"),
        ("next-week", "2026-03-16", "2026-03-22"), ("last-month", "2026-02-01", "2026-02-28"),
        ("next-quarter", "2026-04-01", "2026-06-30"), ("last-year", "2025-01-01", "2025-12-31"),
    ],
)  # fmt: skip
def test_it_knows_the_day(text: str, first: str, last: str) -> None:
    """Of a Saturday late in the evening."""
    days = days_of(text, BERLIN)
    assert days is not None
    assert tuple(map(str, days)) == (first, last or first)


@pytest.mark.parametrize(
    "text", ["", "yes", "2026-3-1", "31.3.2026", "3x", "last-fortnight", "so", "eod!", "d", "2026-02-30"]
)
def test_it_knows_no_such_day(text: str) -> None:
    """Nothing is guessed."""
    assert days_of(text, BERLIN) is None


@pytest.mark.parametrize("text", ["999999y", "-999999m", "999999w", "2026-13", "0000"])
def test_it_knows_no_day_so_far_off(text: str) -> None:
    """Beyond the calendar there is nothing."""
    with pytest.raises((ValueError, OverflowError)):
        days_of(text, BERLIN)


def test_it_has_the_day_of_the_zone() -> None:
    """Today is another day elsewhere, and begins at another instant."""
    assert [str((days_of("today", place) or [None])[0]) for place in (NEW_YORK, BERLIN, TOKYO)] == [
        "2026-03-14", "2026-03-14", "2026-03-15"
    ]  # fmt: skip
    begins = [clock.from_micros((instants_of("today", place) or (0, 0))[0]) for place in (NEW_YORK, BERLIN, TOKYO)]
    assert [(at.day, at.hour) for at in begins] == [(14, 4), (13, 23), (14, 15)]


@pytest.mark.parametrize(("text", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-14", 24)])
def test_it_has_days_of_23_and_25_hours(text: str, hours: int) -> None:
    """Where the clocks change, a day is as long as it is."""
    found = instants_of(text, BERLIN)
    assert found is not None
    assert found[1] - found[0] + 1 == hours * 3_600_000_000


def test_it_reads_instants() -> None:
    """A time without a zone is local; a minute is a whole one."""
    local, utc = instants_of("2026-03-14T10:26", BERLIN), instants_of("2026-03-14T09:26Z", BERLIN)
    assert local == utc
    assert local is not None
    assert local[1] - local[0] == 60_000_000 - 1
    assert instants_of("now", BERLIN) == (clock.micros(LATE),) * 2
    assert instants_of("-30min", BERLIN) == (clock.micros(LATE) - 30 * 60_000_000,) * 2


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from([NEW_YORK, BERLIN, TOKYO]))
def test_it_never_moves_a_date(day: date, place: Place) -> None:
    """A date written in full is itself in every zone, and its instants lie in it."""
    assert days_of(day.isoformat(), place) == (day, day)
    found = instants_of(day.isoformat(), place)
    assert found is not None
    from zoneinfo import ZoneInfo

    ends = [clock.from_micros(end).astimezone(ZoneInfo(place.zone)).date() for end in found]
    assert ends == [day, day]
