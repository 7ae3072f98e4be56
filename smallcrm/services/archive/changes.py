"""The journal in an archive: ids inside of changes stand as `{"id": number}`, so that any workspace can have them.

Which values are ids only the fields tell, so they are marked when the archive is written; whoever reads it looks for
the marks alone.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from smallcrm.db.fence.scope import TENANT_SHIFT
from smallcrm.db.ids import PackedField, bound_tenant, number_of, own_id
from smallcrm.services.archive import cells
from smallcrm.services.archive.cells import Unfit
from smallcrm.services.records import schema
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smallcrm.services.archive.values import Definition

MARK = "id"
_SINGLE = (Kind.RECORD, Kind.MEMBER)


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


def unmarked(text: str) -> str:
    """The changes with the ids of the bound workspace in place of the marks; raises Unfit."""
    try:
        return json.dumps(_packed(json.loads(text)), ensure_ascii=False)
    except RecursionError:
        raise Unfit("it is too deep") from None


def _packed(value: Any) -> Any:
    if isinstance(value, list):
        return [_packed(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {MARK}:
        return own_id(cells.number(str(value[MARK])))
    return {key: _packed(each) for key, each in value.items()}
