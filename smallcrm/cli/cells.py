"""Presented records as rows: exact for programs, texts for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from smallcrm.cli.output import Column
from smallcrm.services.records.presenting import cell_of, text_of
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.showing import readable, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from smallcrm.services.records.schema import Field

PEOPLE = ("table", "vertical", "markdown")
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
    shown = short if out.format == "table" else readable if out.format in PEOPLE else _exported
    return ([shown(field, record[field.key]) for field in fields] for record in records)


def _exported(field: Field, value: Any) -> Any:
    """A presented value as an export writes it: a choice by its name."""
    return cell_of(field, value) if field.kind in (Kind.SELECT, Kind.MULTI_SELECT) else text_of(field, value)
