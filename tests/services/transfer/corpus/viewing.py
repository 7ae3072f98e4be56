"""Records as a person reads them: names instead of numbers, nothing that is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.models.workspace import Member
from smallcrm.services.records.schema import Kind, Values
from smallcrm.services.records.schema import noun as noun_of
from tests.services.transfer.bringing import records
from tests.support.canonical import everything

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from smallcrm.services.records.schema import Field
    from tests.services.transfer.corpus.expecting import Which

_EXPONENTS = {"JPY": 0}
_LOGS = frozenset(("stage_log", "status_log", "replies"))


class Views:
    """The records of the bound workspace, as they read."""

    def __init__(self) -> None:
        self._live: dict[str, list[Values]] = {}
        self._all: dict[str, dict[int, Values]] = {}
        self._members = {row.id: row.name for row in Member.select()}

    def live(self, noun: str) -> list[Values]:
        """The live records of a noun."""
        if noun not in self._live:
            self._live[noun] = records(noun)
        return self._live[noun]

    def find(self, noun: str, which: Which) -> dict[str, Any]:
        """One record as it reads."""
        live = self.live(noun)
        if isinstance(which, int):
            return self.view(noun, live[which])
        found = [record for record in live if which in _names(record)]
        assert len(found) == 1, f"{len(found)} {noun} records are called {which!r}"
        return self.view(noun, found[0])

    def view(self, noun: str, record: Values) -> dict[str, Any]:
        """What a record says, without what is empty."""
        shown = {
            field.key: self._shown(field, record.get(field.key))
            for field in noun_of(noun).fields
            if not (field.derived or field.computed) and field.key not in _LOGS
        }
        if record["created_at"].date() != clock.now().date():
            shown["created"] = _moment(record["created_at"])
        return {key: value for key, value in shown.items() if value not in (None, [], "") and value is not False}

    def links(self, noun: str) -> int:
        """How many links to other records the live records of a noun have."""
        count = 0
        for record in self.live(noun):
            for field in noun_of(noun).fields:
                value = record.get(field.key)
                if field.kind is Kind.RECORDS:
                    count += len(value or [])
                elif field.kind is Kind.RECORD and field.key not in ("pipeline", "stage"):
                    count += value is not None
        return count

    def _shown(self, field: Field, value: Any) -> Any:
        """A value as a person reads it; None for none."""
        if value is None:
            return None
        if field.kind in _LISTS:
            return [_LISTS[field.kind](element) for element in value]
        if field.kind is Kind.TAGS:
            return sorted(element["name"] for element in value)
        if field.kind is Kind.RECORDS:
            return [self._linked(field, element) for element in value]
        return self._single(field, value)

    def _single(self, field: Field, value: Any) -> Any:
        match field.kind:
            case Kind.MONEY:
                return _money(value)
            case Kind.RECORD:
                return self._called(field.target or "", value)
            case Kind.MEMBER:
                return self._members[value]
            case Kind.INSTANT:
                return _moment(clock.from_micros(value))
            case _:
                return value

    def _linked(self, field: Field, element: Values) -> str:
        if "object" in element:
            return f"{element['object']}:{self._called(element['object'], element['record'])}"
        return self._called(field.target or "", element[field.target or ""])

    def _called(self, noun: str, record_id: int) -> str:
        if noun not in self._all:
            self._all[noun] = everything(noun_of(noun))
        record = self._all[noun][record_id]
        return str(record.get("name") or record.get("subject"))


def _names(record: Values) -> list[str]:
    keys = [element["key"] for element in record.get("external_ids") or []]
    return [str(record.get("name") or record.get("subject")), *keys]


def _labelled(element: Values, key: str) -> str:
    return f"{element['label']}: {element[key]}" if element.get("label") else str(element[key])


def _money(value: Values) -> str:
    places = _EXPONENTS.get(value["currency"], 2)
    return f"{value['amount'] / 10**places:.{places}f} {value['currency']}"


def _moment(at: datetime) -> str:
    """A day, or a time of a day in UTC."""
    return at.strftime("%Y-%m-%d") if (at.hour, at.minute) == (0, 0) else at.strftime("%Y-%m-%d %H:%M")


_LISTS: dict[Kind, Callable[[Values], str]] = {
    Kind.EMAILS: lambda element: _labelled(element, "address"),
    Kind.PHONES: lambda element: _labelled(element, "number"),
    Kind.DOMAINS: lambda element: str(element["domain"]),
    Kind.EXTERNAL_IDS: lambda element: f"{element['source'].partition('-')[0]}:{element['key']}",
}
