"""Records as interfaces show and export them: numbers for ids, names for references, ISO 8601 for instants."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from smallcrm.clock import from_micros
from smallcrm.db.fence import Ids, by_id
from smallcrm.db.ids import number_of
from smallcrm.models.workspace import Member
from smallcrm.services.records import references, schema
from smallcrm.services.records.choices import choice_of
from smallcrm.services.records.documents import CHUNK
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.values.enumerating import enumerated
from smallcrm.services.values.spans import span_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from smallcrm.services.records.schema import Noun, Values

META_FIELDS = (
    Field("id", "Id", Kind.INTEGER, derived=True),
    Field("created_at", "Created", Kind.INSTANT, derived=True),
    Field("updated_at", "Updated", Kind.INSTANT, derived=True),
    Field("trashed_at", "Trashed", Kind.INSTANT, derived=True),
    Field("version", "Version", Kind.INTEGER, derived=True),
)


MEMBER = "member"
Names = dict[str, dict[int, str]]
"""The names of what some records refer to: by noun, or `member`, and by id."""


def columns(noun: Noun) -> dict[str, Field]:
    """Everything that can be shown of a noun, by key."""
    meta = {field.key: field for field in META_FIELDS}
    shown = {key: field for key, field in noun.by_key.items() if not field.hidden}
    return {"id": meta.pop("id"), **shown, **meta}


def present(noun: Noun, documents: Iterable[Values], keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The records with these keys, ready for JSON."""
    known = {**noun.by_key, **columns(noun)}
    fields = [known.get(key) or _beyond(noun, key) for key in keys]
    batch: list[Values] = []
    for document in documents:
        batch.append(document)
        if len(batch) == CHUNK:
            yield from _presented(fields, batch)
            batch = []
    yield from _presented(fields, batch)


def _beyond(noun: Noun, key: str) -> Field:
    from smallcrm.services.records.stepping import field_beyond

    return field_beyond(noun, key)


def _presented(fields: Sequence[Field], batch: Sequence[Values]) -> Iterator[dict[str, Any]]:
    names = names_of(fields, batch)
    further = _further(fields, batch)
    for document in batch:
        shown = {field.key: plain(field, document.get(field.key), names) for field in fields}
        yield {**shown, **further[document["id"]]} if further else shown


def _further(fields: Sequence[Field], batch: Sequence[Values]) -> dict[int, dict[str, Any]]:
    """What the fields a step on say of each document; empty where there are none, as mostly."""
    if not any("." in field.key for field in fields):
        return {}
    from smallcrm.services.records.stepping import values_beyond

    return values_beyond(fields, batch)


def names_of(fields: Iterable[Field], batch: Sequence[Values]) -> Names:
    """The names of all that these fields of some documents refer to."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for field in fields:
        if not (field.refers or field.kind in (Kind.MEMBER, Kind.MEMBERS, Kind.LOG)):
            continue
        for document in batch:
            for name, record_id in _refs(field, document.get(field.key)):
                wanted[name].add(record_id)
    return {name: called(Member if name == MEMBER else schema.noun(name).model, ids) for name, ids in wanted.items()}


def _refs(field: Field, value: Any) -> Iterable[references.Ref]:
    if not value:
        return ()
    if field.kind is Kind.MEMBER:
        return ((MEMBER, value),)
    if field.kind is Kind.MEMBERS:
        return ((MEMBER, element[MEMBER]) for element in value)
    if field.kind is Kind.LOG:
        return ((key, part) for element in value for key, part in element.items() if _is_noun(key))
    return references.named(field, value)


def _is_noun(key: str) -> bool:
    """Whether the part of a log's element is the id of a member or of a record."""
    return key == MEMBER or key in schema.nouns()


def called(model: Any, ids: set[int]) -> dict[int, str]:
    """The names of some rows of a model by their ids."""
    found: dict[int, str] = {}
    listed = sorted(ids)
    for start in range(0, len(listed), CHUNK):
        row = by_id(model)
        query = row.select(row.id, row.name).where(row.id.in_(Ids(listed[start : start + CHUNK])))
        found.update(query.tuples().iterator())
    return found


def plain(field: Field, value: Any, names: Names) -> Any:
    """One value, ready for JSON."""
    if value is None:
        return None
    if field.key == "id":
        return number_of(value)
    maker = _PLAIN.get(field.kind)
    return value if maker is None else maker(field, value, names)


def _shown(ref: references.Ref, names: Names) -> dict[str, Any]:
    return {"id": number_of(ref[1]), "name": names.get(ref[0], {}).get(ref[1], "?")}


def _record(field: Field, value: Any, names: Names) -> dict[str, Any]:
    ref = references.ref_of(field, value)
    return _shown(ref, names) if field.target else {"object": ref[0], **_shown(ref, names)}


