"""The only clock: instants are aware and in UTC, dates belong to a zone."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_frozen: list[datetime] = []


def now() -> datetime:
    """The current instant in UTC."""
    return _frozen[-1] if _frozen else datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The current date in a zone of the IANA time zone database."""
    from zoneinfo import ZoneInfo

    return now().astimezone(ZoneInfo(zone)).date()


def micros(instant: datetime) -> int:
    """An instant as whole microseconds since 1970-01-01T00:00:00Z."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def from_micros(value: int) -> datetime:
    """The instant that lies this many microseconds after 1970-01-01T00:00:00Z."""
    return _EPOCH + timedelta(microseconds=value)


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Stop the clock at an instant; for tests, and for the past of the demo."""
    _frozen.append(instant)
    try:
        yield
    finally:
        _frozen.pop()
