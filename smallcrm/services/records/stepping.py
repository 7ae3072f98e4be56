"""Columns one step on: a field of the record or member that another field refers to, such as company.name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smallcrm.models.workspace import Member
from smallcrm.services.records import documents, presenting, schema
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.records.words import field_of, singular
from smallcrm.services.values.money import money_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.services.records.schema import Noun, Values

MEMBER_FIELDS = (Field("name", "Name"), Field("email", "E-mail"))


@dataclass(frozen=True, slots=True)
class Beyond(Field):
    """A field of what another field refers to; where that refers to several, the values as texts."""

    outer: Field = MEMBER_FIELDS[0]
    inner: Field = MEMBER_FIELDS[0]


def field_beyond(noun: Noun, word: str) -> Beyond:
    """The field that `company.name` means; raises UsageError with the nearest one."""
    first, _dot, rest = word.partition(".")
    outer = field_of(noun, first, presenting.columns(noun))
    if outer.kind is Kind.MEMBER:
        inner = field_of(noun, rest, {field.key: field for field in MEMBER_FIELDS})
    elif outer.target:
        target = schema.noun(outer.target)
        inner = field_of(target, rest, presenting.columns(target))
    else:
        raise schema.unknown("field", word, tuple(noun.by_key), f"smallcrm {noun.name} list --columns help")
    return Beyond(
        f"{singular(outer)}.{inner.key}", f"{singular(outer).capitalize()} {inner.label.lower()}",
        Kind.MULTI_SELECT if outer.many else inner.kind, choices=inner.choices, labels=inner.labels,
        computed=True, outer=outer, inner=inner,
    )  # fmt: skip


def needed(fields: Iterable[Field]) -> frozenset[str]:
    """The keys of what has to be read apart from the records' own rows to show these fields."""
    own = [field.outer if isinstance(field, Beyond) else field for field in fields]
    return frozenset(field.key for field in own if field.apart)


def values_beyond(fields: Iterable[Field], batch: Sequence[Values]) -> dict[int, dict[str, Any]]:
    """The presented values of the fields a step on, for each document by its id."""
    found: dict[int, dict[str, Any]] = {document["id"]: {} for document in batch}
    for field in fields:
        if not isinstance(field, Beyond):
            continue
        ids = {document["id"]: _ids(field.outer, document.get(field.outer.key)) for document in batch}
        values = _values(field, sorted({other for listed in ids.values() for other in listed}))
        for record_id, listed in ids.items():
            texts = [values[other] for other in listed if values.get(other) not in (None, [])]
            if field.outer.many:
                found[record_id][field.key] = [_text(field.inner, value) for value in texts]
            else:
                found[record_id][field.key] = texts[0] if texts else None
    return found


def _ids(outer: Field, value: Any) -> list[int]:
    if not value:
        return []
    if not outer.many:
        return [value]
    return [element[outer.target] for element in value if not element.get("ended")]


def _values(field: Beyond, ids: list[int]) -> dict[int, Any]:
    """What the inner field says of each of the records that are referred to."""
    if field.outer.kind is Kind.MEMBER:
        column = Member.name if field.inner.key == "name" else Member.email
        rows: list[Any] = list(Member.select(Member.id, column).where(Member.id.in_(ids)).tuples())
        return dict(rows)
    target = schema.noun(field.outer.target)
    known = documents.load(target, ids, [field.inner.key])
    shown = presenting.present(target, known.values(), [field.inner.key])
    return {record_id: values[field.inner.key] for record_id, values in zip(known, shown, strict=True)}


def _text(field: Field, value: Any) -> str:
    if field.kind is Kind.MONEY:
        return money_text(value["amount"], value["currency"])
    return str(presenting.text_of(field, value))
