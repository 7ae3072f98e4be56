"""Days and moments as people say them, read in the zone of the workspace."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smallcrm.services.values.moments import Meaning, ends_of, here_at, is_word, read

# A Saturday, a quarter to midnight in Berlin, already Sunday in Tokyo.
LATE = datetime(2026, 3, 14, 22, 45, tzinfo=UTC)
BERLIN, TOKYO, NEW_YORK = (here_at(LATE, zone) for zone in ("Europe/Berlin", "Asia/Tokyo", "America/New_York"))
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Pacific/Kiritimati",
)
WORDS = (
    "today", "tod", "tomorrow", "tom", "yesterday", "mon", "tues", "wednesday", "thu", "fri", "sat", "sun",
    "3d", "+3d", "-2w", "1m", "-1q", "+1y", "6months", "2 weeks",
    "sow", "eow", "som", "eom", "soq", "eoq", "soy", "eoy",
    "last-week", "this-month", "next-quarter", "last-year", "now", "-5h", "+90min",
    "fri 14:00", "tomorrow 2pm", "18:00",
)  # fmt: skip
# The day that each left out when it went to the other side of the date line.
GONE = {"Pacific/Apia": date(2011, 12, 30), "Pacific/Kiritimati": date(1994, 12, 31)}
INSTANTS = st.integers(0, 1 << 32).map(lambda second: datetime.fromtimestamp(second, UTC))


def meant(text: str, here: datetime) -> Meaning:
    """What a text certainly means."""
    found = read(text, here)
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-31", "2026-03-31", ""), ("2026-02", "2026-02-01", "2026-02-28"), ("2024", "2024-01-01", "2024-12-31"),
        ("9999", "9999-01-01", "9999-12-31"), ("31.3.2026", "2026-03-31", ""), ("20260331", "2026-03-31", ""),
        ("today", "2026-03-14", ""), (" Yesterday ", "2026-03-13", ""), ("tomorrow", "2026-03-15", ""),
        ("tom", "2026-03-15", ""), ("now", "2026-03-14", ""), ("-2h", "2026-03-14", ""), ("+2h", "2026-03-15", ""),
        ("3d", "2026-03-17", ""), ("+3d", "2026-03-17", ""), ("+ 3 d", "2026-03-17", ""), ("-3d", "2026-03-11", ""),
        ("-2w", "2026-02-28", ""), ("1m", "2026-04-14", ""), ("-1q", "2025-12-14", ""), ("-1y", "2025-03-14", ""),
        ("2years", "2028-03-14", ""), ("-6months", "2025-09-14", ""), ("2 weeks", "2026-03-28", ""),
        ("sat", "2026-03-21", ""), ("sunday", "2026-03-15", ""), ("frid", "2026-03-20", ""), ("mon", "2026-03-16", ""),
        ("sow", "2026-03-09", ""), ("eow", "2026-03-15", ""), ("som", "2026-03-01", ""), ("eom", "2026-03-31", ""),
        ("soq", "2026-01-01", ""), ("eoq", "2026-03-31", ""), ("soy", "2026-01-01", ""), ("eoy", "2026-12-31", ""),
        ("last-week", "2026-03-02", "2026-03-08"), ("this-week", "2026-03-09", "2026-03-15"),
        ("next-week", "2026-03-16", "2026-03-22"), ("last-month", "2026-02-01", "2026-02-28"),
        ("next-quarter", "2026-04-01", "2026-06-30"), ("last-year", "2025-01-01", "2025-12-31"),
        ("fri 14:00", "2026-03-20", ""), ("18:00", "2026-03-14", ""), ("2026-03-31T22:30Z", "2026-04-01", ""),
    ],
)  # fmt: skip
def test_it_knows_the_day(text: str, first: str, last: str) -> None:
    """Of a Saturday late in the evening; a weekday is the next one, today not counted."""
    found = meant(text, BERLIN)
    assert (str(found.first), str(found.last)) == (first, last or first)


@pytest.mark.parametrize(
    ("today", "text", "day"),
    [
        ("2026-01-31", "+1m", "2026-02-28"), ("2026-01-31", "+2m", "2026-03-31"), ("2028-02-29", "+1y", "2029-02-28"),
        ("2028-02-29", "4y", "2032-02-29"), ("2028-02-28", "tom", "2028-02-29"),
        ("2028-02-01", "eom", "2028-02-29"),
        ("2026-03-15", "eow", "2026-03-15"), ("2026-03-15", "sun", "2026-03-22"), ("2026-12-31", "eoy", "2026-12-31"),
        ("2026-12-31", "tomorrow", "2027-01-01"), ("2026-12-01", "+1m", "2027-01-01"),
        ("2026-01-15", "-1m", "2025-12-15"), ("2026-11-30", "+3m", "2027-02-28"), ("9999-12-31", "eom", "9999-12-31"),
    ],
)  # fmt: skip
def test_it_ends_with_the_month_and_the_week(today: str, text: str, day: str) -> None:
    """A month without that day gives its last; a week ends on Sunday."""
    assert str(meant(text, datetime.fromisoformat(f"{today}T12:00Z")).first) == day


@pytest.mark.parametrize(
    "text",
    [
        "", "yes", "3x", "+d", "d", "fr", "frid ay", "so", "eo", "eod!", "last-fortnight", "last-", "2026-02-30",
        "2026-13", "2026-00", "0000", "03/04/2026", "2026-03-31 25:00", "2026-03-31 13pm", "2026-03 2pm",
        "14", "fri 25:00", "fri 0am", "last-week 14:00",
        "now 14:00", "45000", "1782900000", "3ms",
        "999999y", "-999999m", "999999w", "+999999h 14:00", "9999999d", "9" * 5000, "9" * 5000 + "d",
        "+٣d", "٢٠٢٦", "²", "¹²:³⁰", "ſun", "fri 14:00 " * 2000, " " * 5000 + "14:00", "\x00", "\ud800", "-" * 5000,
    ],
)  # fmt: skip
def test_it_knows_no_such_day(text: str) -> None:
    """Nothing is guessed, least of all what lies outside the calendar."""
    assert read(text, BERLIN) is None


@given(st.text() | st.from_regex(r"[+-]?\s*\d{1,30}\s*[a-z:.]{0,4}\d*(\s+\d+:\d+)?", fullmatch=True))
@example("9999-12-31T23:59Z")
@example("0001-01-01T00:00+14:00")
@example("9999-12-31 23:59")
def test_it_never_breaks(text: str) -> None:
    """Whatever is typed: it is a day, or it is none."""
    for here in (BERLIN, TOKYO, NEW_YORK):
        found = read(text, here)
        is_word(text, here)
        if found is not None:
            assert found.first <= found.last
            found.instants(here)


def test_it_has_the_day_of_the_zone() -> None:
    """Today is another day elsewhere, and begins at another instant."""
    places = (NEW_YORK, BERLIN, TOKYO)
    assert [str(meant("today", here).first) for here in places] == ["2026-03-14", "2026-03-14", "2026-03-15"]
    begins = [(meant("today", here).instants(here) or (LATE,))[0] for here in places]
    assert [(at.day, at.hour) for at in begins] == [(14, 4), (13, 23), (14, 15)]


@pytest.mark.parametrize(("text", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-03-14", 24)])
def test_it_has_days_of_23_and_25_hours(text: str, hours: int) -> None:
    """Where the clocks change, a day is as long as it is."""
    begin, after = meant(text, BERLIN).instants(BERLIN) or (LATE, LATE)
    assert after - begin == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "begin", "seconds"),
    [
        ("2026-03-14T10:26", "2026-03-14T09:26Z", 60), ("2026-03-14T09:26Z", "2026-03-14T09:26Z", 60),
        ("2026-03-14 10:26:30", "2026-03-14T09:26:30Z", 1), ("20260314T092630Z", "2026-03-14T09:26:30Z", 1),
        ("2026-03-14T09:26:30.125Z", "2026-03-14T09:26:30.125Z", 0.001), ("now", "2026-03-14T22:45Z", 0),
        ("-30min", "2026-03-14T22:15Z", 0), ("+2h", "2026-03-15T00:45Z", 0), ("fri 14:00", "2026-03-20T13:00Z", 60),
        ("2026-03-31 2pm", "2026-03-31T12:00Z", 60), ("31.03.2026 2:30 PM", "2026-03-31T12:30Z", 60),
        ("eom 2pm", "2026-03-31T12:00Z", 60), ("2 weeks 2:30 p.m.", "2026-03-28T13:30Z", 60),
        # The clocks go forward: half past two is not there, and is taken for half past three.
        ("15d 02:30", "2026-03-29T01:30Z", 60), ("12am", "2026-03-13T23:00Z", 60), ("12 pm", "2026-03-14T11:00Z", 60),
    ],
)  # fmt: skip
def test_it_reads_times(text: str, begin: str, seconds: float) -> None:
    """A time without a zone is local; a minute is a whole one, and so is a second."""
    found = meant(text, BERLIN)
    assert found.instant == datetime.fromisoformat(begin)
    assert found.length == timedelta(seconds=seconds)


def test_it_counts_hours_as_hours() -> None:
    """Also where the clocks change."""
    here = here_at(datetime(2026, 3, 29, 0, 30, tzinfo=UTC), "Europe/Berlin")
    assert meant("+2h", here).instant == datetime(2026, 3, 29, 2, 30, tzinfo=UTC)


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from([NEW_YORK, BERLIN, TOKYO]))
def test_it_never_moves_a_date(day: date, here: datetime) -> None:
    """A date written in full is itself in every zone, and its instants lie in it."""
    found = meant(day.isoformat(), here)
    assert (found.first, found.last, found.instant) == (day, day, None)
    begin, after = found.instants(here) or (LATE, LATE)
    assert begin.astimezone(here.tzinfo).date() == day
    assert (after - timedelta(microseconds=1)).astimezone(here.tzinfo).date() == day


@given(INSTANTS, st.sampled_from(ZONES), st.sampled_from(WORDS))
@example(datetime(1994, 6, 1, tzinfo=UTC), "Pacific/Kiritimati", "eoy")
@example(datetime(2011, 12, 29, tzinfo=UTC), "Pacific/Apia", "tomorrow")
def test_it_begins_and_ends_on_the_days_that_it_names(now: datetime, zone: str, word: str) -> None:
    """In every zone, also where the clocks change and where a day is left out altogether."""
    here = here_at(now, zone)
    found = meant(word, here)
    assert is_word(word, here)
    begin, after = found.instants(here) or (now, now)
    last = max(begin, after - timedelta(microseconds=1))
    lasted = [at.astimezone(ZoneInfo(zone)).date() for at in (begin, last)]
    assert lasted == [found.first, found.last] or GONE.get(zone) in (found.first, found.last)


@pytest.mark.parametrize(
    "text", ["2026-03-31", "2026-03", "2026-03-31 14:00", "2026-03-31 2pm", "31.03.2026", "acme", "", "fr"]
)
def test_it_tells_words_from_dates(text: str) -> None:
    """What is written in full means the same tomorrow."""
    assert not is_word(text, BERLIN)


def test_it_names_the_ends_of_a_period() -> None:
    """By the words for those of this one."""
    periods = {
        "last-week": "sow and eow",
        "2026-02": "som and eom",
        "next-quarter": "soq and eoq",
        "2024": "soy and eoy",
    }
    for text, words in periods.items():
        assert ends_of(meant(text, BERLIN)).startswith(f"{words} are the first and the last day of this ")
