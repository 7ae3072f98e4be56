"""One value as a person reads it, as a program reads it, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

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


def iso_instant(value: datetime) -> str:
    """An instant as ISO 8601 in UTC, ending in Z; one without a zone is taken as UTC."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")


def to_json(value: object) -> Any:
    """A value as JSON knows it: instants in UTC, money as minor units and currency."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, date):
        return iso_instant(value) if isinstance(value, datetime) else value.isoformat()
    if (money := money_of(value)) is not None:
        return {"amount": money[0], "currency": money[1]}
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (Sequence, set, frozenset)):
        return [to_json(item) for item in value]
    return str(value)


def to_plain(value: object) -> str:
    """A value as one cell of CSV or TSV: instants in UTC, several values joined by '; '."""
    if isinstance(value, str):
        return value
    return _text(value, iso_instant, "; ", ("false", "true"))


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
        return value if isinstance(value, str) else _text(value, local, ", ", ("no", "yes"))

    return read


def _text(value: object, instant: Callable[[datetime], str], joint: str, words: tuple[str, str]) -> str:
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
                return _text(value[key], instant, joint, words)
        return joint.join(f"{key}={_text(item, instant, joint, words)}" for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return joint.join(_text(item, instant, joint, words) for item in value)
    return str(value)
