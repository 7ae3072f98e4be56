"""The journal in an archive: ids inside of changes stand as `{"id": number}`, so that any workspace can have them.

Which values are ids only the fields tell, so they are marked when the archive is written; whoever reads it looks for
the marks alone.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence.scope import TENANT_SHIFT
from smallcrm.db.ids import PackedField, bound_tenant, number_of, own_id
from smallcrm.errors import ValidationError
from smallcrm.services.archive import cells
from smallcrm.services.archive.cells import Unfit
from smallcrm.services.records import schema
from smallcrm.services.records.cleaning import as_stored
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Field, Kind
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smallcrm.services.archive.numbers import Numbers
    from smallcrm.services.archive.values import Definition

MARK = "id"
_SINGLE = (Kind.RECORD, Kind.MEMBER)
_TEXTS = (Kind.TEXT, Kind.LONG_TEXT, Kind.URL)


def known(fields: Iterable[Definition]) -> dict[tuple[str, str], Field]:
    """The fields that the workspace added, by noun and key."""
    return {(one.object, one.key): one.field for one in fields}


def marked(noun_name: str, text: str, fields: Mapping[tuple[str, str], Field]) -> str:
    """The changes of a record with its ids marked; `fields` are those that the workspace added, by noun and key."""
    noun, tenant = schema.noun(noun_name), bound_tenant()

    def marks(value: Any) -> Any:
        packed = type(value) is int and value >> TENANT_SHIFT == tenant
        return {MARK: number_of(value)} if packed else value

    def side(field: Field, value: Any) -> Any:
        if not field.many:
            return _one(field, value, marks)
        keys = _id_keys(noun.part(field.key))
        return [{key: marks(each) if key in keys else each for key, each in element.items()} for element in value]

    found: dict[str, Any] = json.loads(text)
    for key, change in found.items():
        field = next((one for one in noun.builtin if one.key == key), None) or fields.get((noun_name, key))
        if field is not None and isinstance(change, dict):
            found[key] = {sign: side(field, value) for sign, value in change.items()}
        elif field is not None:
            found[key] = [side(field, value) for value in change]
    return json.dumps(found, ensure_ascii=False)


def _one(field: Field, value: Any, marks: Any) -> Any:
    """A single value with its id marked."""
    if field.kind not in _SINGLE or value is None:
        return value
    if isinstance(value, dict):
        return {key: marks(each) if key == "record" else each for key, each in value.items()}
    return marks(value)


def _id_keys(part: Any) -> frozenset[str]:
    """The keys of an element under which ids stand."""
    if not isinstance(part, RowPart):
        return frozenset()
    columns = part.model._meta.columns
    return frozenset(
        key
        for key, column in part.columns.items()
        if isinstance(columns[column], PackedField) or hasattr(columns[column], "rel_model")
    )


def unmarked(noun_name: str, text: str, members: Numbers) -> str:
    """The changes of a record with the ids of the bound workspace in place of the marks; raises Unfit.

    `members` are the numbers of those who may be named.
    """
    try:
        found = _packed(json.loads(text))
    except RecursionError:
        raise Unfit("it is too deep") from None
    builtin = {field.key: field for field in schema.noun(noun_name).builtin}
    for key, change in found.items():
        field = builtin.get(key)
        if not (_fits(noun_name, field, change, members) if field is not None else _is_plain(change)):
            raise Unfit(f"nothing changes {key} of a {noun_name} like that")
    return json.dumps(found, ensure_ascii=False)


def _is_plain(change: Any) -> bool:
    """Whether a change can be one of a field that a workspace added, whatever its type was: choices, or two values."""
    if isinstance(change, dict):
        elements = [element for side in change.values() for element in side]
        return all(
            isinstance(one, dict) and one.keys() == {"value"} and isinstance(one["value"], str) for one in elements
        )
    return not any(
        map(_is_nested, (part for one in change for part in (one.values() if isinstance(one, dict) else [one])))
    )


def _is_nested(value: Any) -> bool:
    return isinstance(value, list | dict)


def _fits(noun_name: str, field: Field, change: Any, members: Numbers) -> bool:
    """Whether something could have changed a field so."""
    if field.derived or field.computed or field.many is not isinstance(change, dict):
        return False
    if not field.many:
        return all(value is None or _is_value(field, value, members) for value in change)
    part: Any = schema.noun(noun_name).part(field.key)
    return all(_is_element(part, element, members) for side in change.values() for element in side)


def _is_value(field: Field, value: Any, members: Numbers) -> bool:
    if field.kind is Kind.MEMBER:
        return _is_id(value) and number_of(value) in members
    if field.kind is Kind.RECORD and field.target:
        return _is_id(value)
    if field.kind is Kind.RECORD:
        shaped = isinstance(value, dict) and value.keys() == {"object", "record"}
        return shaped and value["object"] in list(schema.nouns()) and _is_id(value["record"])
    if field.kind in _TEXTS:
        return isinstance(value, str)
    try:
        return bool(as_stored(replace(field, negative=True), value) == value)
    except ValidationError:
        return False


def _is_id(value: Any) -> bool:
    return type(value) is int and value >> TENANT_SHIFT == bound_tenant()


def _is_element(part: Any, element: Any, members: Numbers) -> bool:
    """Whether one of several values has the parts that it needs, and no others."""
    if not isinstance(element, dict):
        return False
    if not isinstance(part, RowPart):
        return element.keys() == {"name"} and isinstance(element["name"], str)
    ids, columns = _id_keys(part), part.model._meta.columns
    needed = {key for key in (part.shown, part.within) if key} | {
        key for key in ids if not columns[part.columns[key]].null
    }
    if not needed <= element.keys() <= part.columns.keys():
        return False
    for key, value in element.items():
        if key in ids:
            known = _is_id(value) and (key != "member" or number_of(value) in members)
        elif isinstance(columns[part.columns[key]], pw.TextField):
            known = isinstance(value, str) or (value is None and key not in needed)
        else:
            known = isinstance(value, int) or (value is None and key not in needed)
        if not known or (key == "object" and value not in schema.nouns()):
            return False
    return True


def _packed(value: Any) -> Any:
    if isinstance(value, str) and replace_bad(value)[1]:
        raise Unfit("it holds a NUL character, or half of a surrogate pair")
    if isinstance(value, float) or (isinstance(value, int) and not -(1 << 63) <= value < 1 << 63):
        raise Unfit("it holds a number that no field has")
    if isinstance(value, list):
        return [_packed(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {MARK}:
        return own_id(cells.number(str(value[MARK])))
    return {_packed(key): _packed(each) for key, each in value.items()}
