"""Custom fields for tests: one of every type, and values of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services import field_changes
from smallcrm.services.records import editing, schema
from smallcrm.services.records.definitions import TYPES
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.query import customs
from tests.support.cast import EUR

if TYPE_CHECKING:
    from smallcrm.services.records.query.customs import Custom

OPTIONS = ("Gold", "Silver", "Tin")


def define(noun: str, label: str, kind: str = "text", *, options: tuple[str, ...] = (), **said: str) -> int:
    """Add a field; gives its number."""
    edit = Edit({"object": noun, "label": label, "type": kind, **said})
    return field_changes.add(edit, options, EUR).changed[0]


def define_all(noun: str) -> list[str]:
    """Add a field of every type, with the type as its label; gives the keys."""
    for kind in TYPES:
        more = {"target": "company"} if kind == "record" else {}
        define(noun, f"My {kind}", kind, options=OPTIONS if "select" in kind else (), **more)
    return [field.key for field in schema.noun(noun).custom]


def handle(noun: str, key: str) -> Custom:
    """A field as filters and orders name it."""
    return next(found for found in customs.handles(schema.noun(noun)) if found.field.key == key)


def add(noun: str = "contact", **values: str) -> int:
    """A new record; gives its number."""
    title = {"contact": "first_name"}.get(noun, "name")
    return editing.add(schema.noun(noun), Edit({title: "Ann", **values}), EUR).changed[0]


def edit(number: int, noun: str = "contact", clear: tuple[str, ...] = (), **values: str) -> int | None:
    """Set and clear fields; gives the operation."""
    return editing.edit_many(schema.noun(noun), [number], Edit(values, clear), EUR).operation
