"""Presented records as rows: exact for programs, texts for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from smallcrm.cli.output import Column
from smallcrm.services.records.presenting import text_of
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smallcrm.services.records.schema import Field

PEOPLE = ("table", "vertical", "markdown")
_SHORT = {Kind.EMAILS: "address", Kind.PHONES: "number", Kind.DOMAINS: "domain"}
_KINDS = {
    Kind.INTEGER: "int",
    Kind.PERCENT: "int",
    Kind.MONEY: "money",
    Kind.INSTANT: "instant",
    Kind.DATE: "date",
    Kind.BOOLEAN: "bool",
}


def columns_of(fields: Iterable[Field]) -> list[Column]:
    """The columns that show these fields."""
    return [
        Column(field.key, field.label, kind="id" if field.key == "id" else _KINDS.get(field.kind, "text"))
        for field in fields
    ]


class Shape(Protocol):
    """What rows are shaped for."""

    @property
    def format(self) -> str:
        """The format in force."""

    @property
    def is_json(self) -> bool:
        """Whether values keep their structure."""


def rows(out: Shape, fields: Sequence[Field], records: Iterable[dict[str, Any]]) -> Iterator[list[Any]]:
    """Presented records as the format in force shows them."""
    if out.is_json:
        return ([record[field.key] for field in fields] for record in records)
    shown = short if out.format == "table" else readable if out.format in PEOPLE else text_of
    return ([shown(field, record[field.key]) for field in fields] for record in records)


def short(field: Field, value: Any) -> Any:
    """A presented value for a narrow column: of several addresses the primary one, and how many more."""
    key = _SHORT.get(field.kind)
    if key is None or not value:
        return readable(field, value)
    return value[0][key] + (f" +{len(value) - 1}" if len(value) > 1 else "")


def readable(field: Field, value: Any) -> Any:
    """A presented value for people: an instant stays one, so that it is shown in their zone."""
    if field.kind is Kind.INSTANT and value is not None:
        from datetime import datetime

        return datetime.fromisoformat(value)
    if field.kind is Kind.DUE and value is not None and "T" in value:
        from datetime import datetime

        return datetime.fromisoformat(value)
    if field.labels and field.kind is Kind.SELECT and value is not None:
        return field.named(value)
    if field.labels and field.kind is Kind.MULTI_SELECT and value:
        return ", ".join(field.named(choice) for choice in value)
    return text_of(field, value)