def _element(field: Field, element: dict[str, Any], names: Names) -> dict[str, Any]:
    """A record of several, with what is said of it."""
    rest = {key: part for key, part in element.items() if key not in ("object", references.key_of(field))}
    return {**_record(field, element, names), **rest}


def _of_several(element: dict[str, Any], names: Names) -> dict[str, Any]:
    """A member of several, with what is said of them."""
    rest = {key: part for key, part in element.items() if key != MEMBER}
    return {**_shown((MEMBER, element[MEMBER]), names), **rest}


def _logged(element: dict[str, Any], names: Names) -> dict[str, Any]:
    """One entry of a log: instants in ISO 8601, records and members by name."""
    return {
        key: iso(from_micros(part)) if key == "at" else _shown((key, part), names) if _is_noun(key) else part
        for key, part in element.items()
    }


def _reminder(element: dict[str, Any]) -> dict[str, Any]:
    """One reminder: how many minutes before, and when it was sent."""
    sent = element.get("sent_at")
    return {**element, **({} if sent is None else {"sent_at": iso(from_micros(sent))})}


_PLAIN: dict[Kind, Callable[[Field, Any, Names], Any]] = {
    Kind.INSTANT: lambda _field, value, _names: iso(from_micros(value) if isinstance(value, int) else value),
    Kind.MEMBER: lambda _field, value, names: _shown((MEMBER, value), names),
    Kind.MEMBERS: lambda _field, value, names: [_of_several(element, names) for element in value],
    Kind.RECORD: _record,
    Kind.RECORDS: lambda field, value, names: [_element(field, element, names) for element in value],
    Kind.TAGS: lambda _field, value, _names: [element["name"] for element in value],
    Kind.MULTI_SELECT: lambda _field, value, _names: [element["value"] for element in value],
    Kind.REMINDERS: lambda _field, value, _names: [_reminder(element) for element in value],
    Kind.LOG: lambda _field, value, names: [_logged(element, names) for element in sorted(value, key=itemgetter("at"))],
}


def iso(instant: Any) -> str:
    """An instant in ISO 8601, UTC, with Z."""
    text: str = instant.isoformat(timespec="milliseconds" if instant.microsecond % 1000 == 0 else "microseconds")
    return text.replace("+00:00", "Z")


def logged_text(entry: dict[str, Any]) -> str:
    """One presented entry of a log: what began, and when."""
    what = next(part for key, part in entry.items() if key not in ("at", MEMBER))
    return f"{what['name'] if isinstance(what, dict) else what} {entry['at']}"


_ELEMENTS: dict[Kind, Callable[[Any], list[str]]] = {
    Kind.EMAILS: lambda value: [element["address"] for element in value],
    Kind.PHONES: lambda value: [element["number"] for element in value],
    Kind.DOMAINS: lambda value: [element["domain"] for element in value],
    Kind.RECORDS: lambda value: [str(element["name"]) for element in value if not element.get("ended")],
    Kind.TAGS: list,
    Kind.MULTI_SELECT: list,
    Kind.EXTERNAL_IDS: lambda value: [f"{element['source']}:{element['key']}" for element in value],
    Kind.MEMBERS: lambda value: list(dict.fromkeys(str(element["name"]) for element in value)),
}
_TEXTS: dict[Kind, Callable[[Any], str]] = {
    Kind.OPTIONS: lambda value: ", ".join(element["label"] for element in value),
    Kind.LOG: lambda value: ", ".join(logged_text(entry) for entry in value),
    Kind.REMINDERS: lambda value: ", ".join(span_text(element["minutes"]) for element in value),
    Kind.MEMBER: lambda value: str(value["name"]),
    Kind.RECORD: lambda value: str(value["name"]),
    Kind.BOOLEAN: lambda value: "yes" if value else "no",
}


def text_of(field: Field, value: Any) -> Any:
    """A presented value as one cell of a table; numbers and money stay what they are."""
    if value is None:
        return ""
    several = _ELEMENTS.get(field.kind)
    if several is not None:
        return ", ".join(several(value))
    maker = _TEXTS.get(field.kind)
    return value if maker is None else maker(value)


def cell_of(field: Field, value: Any) -> Any:
    """A presented value as one cell that an import can take apart: of several values those with a comma are quoted."""
    if value and field.kind is Kind.SELECT:
        return _called(field.choices, field.labels, value)
    if value and field.kind is Kind.MULTI_SELECT:
        return enumerated(_called(field.choices, field.labels, choice) for choice in value)
    several = _ELEMENTS.get(field.kind)
    return text_of(field, value) if several is None or not value else enumerated(several(value))


@lru_cache(maxsize=1 << 12)
def _called(choices: tuple[str, ...], labels: tuple[str, ...], choice: str) -> str:
    """A choice as people call it, where nobody could take that for another choice."""
    field = Field("", "", choices=choices, labels=labels)
    name = field.named(choice)
    return name if choice_of(field, name) == choice else choice
