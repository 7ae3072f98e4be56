"""The fields that the bound workspace added, kept in memory: read by one query, and again when they may be others."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import peewee as pw

from smallcrm.db.fence import proxy
from smallcrm.db.fence.scope import Kind as ScopeKind
from smallcrm.db.fence.scope import bound
from smallcrm.models.base import State
from smallcrm.models.custom import CustomField, FieldOption
from smallcrm.services.records import schema
from smallcrm.services.records.custom_values import Kept, Store
from smallcrm.services.records.documents import fetch
from smallcrm.services.records.schema import Customs, Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TYPES: dict[str, Kind] = {
    "text": Kind.TEXT, "long text": Kind.LONG_TEXT, "integer": Kind.INTEGER, "decimal": Kind.DECIMAL,
    "money": Kind.MONEY, "date": Kind.DATE, "datetime": Kind.INSTANT, "boolean": Kind.BOOLEAN, "select": Kind.SELECT,
    "multi-select": Kind.MULTI_SELECT, "url": Kind.URL, "email": Kind.EMAIL, "phone": Kind.PHONE,
    "user": Kind.MEMBER, "record": Kind.RECORD,
}  # fmt: skip
"""The types of fields as people say them."""
CHOOSING = ("select", "multi-select")

_NOTHING: Mapping[str, Customs] = {}
_NO_CUSTOMS = Customs()


class _Memory(threading.local):
    """What this thread has read, by database and workspace; each thread reads what its own connection sees."""

    def __init__(self) -> None:
        self.known: WeakKeyDictionary[Any, dict[int, tuple[int, Mapping[str, Customs]]]] = WeakKeyDictionary()
        self.foreseen: Mapping[str, Customs] | None = None


@dataclass
class _Age:
    """How often the fields of some workspace may have changed since the program began."""

    changes: int = 0


_memory = _Memory()
_age = _Age()


def forget() -> None:
    """Let every thread read the fields again."""
    _age.changes += 1


def customs(name: str) -> Customs:
    """The fields that the bound workspace added to a noun; none where no workspace is bound."""
    scope = bound()
    if scope is None or scope.kind is not ScopeKind.TENANT or scope.key is None:
        return _NO_CUSTOMS
    if _memory.foreseen is not None:
        return _memory.foreseen.get(name, _NO_CUSTOMS)
    mine = _memory.known.setdefault(proxy.target(), {})
    found = mine.get(scope.key)
    if found is None or found[0] != _age.changes:
        changes = _age.changes
        found = mine[scope.key] = changes, _read()
    return found[1].get(name, _NO_CUSTOMS)


def every() -> Mapping[str, Customs]:
    """The fields that the bound workspace has added by now, by noun."""
    return {name: customs(name) for name in schema.nouns()}


@contextmanager
def foreseen(fields: Mapping[str, Customs]) -> Iterator[None]:
    """Let this thread see fields that are about to be made; whoever makes them has to give them the same ids."""
    _memory.foreseen = fields
    try:
        yield
    finally:
        _memory.foreseen = None


def provide() -> None:
    """Let the engine know of the fields that workspaces add."""
    schema.provide_customs(customs, forget)


def field_of(document: Mapping[str, Any]) -> Field:
    """The field that a definition means."""
    options = sorted(document["options"], key=lambda option: (option["position"], option["option"]))
    return Field(
        key=document["key"],
        label=document["label"],
        kind=TYPES[document["type"]],
        help=document["help"] or "",
        choices=tuple(option["option"] for option in options),
        labels=tuple(option["label"] for option in options),
        closed=frozenset(option["option"] for option in options if option.get("archived")),
        target=document["target"] or "",
        custom=True,
        negative=True,
        required=bool(document["required"]),
        default=document["default"] or "",
        hidden=bool(document["archived"]),
    )


_COLUMNS = {
    "id": CustomField.id, "state": CustomField.state, "object": CustomField.object, "key": CustomField.key,
    "label": CustomField.name, "type": CustomField.kind, "target": CustomField.target, "help": CustomField.help,
    "required": CustomField.required, "unique": CustomField.is_unique, "default": CustomField.default_text,
    "archived": CustomField.archived,
}  # fmt: skip
_OPTION = {
    "option": FieldOption.value, "label": FieldOption.label, "position": FieldOption.position,
    "archived": FieldOption.archived,
}  # fmt: skip


def _read() -> Mapping[str, Customs]:
    """The fields of every noun, with one query."""
    query = (
        CustomField.select(*_COLUMNS.values(), *_OPTION.values())
        .join(FieldOption, pw.JOIN.LEFT_OUTER, on=(FieldOption.field == CustomField.id))
        .order_by(CustomField.position, CustomField.id)
    )
    found: dict[int, dict[str, Any]] = {}
    for row in fetch(query):
        document = found.setdefault(row[0], {**dict(zip(_COLUMNS, row, strict=False)), "options": []})
        option = dict(zip(_OPTION, row[len(_COLUMNS) :], strict=True))
        if option["option"] is not None:
            document["options"].append(option)
    return _by_noun(found.values()) if found else _NOTHING


def _by_noun(definitions: Iterable[Mapping[str, Any]]) -> Mapping[str, Customs]:
    grouped: dict[str, list[Kept]] = defaultdict(list)
    names = set()
    for document in definitions:
        names.add(document["object"])
        if document["state"] == State.LIVE:
            unique = bool(document["unique"]) and not document["archived"]
            grouped[document["object"]].append(Kept(document["id"], field_of(document), unique))
    # A noun of which every field is in the trash has a store too, so that what is purged leaves no values behind.
    known = schema.nouns()
    return {
        name: Customs(tuple(kept.field for kept in grouped[name]), Store(known[name].code, grouped[name]))
        for name in names
        if name in known
    }
