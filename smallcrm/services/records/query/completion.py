"""What completes the last term of a filter: names of fields, and after the sign the values that one may have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.records.completion import known_values
from smallcrm.services.records.query import names
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.words import singular

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.records.completion import Candidate
    from smallcrm.services.records.query.handles import Handle
    from smallcrm.services.records.schema import Noun

_SIGNS = ":=<>~!"
_DATES = ("today", "yesterday", "-1w", "-1m", "this-week", "last-week", "this-month", "last-month", "this-year")


def terms(noun: Noun, typed: str) -> Iterator[Candidate]:
    """The text as typed with its last term completed."""
    start = max(typed.rfind(" "), typed.rfind("(")) + 1
    start += typed[start:].startswith("-")
    name = typed[start:]
    sign = next((at for at, char in enumerate(name) if char in _SIGNS), None)
    if sign is not None:
        end = sign + len(name[sign:]) - len(name[sign:].lstrip(_SIGNS))
        head = typed[: start + end]
        handle = _handle(noun, name[:sign])
        yield from ((head + _written(value), "") for value in _values(handle) if value)
        return
    first, dot, _more = name.partition(".")
    known = names.handles(noun)
    if not dot:
        yield from ((f"{typed[:start]}{_name(key, found)}:", found.field.label) for key, found in known.items())
        return
    handle = names.named(known, first)
    for key, found in names.beyond(handle).items() if handle is not None else ():
        yield f"{typed[:start]}{first}.{_name(key, found)}:", found.field.label


def _name(key: str, found: Handle) -> str:
    """The name that is completed: of a shortcut the word, of a field that of one of its values."""
    return singular(found.field) if found.field.key == key else key


def _handle(noun: Noun, name: str) -> Handle | None:
    first, dot, more = name.partition(".")
    handle = names.named(names.handles(noun), first)
    return names.named(names.beyond(handle), more) if handle is not None and dot else handle


def _values(handle: Handle | None) -> Iterator[str]:
    if handle is None:
        return
    if handle.field.kind in (Kind.DATE, Kind.INSTANT, Kind.DUE):
        yield from _DATES
    yield from known_values(handle.field)
    yield from ("any", "empty")


def _written(value: str) -> str:
    """A value as it stands in a filter."""
    if value and all(char.isalnum() or char in "-_@.+" for char in value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
