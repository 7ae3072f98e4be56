"""Values: money by its currency's digits, instants in UTC or in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import NamedTuple

import pytest

from smallcrm.cli import values
from smallcrm.services.values.money import money_text
from smallcrm.services.values.reading import reader


class Money(NamedTuple):
    """Anything with these two counts as money."""

    amount: int
    currency: str


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (123456, "EUR", "1234.56 EUR"),
        (5, "EUR", "0.05 EUR"),
        (-5, "USD", "-0.05 USD"),
        (0, "EUR", "0.00 EUR"),
        (1234, "JPY", "1234 JPY"),
        (-1234567, "KWD", "-1234.567 KWD"),
    ],
)
def test_it_writes_money(amount: int, currency: str, shown: str) -> None:
    """Minor units become what people write."""
    assert money_text(amount, currency) == shown
    assert values.to_plain(Money(amount, currency)) == shown
    assert values.to_json(Money(amount, currency)) == {"amount": amount, "currency": currency}


def test_it_writes_instants() -> None:
    """ISO 8601 in UTC for programs, the zone's time for people."""
    instant = datetime(2026, 7, 1, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert values.to_json(instant) == "2026-07-02T01:30:00Z"
    assert values.to_plain(instant) == "2026-07-02T01:30:00Z"
    assert reader("Europe/Berlin")(instant) == "2026-07-02 03:30"
    assert reader()(datetime(2026, 7, 1, 23, 30)) == "2026-07-01 23:30"  # noqa: DTZ001
    assert values.to_json(datetime(2026, 7, 1, 0, 0, 0, 5, tzinfo=UTC)) == "2026-07-01T00:00:00.000005Z"


def test_it_writes_everything_else() -> None:
    """Dates, flags, lists, parts with a label."""
    read = reader()
    many = [{"value": "a@x.org", "label": "work"}, {"value": "b@x.org"}]
    assert (read(None), read(True), read(date(2026, 1, 2)), read(7)) == ("", "yes", "2026-01-02", "7")
    assert (read(many), values.to_plain(many)) == ("a@x.org, b@x.org", "a@x.org; b@x.org")
    assert values.to_json({"x": [date(2026, 1, 2), None, True]}) == {"x": ["2026-01-02", None, True]}
    assert values.to_plain(False) == "false"
