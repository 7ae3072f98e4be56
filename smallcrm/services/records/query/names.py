"""Which names a filter and a sort order know of a noun, and what each of them means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.models.workspace import Member
from smallcrm.services.records import schema
from smallcrm.services.records.presenting import META_FIELDS
from smallcrm.services.records.query import customs
from smallcrm.services.records.query.anyrecord import AnyLink
from smallcrm.services.records.query.dues import DueColumn, DueFormula
from smallcrm.services.records.query.formulas import Formula
from smallcrm.services.records.query.handles import Column, Link, Step
from smallcrm.services.records.query.parts import Elements, Tags
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.records.words import called

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from smallcrm.services.records.query.handles import Handle
    from smallcrm.services.records.schema import Noun

    Provider = Callable[[Noun], Iterable[Handle]]

MEMBER = "member"
_MEMBER_FIELDS = (Field("name", "Name"), Field("email", "E-mail"))
_SHORT = {"created": "created_at", "updated": "updated_at"}
_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Let filters and orders name more of a noun than its fields."""
    _providers.append(provider)


def handles(noun: Noun) -> dict[str, Handle]:
    """Everything of a noun that can be named, by key."""
    if _providers:
        return _made(noun)
    # Asked for every page; only what a workspace adds makes it different.
    kept = _kept.get(noun.name)
    if kept is None or kept[0] is not noun or kept[1] is not noun.custom:
        kept = _kept[noun.name] = (noun, noun.custom, _made(noun))
    return kept[2]


_kept: dict[str, tuple[Noun, Any, dict[str, Handle]]] = {}


def _made(noun: Noun) -> dict[str, Handle]:
    found: dict[str, Handle] = {field.key: Column(field, noun.model, (field.key,)) for field in META_FIELDS}
    for field in noun.fields:
        # What is kept nowhere needs a formula to be looked for in SQL; those of a workspace follow.
        if field.computed and field.key in noun.formulas:
            kind = DueFormula if field.kind is Kind.DUE else Formula
            found[field.key] = kind(field, noun.model, noun.formulas[field.key])
        elif not (field.computed or field.custom or field.kind is Kind.LOG):
            found[field.key] = _handle(noun, field)
    found.update((handle.field.key, handle) for handle in customs.handles(noun))
    for provider in _providers:
        found.update((handle.field.key, handle) for handle in provider(noun))
    found.update((word, _further(found, path)) for word, path in noun.shortcuts.items())
    return found


def _further(known: dict[str, Handle], path: str) -> Handle:
    """What a path of two names leads to."""
    first, _dot, more = path.partition(".")
    return beyond(known[first])[more]


def _handle(noun: Noun, field: Field) -> Handle:
    if field.kind is Kind.TAGS:
        return Tags(field, noun.name)
    if field.many:
        part: Any = noun.part(field.key)
        return Elements(field, noun.model, part)
    if field.refers and not field.target:
        return AnyLink(field, noun.model, field.columns)
    kind = Link if field.kind in (Kind.MEMBER, Kind.RECORD) else DueColumn if field.kind is Kind.DUE else Column
    return kind(field, noun.model, field.columns)


def named(known: dict[str, Handle], word: str) -> Handle | None:
    """The handle that a word means: a key, its singular, another word for it; None if there is none."""
    name = word.replace("-", "_")
    name = _SHORT.get(name, name)
    # A shortcut goes by its own word only, and not by what the field is called that it leads to.
    own = (found for key, found in known.items() if key == found.field.key)
    return known.get(name) or next((found for found in own if called(found.field, name)), None)


def beyond(handle: Handle) -> dict[str, Handle]:
    """What can be named of the record that a field refers to; empty where it refers to none."""
    if handle.field.kind in (Kind.MEMBER, Kind.MEMBERS):
        inner: dict[str, Handle] = {field.key: Column(field, Member, (field.key,)) for field in _MEMBER_FIELDS}
        return {key: Step(_reference(handle), MEMBER, Member, found) for key, found in inner.items()}
    if not handle.field.target:
        return {}
    target = schema.noun(handle.field.target)
    reference = _reference(handle)
    return {key: Step(reference, target.name, target.model, found) for key, found in handles(target).items()}


def _reference(handle: Handle) -> Any:
    return handle
