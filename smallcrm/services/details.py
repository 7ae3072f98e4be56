"""All that is known of one record, line by line, as people read it: its fields, and what stands around it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.services.agenda import last_and_next
from smallcrm.services.involved import involved
from smallcrm.services.records import presenting
from smallcrm.services.records.presenting import logged_text
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.showing import readable
from smallcrm.services.values.reading import reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.agenda import Mention
    from smallcrm.services.records.schema import Field, Noun

PEOPLE_SHOWN = 20
INVOLVED_SHOWN = 10
_ELEMENTS = {Kind.EMAILS: "address", Kind.PHONES: "number", Kind.DOMAINS: "domain"}


class Line(NamedTuple):
    """One thing that is known: its key, what it is called, and its value; of a field of the record also that."""

    key: str
    label: str
    value: Any
    field: Field | None = None


def lines(noun: Noun, record: dict[str, Any], zone: str) -> list[Line]:
    """What is known of a presented record, without what says nothing."""
    # When something is due next is told with what it is.
    shown = [
        Line(key, field.label, _detail(field, record[key]), field)
        for key, field in presenting.columns(noun).items()
        if key != "next_activity" and record[key] not in (None, "", [], False)
    ]
    at = next((at for at, line in enumerate(shown) if line.key == "created_at"), len(shown))
    return [*shown[:at], *(line for line in _around(noun, record["id"], zone) if line.value), *shown[at:]]


def _around(noun: Noun, number: int, zone: str) -> Iterator[Line]:
    """What other records say of one."""
    yield Line("people", "People", _people(noun, number))
    for name, some in involved(noun, number, INVOLVED_SHOWN + 1).items():
        told = [f"{one.title} ({name} {one.number}), {one.state}" for one in some[:INVOLVED_SHOWN]]
        more = ["…"] if len(some) > INVOLVED_SHOWN else []
        yield Line(f"{name}s", f"{name.capitalize()}s", "\n".join([*told, *more]))
    if noun.settings:
        return
    last, coming = last_and_next(noun, number)
    yield Line("last_activity", "Last activity", "" if last is None else _mention(last, last.done_at, zone))
    yield Line("next_activity", "Next activity", "" if coming is None else _mention(coming, coming.due_at, zone))


def _mention(found: Mention, when: object, zone: str) -> str:
    """An activity in a line, with the time at which it was done or is due."""
    return f"{found.subject} ({found.kind}, activity {found.number}), {reader(zone)(when)}"


def _people(noun: Noun, number: int) -> str:
    """The contacts of a company, a line each."""
    if noun.name != "company":
        return ""
    from smallcrm.services.links import people_of

    found = people_of(number, PEOPLE_SHOWN + 1)
    told = [_place(person) for person in found[:PEOPLE_SHOWN]]
    return "\n".join([*told, *(["…"] if len(found) > PEOPLE_SHOWN else [])])


def _detail(field: Field, value: Any) -> Any:
    """A value in full: labels, roles, ends; each element of a list on its own line."""
    if field.kind in _ELEMENTS:
        return "\n".join(_element(element, _ELEMENTS[field.kind], alone=len(value) == 1) for element in value)
    if field.kind is Kind.LOG:
        return "\n".join(logged_text(entry) for entry in value)
    if field.kind is Kind.RECORDS:
        return "\n".join(_place(element, alone=len(value) == 1) for element in value)
    if field.kind is Kind.RECORD:
        return _place(value)
    return readable(field, value)


def _element(element: dict[str, Any], key: str, *, alone: bool) -> str:
    notes = [element.get("label"), "primary" if element.get("primary") and not alone else None]
    told = ", ".join(note for note in notes if note)
    return f"{element[key]} ({told})" if told else str(element[key])


def _place(place: dict[str, Any], *, alone: bool = True) -> str:
    """A link, from either side."""
    notes = [place.get("role"), "primary" if place.get("primary") and not alone else None]
    notes.append(f"until {place['ended']}" if place.get("ended") else None)
    noun = f"{place['object']} " if "object" in place else ""
    return ", ".join([f"{place['name']} ({noun}{place['id']})", *(note for note in notes if note)])
