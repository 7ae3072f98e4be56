"""Contacts and companies as vCards, 3.0 (RFC 2426) or 4.0 (RFC 6350): what the standard knows, the rest as X-SMALLCRM.

A card holds every e-mail and phone, labels of their own in the way of Apple (`X-ABLabel`), which most programs read;
each field that the standard has no property for stands under its key, and smallCRM reads all of it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.records import presenting
from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer.staging import uid_of
from smallcrm.services.values.enumerating import quoted
from smallcrm.services.values.money import money_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.schema import Field

    Presented = dict[str, Any]

NOUNS = ("contact", "company")
"""The nouns that a vCard can be of."""
VERSIONS = ("3.0", "4.0")
OWN = "X-SMALLCRM-"
_WIDTH = 75
_TYPES = {"home": "home", "work": "work", "mobile": "cell", "fax": "fax", "pager": "pager", "other": "other"}
_NAME = ("last_name", "first_name", "middle_name", "prefix", "suffix")
_ADDRESS = ("street", "city", "region", "postal_code", "country")
_PLAIN = {"title": "TITLE", "description": "NOTE"}
# What a property of the standard holds, or what every card says in its own way.
_HELD = frozenset({
    *_NAME, *_ADDRESS, *_PLAIN, "website", "birthday", "id", "name", "nickname", "emails", "phones", "companies",
    "department", "tags", "created_at", "updated_at", "external_ids",
})  # fmt: skip


_CHOSEN = (Kind.SELECT, Kind.MULTI_SELECT)


def cards(fields: Sequence[Field], records: Iterator[Presented], version: str, *, firm: bool) -> Iterator[str]:
    """The card of each record as text; `firm`: they are companies."""
    for record in records:
        lines = ["BEGIN:VCARD", f"VERSION:{version}", *_properties(fields, record, version, firm=firm), "END:VCARD", ""]
        yield "\r\n".join(map(folded, lines))


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, none of which ends inside of a character."""
    data = line.encode()
    if len(data) <= _WIDTH:
        return line
    pieces, start, width = [], 0, _WIDTH
    while start < len(data):
        end = min(start + width, len(data))
        # A byte that goes on a character is no place to break.
        while end < len(data) and data[end] & 0xC0 == 0x80:  # noqa: PLR2004 - 10xxxxxx
            end -= 1
        pieces.append(data[start:end].decode())
        start, width = end, _WIDTH - 1
    return "\r\n ".join(pieces)


def escaped(text: str) -> str:
    """A text as a value of a property."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return plain.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,").replace(";", "\\;")


def _properties(fields: Sequence[Field], record: Presented, version: str, *, firm: bool) -> Iterator[str]:
    said: dict[str, Any] = {field.key: record.get(field.key) for field in fields}
    yield from _named(said, version, firm=firm)
    yield from _points(said, version)
    if any(said.get(key) for key in _ADDRESS):
        # Whether a person lives or works there nobody has said.
        yield f"ADR{';TYPE=work' if firm else ''}:;;{_parts(said, _ADDRESS)}"
    yield from _work(said, version)
    yield from (f"{name}:{escaped(said[key])}" for key, name in _PLAIN.items() if said.get(key))
    if said.get("website"):
        # An address of the web is no text, and has no escapes.
        yield f"URL:{said['website']}"
    if said.get("birthday"):
        yield f"BDAY:{_dated(said['birthday'], version)}"
    if said.get("tags"):
        yield f"CATEGORIES:{','.join(map(escaped, said['tags']))}"
    yield from _ids(said, firm=firm)
    if said.get("created_at"):
        yield f"{OWN}CREATED-AT:{said['created_at']}"
    if said.get("updated_at"):
        yield f"REV:{_dated(said['updated_at'][:19], version)}Z"
    yield from _own(fields, said)


def _named(said: Presented, version: str, *, firm: bool) -> Iterator[str]:
    """What the person or the company is called."""
    name = escaped(said.get("name") or "")
    yield f"FN:{name}"
    if firm:
        yield "KIND:org" if version == "4.0" else "X-ABShowAs:COMPANY"
        yield f"ORG:{name}"
    if not firm or version == "3.0":
        yield f"N:{_parts(said, _NAME)}"
    if said.get("nickname"):
        yield f"NICKNAME:{escaped(said['nickname'])}"


def _parts(said: Presented, keys: Sequence[str]) -> str:
    """A value of several parts."""
    return ";".join(escaped(said.get(key) or "") for key in keys)


def _dated(text: str, version: str) -> str:
    """A date or time as the version has it: 4.0 without the signs between."""
    return text.replace("-", "").replace(":", "") if version == "4.0" else text


def _points(said: Presented, version: str) -> Iterator[str]:
    """The e-mails and phones, each with what it is for."""
    number = 0
    for key, name, value in (("emails", "EMAIL", "address"), ("phones", "TEL", "number")):
        for element in said.get(key) or []:
            label = element.get("label") or ""
            known = _TYPES.get(label.lower())
            preferred = (";PREF=1" if version == "4.0" else ";TYPE=pref") if element.get("primary") else ""
            typed = f";TYPE={known}" if known else ""
            line = f"{name}{typed}{preferred}:{escaped(element[value])}"
            if label and label != _LABELS.get(known or ""):
                number += 1
                yield f"item{number}.{line}"
                yield f"item{number}.X-ABLabel:{escaped(label)}"
            else:
                yield line


_LABELS = {known: label for label, known in _TYPES.items()}


def _work(said: Presented, version: str) -> Iterator[str]:
    """Where a person works: the first place with the department, and the others that have not ended."""
    places = [place for place in said.get("companies") or [] if not place.get("ended")]
    for at, place in enumerate(places):
        unit = said.get("department") if not at else None
        preferred = ";PREF=1" if version == "4.0" and not at and len(places) > 1 else ""
        yield f"ORG{preferred}:{escaped(place['name'])}" + (f";{escaped(unit)}" if unit else "")
    if not places and said.get("department"):
        yield f"ORG:;{escaped(said['department'])}"
    if places and places[0].get("role"):
        yield f"ROLE:{escaped(places[0]['role'])}"


def _ids(said: Presented, *, firm: bool) -> Iterator[str]:
    """The name of the card itself, by which it was known before or else by its number, and those of other programs."""
    found = said.get("external_ids") or []
    uid = next((element["key"] for element in found if element["source"] == "vcard"), None)
    if uid is not None:
        yield f"UID:{escaped(uid)}"
    elif said.get("id"):
        yield f"UID:{uid_of('company' if firm else 'contact', said['id'])}"
    for element in found:
        if element["key"] != uid:
            named = f"{element['source']}:{element['key']}"
            yield f"{OWN}EXTERNAL-IDS:{escaped(quoted(named))}"


def _own(fields: Sequence[Field], said: Presented) -> Iterator[str]:
    """Whatever else is said, by the key of its field."""
    for field in fields:
        value = said.get(field.key)
        # Of a field of the workspace's own no is another answer than none.
        if value is None or value == [] or (value is False and not field.custom):
            continue
        if field.key not in _HELD and not field.computed:
            shown = presenting.cell_of if field.kind in _CHOSEN else presenting.text_of
            text = money_text(**value) if field.kind is Kind.MONEY else str(shown(field, value))
            yield f"{OWN}{field.key.upper().replace('_', '-').replace('.', '-')}:{escaped(text)}"
