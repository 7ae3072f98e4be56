"""What is due on a date, and what is due at an instant, around midnight and where the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from smallcrm.services.values import due, moments

BERLIN, ANGELES = "Europe/Berlin", "America/Los_Angeles"
NOW = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)


def at(text: str) -> datetime:
    """An instant as it is written."""
    return datetime.fromisoformat(text)


def kept_of(typed: str, now: datetime, zone: str) -> str | None:
    """What is stored of a text."""
    meaning = moments.read(typed, moments.here_at(now, zone))
    return None if meaning is None else due.text_of(meaning)


@pytest.mark.parametrize(
    ("typed", "zone", "kept"),
    [
        ("2026-03-31", BERLIN, "2026-03-31"),
        ("31.03.2026", ANGELES, "2026-03-31"),
        ("20260331", ANGELES, "2026-03-31"),
        ("2026-03-31 14:00", BERLIN, "2026-03-31T12:00Z"),
        ("2026-03-31 14:00", ANGELES, "2026-03-31T21:00Z"),
        ("2026-03-31T14:00:59Z", ANGELES, "2026-03-31T14:00Z"),
        ("2026-03-31T14:00+02:00", ANGELES, "2026-03-31T12:00Z"),
        ("20260331T140000Z", ANGELES, "2026-03-31T14:00Z"),
        ("2026-03-31 20:00", ANGELES, "2026-04-01T03:00Z"),
        ("fri", BERLIN, "2026-03-13"),
        ("fri 14:00", BERLIN, "2026-03-13T13:00Z"),
        ("fri 2:30 PM", BERLIN, "2026-03-13T13:30Z"),
        ("tomorrow 2pm", ANGELES, "2026-03-12T21:00Z"),
        ("2026-03-31 2pm", BERLIN, "2026-03-31T12:00Z"),
        ("tomorrow 12am", BERLIN, "2026-03-11T23:00Z"),
        ("18:00", BERLIN, "2026-03-11T17:00Z"),
        ("+1w 9:30", BERLIN, "2026-03-18T08:30Z"),
        ("+2h", ANGELES, "2026-03-11T12:00Z"),
        # The clocks go forward: 02:30 is not there, and is taken for 03:30. They go back: the first of two 02:30.
        ("2026-03-29 02:30", BERLIN, "2026-03-29T01:30Z"),
        ("2026-10-25 02:30", BERLIN, "2026-10-25T00:30Z"),
        ("2026-11-01 01:30", ANGELES, "2026-11-01T08:30Z"),
    ],
)
def test_it_keeps_a_date_as_a_date_and_a_time_as_an_instant(typed: str, zone: str, kept: str) -> None:
    """A date never passes through UTC; a time is meant in the zone unless it says otherwise."""
    assert kept_of(typed, NOW, zone) == kept
    assert due.canonical(kept) == kept


@pytest.mark.parametrize(
    ("now", "zone", "today"),
    [
        ("2026-03-11T22:59Z", BERLIN, "2026-03-11"),
        ("2026-03-11T23:00Z", BERLIN, "2026-03-12"),
        ("2026-03-11T06:59Z", ANGELES, "2026-03-10"),
        ("2026-03-11T07:00Z", ANGELES, "2026-03-11"),
        ("2026-07-11T22:00Z", BERLIN, "2026-07-12"),
        ("2026-12-11T07:59Z", ANGELES, "2026-12-10"),
    ],
)
def test_it_means_today_where_the_workspace_is(now: str, zone: str, today: str) -> None:
    """Summer and winter, east and west."""
    assert kept_of("today", at(now), zone) == today


@pytest.mark.parametrize(
    "text", ["", "soon", "31/02/2026", "2026-02-30", "02/03/2026", "2026-03-31 25:00", "0999-12-31", "9999-01-01 10:00"]
)
def test_it_refuses_what_is_no_day(text: str) -> None:
    """Nor one whose order is open, nor one at the end of the calendar."""
    assert kept_of(text, NOW, BERLIN) is None


@pytest.mark.parametrize("text", ["2026-03-31T14:00", "31.03.2026", "14:00", "2026-03-31T14:00Zx", "fri"])
def test_it_stores_nothing_that_depends_on_where_it_is_read(text: str) -> None:
    """A time needs its offset, a date its form."""
    assert due.canonical(text) is None


TIMINGS = [
    # A date is overdue from the next midnight of the zone on, and not before.
    ("2026-03-11", BERLIN, "2026-03-11T22:59:59Z", "today"),
    ("2026-03-11", BERLIN, "2026-03-11T23:00Z", "overdue"),
    ("2026-03-11", BERLIN, "2026-03-10T22:59Z", "planned"),
    ("2026-03-11", BERLIN, "2026-03-10T23:00Z", "today"),
    ("2026-03-11", ANGELES, "2026-03-12T06:59:59Z", "today"),
    ("2026-03-11", ANGELES, "2026-03-12T07:00Z", "overdue"),
    ("2026-03-11", ANGELES, "2026-03-11T06:59Z", "planned"),
    # An instant is overdue once it is past; until then it is today's where it is that day in the zone.
    ("2026-03-11T14:00Z", BERLIN, "2026-03-11T14:00Z", "today"),
    ("2026-03-11T14:00Z", BERLIN, "2026-03-11T14:00:01Z", "overdue"),
    ("2026-03-11T23:30Z", BERLIN, "2026-03-11T22:30Z", "planned"),
    ("2026-03-11T23:30Z", BERLIN, "2026-03-11T23:00Z", "today"),
    ("2026-03-12T03:00Z", ANGELES, "2026-03-11T10:00Z", "today"),
    ("2026-03-12T07:30Z", ANGELES, "2026-03-12T06:30Z", "planned"),
    # The days on which the clocks change have 23 and 25 hours.
    ("2026-03-29", BERLIN, "2026-03-28T23:00Z", "today"),
    ("2026-03-29", BERLIN, "2026-03-29T21:59Z", "today"),
    ("2026-03-29", BERLIN, "2026-03-29T22:00Z", "overdue"),
    ("2026-10-25", BERLIN, "2026-10-24T22:00Z", "today"),
    ("2026-10-25", BERLIN, "2026-10-25T22:59Z", "today"),
    ("2026-10-25", BERLIN, "2026-10-25T23:00Z", "overdue"),
    ("2026-03-08", ANGELES, "2026-03-09T06:59Z", "today"),
    ("2026-03-08", ANGELES, "2026-03-09T07:00Z", "overdue"),
    ("2026-11-01", ANGELES, "2026-11-02T07:59Z", "today"),
    ("2026-11-01", ANGELES, "2026-11-02T08:00Z", "overdue"),
]


@pytest.mark.parametrize(("text", "zone", "now", "timing"), TIMINGS)
def test_it_says_whether_it_is_overdue(text: str, zone: str, now: str, timing: str) -> None:
    """By the midnights of the zone."""
    assert due.timing(text, at(now), ZoneInfo(zone)) == timing


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-03-29", BERLIN, "2026-03-28T23:00Z"),
        ("2026-10-26", BERLIN, "2026-10-25T23:00Z"),
        ("2026-03-09", ANGELES, "2026-03-09T07:00Z"),
        ("2026-03-31T14:00Z", ANGELES, "2026-03-31T14:00Z"),
        # Where midnight itself is left out, the day begins with the first moment that it has.
        ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00Z"),
    ],
)
def test_it_counts_reminders_from_the_begin_of_a_day(text: str, zone: str, instant: str) -> None:
    """Or from the instant itself."""
    assert due.instant_of(text, ZoneInfo(zone)) == at(instant)


@pytest.mark.parametrize("zone", [BERLIN, ANGELES, "Etc/GMT+12", "Pacific/Kiritimati"])
def test_it_bounds_a_day_in_every_zone(zone: str) -> None:
    """The last minute of a day sorts before the text that ends a look at it, and so does the date."""
    day = date(2026, 3, 31)
    last = kept_of("2026-03-31 23:59", NOW, zone)
    assert last is not None
    assert max(last, day.isoformat()) < due.after(day)
