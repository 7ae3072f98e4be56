"""Dates as other programs write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.values.dates import DateOrder, order_evidence, parse_date, parse_instant

DMY, MDY, YMD = DateOrder.DMY, DateOrder.MDY, DateOrder.YMD


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2024-03-12", None, "2024-03-12"),
        ("2024-03-12", DMY, "2024-03-12"),
        ("2024/3/2", MDY, "2024-03-02"),
        ("1948-12-08 00:00:00.000", None, "1948-12-08"),
        ("12/28/1969", None, "1969-12-28"),
        ("20/01/1991", None, "1991-01-20"),
        ("2.5.2006", None, "2006-05-02"),
        ("03/04/2024", None, None),
        ("03/04/2024", DMY, "2024-04-03"),
        ("03/04/2024", MDY, "2024-03-04"),
        ("24/03/04", YMD, "2024-03-04"),
        ("24 October 2011", None, "2011-10-24"),
        ("Oct 24, 2011", None, "2011-10-24"),
        ("24. Oktober 2011", None, "2011-10-24"),
        ("24 août 2011", None, "2011-08-24"),
        ("5 de marzo de 2020", None, "2020-03-05"),
        ("2011年10月24日", None, "2011-10-24"),
        ("20111024", None, "2011-10-24"),
        ("45631", None, "2024-12-05"),
        ("1710234000", None, "2024-03-12"),
        ("0/0/00", MDY, None),
        ("0000-00-00", None, None),
        ("19723101", None, None),
        ("--0203", None, None),
        ("31/02/2020", DMY, None),
        ("May", None, None),
        ("13:45", None, None),
        ("10", None, None),
        ("", None, None),
    ],
)
def test_it_reads_a_date(text: str, order: DateOrder | None, expected: str | None) -> None:
    """Impossible and open ones are none."""
    assert parse_date(text, order) == expected


def test_it_puts_no_birthday_into_the_future() -> None:
    """Two-digit years before a day."""
    today = date(2026, 3, 14)
    assert parse_date("1/2/65", MDY, today) == "1965-01-02"
    assert parse_date("1/2/12", MDY, today) == "2012-01-02"
    assert parse_date("12/2/26", MDY, today) == "1926-12-02"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2006-04-15T03:23:15.000Z", datetime(2006, 4, 15, 3, 23, 15, tzinfo=UTC)),
        ("2016-04-28T11:19:34 -10:00", datetime(2016, 4, 28, 21, 19, 34, tzinfo=UTC)),
        ("2010-10-14T12:00:00.000Z-0300", datetime(2010, 10, 14, 15, tzinfo=UTC)),
        ("8/31/2014 2:05 PM", datetime(2014, 8, 31, 12, 5, tzinfo=UTC)),
        ("9999-12-31T23:59:60Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2024-08-18", datetime(2024, 8, 17, 22, tzinfo=UTC)),
        ("soon", None),
        ("0001-01-01", None),
    ],
)
def test_it_reads_an_instant(text: str, expected: datetime | None) -> None:
    """A time without offset is in the zone."""
    zone = timezone(timedelta(hours=2))
    assert parse_instant(text, None, zone) == expected


def test_it_tells_what_proves_the_order() -> None:
    """A part above twelve does."""
    assert order_evidence("13/04/2024") == (True, DMY)
    assert order_evidence("4/13/2024") == (True, MDY)
    assert order_evidence("3/4/2024") == (True, None)
    assert order_evidence("2024-03-04") == (False, None)


@given(st.text(), st.sampled_from([None, *DateOrder]))
def test_it_takes_any_text(text: str, order: DateOrder | None) -> None:
    """Without an error."""
    found = parse_date(text, order)
    assert found is None or date.fromisoformat(found)
    parse_instant(text, order)
    order_evidence(text)


@given(st.dates(), st.sampled_from(["/", ".", "-"]))
def test_it_reads_back_what_it_knows_the_order_of(day: date, mark: str) -> None:
    """With any mark between."""
    written = f"{day.day:02}{mark}{day.month:02}{mark}{day.year:04}"
    assert parse_date(written, DMY) == day.isoformat()
