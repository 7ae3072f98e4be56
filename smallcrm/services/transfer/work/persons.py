"""The people that a row of work names: by ids, by addresses, by names, and by both in one cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from smallcrm.services.values.emails import email_key, split_emails
from smallcrm.services.values.names import split_person_name
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Values
    from smallcrm.services.transfer.work.rows import Row

_BETWEEN = re.compile(r"\s*[;|\n]\s*")
_BETWEEN_ADDRESSED = re.compile(r"\s*[;|\n]\s*|(?<=[)>])(?:\s*,\s*|\s+)")
_BETWEEN_IDS = re.compile(r"\s*[;|,\n]\s*")
_ADDRESSED = re.compile(r"([^@]*?)\s*(?:\(\s*([^\s()]+)\s*\)|<\s*([^\s<>]+)\s*>)")


class Person(NamedTuple):
    """A person as a row names them; `company` is the one that the row is about, `title` what they get if new."""

    external: str | None
    address: str | None
    name: str | None
    company: int | None
    title: str | None = None


def ids_in(cell: str | None) -> list[str]:
    """The ids in a cell."""
    return [key for key in _BETWEEN_IDS.split(cell) if key] if cell else []


def people_in(row: Row, company: int | None) -> list[Person]:
    """The people that a row names: one with all that is said, or several by what each has alone."""
    if row.people:
        # Whose company they are at is not said, since they may be at another.
        known = [(name, None) if email_key(name) else (None, name) for name in row.people]
        return [Person(None, address, name, None) for address, name in known]
    ids = ids_in(row.get("contact:external"))
    said = _said(row.get("contact:email") or "", row.get("contact:name") or "")
    if max(len(ids), len(said)) <= 1:
        (name, address), external = next(iter(said), (None, None)), next(iter(ids), None)
        person = Person(external, address, name, company, row.get("contact:title"))
        return [person] if any(person[:3]) else []
    if len(ids) == len(said) and all(address for _name, address in said):
        return [Person(key, address, name, company) for key, (name, address) in zip(ids, said, strict=True)]
    if ids:
        return [Person(key, None, None, company) for key in ids]
    return [Person(None, address, name, company) for name, address in said]


def _said(addresses: str, names: str) -> list[tuple[str | None, str | None]]:
    """The names and addresses in two cells, put together where it is said which of them are one person's.

    Names alone beside addresses are nobody's, unless there is one of each.
    """
    apart = split_emails(addresses)[0]
    named = _named(names)
    if len(apart) == len(named) == 1:
        return [(named[0][0] or apart[0][1], apart[0][0])]
    found = {email_key(address): (name, address) for name, address in named if address}
    for address, name in apart:
        key = email_key(address)
        found[key] = (found.get(key, (None,))[0] or name, address)
    return list(found.values()) if apart else named


def _named(cell: str) -> list[tuple[str | None, str | None]]:
    """The people in a cell of names, each with the address that stands beside or in place of the name."""
    found = [_addressed(piece) for piece in _BETWEEN_ADDRESSED.split(cell) if piece]
    if not all(address for _name, address in found):
        # A comma or a blank may be that of a name.
        found = [_addressed(piece) for piece in _BETWEEN.split(cell) if piece]
    return found


def _addressed(text: str) -> tuple[str | None, str | None]:
    """A name and an address: `Ann Lee (ann@x.example)`, `Ann Lee <ann@x.example>`, or one of both."""
    parts = _ADDRESSED.fullmatch(text.strip())
    address = parts and (parts[2] or parts[3]).removeprefix("mailto:")
    if parts and email_key(address or ""):
        return parts[1].strip(" \"'") or None, address
    return (None, text) if email_key(text) else (text, None)


def mark(one: Person) -> tuple[str, ...]:
    """What makes two mentions one and the same."""
    key = email_key(one.address or "")
    named = ("name", keys_of(one.name or "")[0], str(one.company), one.external or "")
    return ("address", key) if key else named


def keys_of(name: str) -> tuple[str, ...]:
    """What a person of that name is found by: as a contact's name is put together, and as it is written."""
    parts = split_person_name(name)
    whole = " ".join(part for part in (parts.first, parts.middle, parts.last) if part)
    return tuple(dict.fromkeys(sort_key(one) for one in (whole, name) if one)) or ("",)


def namesakes_of(named: dict[str, list[int]], name: str) -> list[int]:
    """The people of that name, of those found by it."""
    return sorted({record for key in keys_of(name) for record in named.get(key, [])})


def contact_of(person: Person) -> Values:
    """The contact that a person becomes."""
    values: Values = {}
    if person.name and email_key(person.name) is None:
        name = split_person_name(person.name)
        parts = {"prefix": name.prefix, "first_name": name.first, "middle_name": name.middle, "last_name": name.last,
                 "suffix": name.suffix}  # fmt: skip
        values |= {key: part for key, part in parts.items() if part}
    if person.title:
        values["title"] = person.title
    if person.address:
        values["emails"] = [{"address": person.address}]
    if person.company is not None:
        values["companies"] = [{"company": person.company}]
    return values
