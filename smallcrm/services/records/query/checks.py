"""What a filter asks of one value, typed and with nothing left to look up; a value that is not there fails each check.

A place is everything that a check depends on beside the record: currency, zone, instant, and who asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from smallcrm import clock

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Place:
    """The workspace's currency and zone, and the instant at which relative dates are read."""

    currency: str = "EUR"
    zone: str = "UTC"
    now: datetime = field(default_factory=clock.now)


class How(StrEnum):
    """How a text compares with another."""

    EQUAL = "equal"
    PREFIX = "prefix"
    PART = "part"


@dataclass(frozen=True, slots=True)
class Filled:
    """There is a value."""


@dataclass(frozen=True, slots=True)
class Text:
    """The text equals, begins with or holds another."""

    how: How
    text: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The value lies between two others, each of which counts or not, or is left open; money in one currency."""

    low: Any = None
    high: Any = None
    with_low: bool = True
    with_high: bool = True
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The value is one of some."""

    values: frozenset[Any]


@dataclass(frozen=True, slots=True)
class Named:
    """The value names a record of a noun: one of some, or any of them."""

    object: str
    ids: frozenset[int] | None


Check = Filled | Text | Span | Choice | Named


def inside(span: Span, value: Any) -> bool:
    """Whether a value of the right type lies in a span."""
    if span.low is not None and (value < span.low or (value == span.low and not span.with_low)):
        return False
    return span.high is None or value < span.high or (value == span.high and span.with_high)
