"""The records that a value names: of one noun, or of any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from smallcrm.services.records.schema import Field

Ref = tuple[str, int]


def key_of(field: Field) -> str:
    """The key of an element under which the id of its record stands."""
    return field.target or "record"


def ref_of(field: Field, element: Any) -> Ref:
    """The noun and the id that one element, or a single value, names."""
    if field.target:
        return field.target, element[field.target] if field.many else element
    return element["object"], element["record"]


def named(field: Field, value: Any) -> list[Ref]:
    """The noun and the id of every record that a value names."""
    if not field.refers or value in (None, []):
        return []
    return [ref_of(field, element) for element in (value if field.many else [value])]


def made(field: Field, ref: Ref) -> Any:
    """The value, or the element, that names a record."""
    noun, record_id = ref
    if not field.target:
        return {"object": noun, "record": record_id}
    return {field.target: record_id} if field.many else record_id


def without(field: Field, elements: Iterable[Any], gone: Container[Ref]) -> list[Any]:
    """The elements but those that name a record that is gone."""
    return [dict(element) for element in elements if ref_of(field, element) not in gone]
