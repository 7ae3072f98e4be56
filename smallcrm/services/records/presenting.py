"""Records as interfaces show and export them: numbers for ids, names for references, ISO 8601 for instants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.models.company import Company
from smallcrm.models.workspace import Member
from smallcrm.services.records.documents import CHUNK
from smallcrm.services.records.schema import Field, Kind

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


@dataclass(frozen=True)
class Names:
    """The names of the companies and members that some records refer to, by id."""

    companies: dict[int, str]
    members: dict[int, str]


def columns(noun: Noun) -> dict[str, Field]:
    """Everything that can be shown of a noun, by key."""
    meta = {field.key: field for field in META_FIELDS}
    return {"id": meta.pop("id"), **noun.by_key, **meta}


def present(noun: Noun, documents: Iterable[Values], keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The records with these keys, ready for JSON."""
    known = columns(noun)
    fields = [known[key] for key in keys]
    batch: list[Values] = []
    for document in documents:
        batch.append(document)
        if len(batch) == CHUNK:
            yield from _presented(fields, batch)
            batch = []
    yield from _presented(fields, batch)


def _presented(fields: Sequence[Field], batch: Sequence[Values]) -> Iterator[dict[str, Any]]:
    names = _names(fields, batch)
    for document in batch:
        yield {field.key: plain(field, document.get(field.key), names) for field in fields}


def _names(fields: Sequence[Field], batch: Sequence[Values]) -> Names:
    companies: set[int] = set()
    members: set[int] = set()
    for field in fields:
        for document in batch:
            value = document.get(field.key)
            if not value:
                continue
            if field.kind is Kind.COMPANIES:
                companies.update(element["company"] for element in value)
            elif field.kind is Kind.RECORD:
                companies.add(value)
            elif field.kind is Kind.MEMBER:
                members.add(value)
    return Names(_lookup(Company, companies), _lookup(Member, members))


def _lookup(model: Any, ids: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    listed = sorted(ids)
    for start in range(0, len(listed), CHUNK):
        query = model.select(model.id, model.name).where(model.id.in_(listed[start : start + CHUNK]))
        found.update(query.tuples().iterator())
    return found


def plain(field: Field, value: Any, names: Names) -> Any:
    """One value, ready for JSON."""
    if value is None:
        return None
    if field.key == "id":
        return number_of(value)
    maker = _PLAIN.get(field.kind)
    return value if maker is None else maker(value, names)


_PLAIN: dict[Kind, Callable[[Any, Names], Any]] = {
    Kind.INSTANT: lambda value, _names: iso(value),
    Kind.MEMBER: lambda value, names: {"id": number_of(value), "name": names.members.get(value, "?")},
    Kind.RECORD: lambda value, names: {"id": number_of(value), "name": names.companies.get(value, "?")},
    Kind.COMPANIES: lambda value, names: [_company(element, names) for element in value],
    Kind.TAGS: lambda value, _names: [element["name"] for element in value],
}


def _company(element: dict[str, Any], names: Names) -> dict[str, Any]:
    rest = {key: part for key, part in element.items() if key != "company"}
    return {"id": number_of(element["company"]), "name": names.companies.get(element["company"], "?"), **rest}


def iso(instant: Any) -> str:
    """An instant in ISO 8601, UTC, with Z."""
    text: str = instant.isoformat(timespec="milliseconds" if instant.microsecond % 1000 == 0 else "microseconds")
    return text.replace("+00:00", "Z")


_TEXTS: dict[Kind, Callable[[Any], str]] = {
    Kind.EMAILS: lambda value: ", ".join(element["address"] for element in value),
    Kind.PHONES: lambda value: ", ".join(element["number"] for element in value),
    Kind.DOMAINS: lambda value: ", ".join(element["domain"] for element in value),
    Kind.COMPANIES: lambda value: ", ".join(str(element["name"]) for element in value if not element.get("ended")),
    Kind.TAGS: ", ".join,
    Kind.EXTERNAL_IDS: lambda value: ", ".join(f"{element['source']}:{element['key']}" for element in value),
    Kind.MEMBER: lambda value: str(value["name"]),
    Kind.RECORD: lambda value: str(value["name"]),
    Kind.BOOLEAN: lambda value: "yes" if value else "no",
}


def text_of(field: Field, value: Any) -> Any:
    """A presented value as one cell of a table or CSV; numbers and money stay what they are."""
    if value is None:
        return ""
    maker = _TEXTS.get(field.kind)
    return value if maker is None else maker(value)
