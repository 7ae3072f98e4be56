"""One value as a program reads it, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from smallcrm.services.values.reading import money_of, text_of


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
    return text_of(value, iso_instant, "; ", ("false", "true"))
