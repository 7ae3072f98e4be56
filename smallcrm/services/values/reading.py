"""One value as a person reads it, whatever it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from smallcrm.services.values.money import money_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

_MONEY_KEYS = {"amount", "currency"}


def money_of(value: object) -> tuple[int, str] | None:
    """Amount in minor units and currency, of anything that has both; None of anything else."""
    if isinstance(value, Mapping):
        return (value["amount"], value["currency"]) if set(value) == _MONEY_KEYS else None
    amount, currency = getattr(value, "amount", None), getattr(value, "currency", None)
    return (amount, currency) if isinstance(amount, int) and isinstance(currency, str) else None


def _zone(name: str) -> tzinfo:
    """The time zone of that name; its module is imported only where it is needed."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def reader(zone: str = "UTC") -> Callable[[object], str]:
    """What turns a value into text for people, with instants in a time zone."""
    tz = _zone(zone)

    def local(value: datetime) -> str:
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(tz).strftime("%Y-%m-%d %H:%M")

    def read(value: object) -> str:
        return value if isinstance(value, str) else text_of(value, local, ", ", ("no", "yes"))

    return read


def text_of(value: object, instant: Callable[[datetime], str], joint: str, words: tuple[str, str]) -> str:
    """A value that may be of any type as text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return words[value]
    if isinstance(value, datetime):
        return instant(value)
    if (money := money_of(value)) is not None:
        return money_text(*money)
    return _parts(value, instant, joint, words)


def _parts(value: object, instant: Callable[[datetime], str], joint: str, words: tuple[str, str]) -> str:
    """A value that may hold several: a mapping shows its value, name or fields, a list its items."""
    if isinstance(value, Mapping):
        for key in ("value", "name"):
            if value.get(key) is not None:
                return text_of(value[key], instant, joint, words)
        return joint.join(f"{key}={text_of(item, instant, joint, words)}" for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return joint.join(text_of(item, instant, joint, words) for item in value)
    return str(value)
