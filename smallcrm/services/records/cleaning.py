"""What every value must be before it is stored, by the kind of its field; a noun's own rules come on top."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from smallcrm.errors import ValidationError
from smallcrm.models.base import State
from smallcrm.models.workspace import Member
from smallcrm.services.records.parts import canonical, fingerprint, one_primary
from smallcrm.services.records.schema import Field, Kind, Noun, Values
from smallcrm.services.values import domains, emails, phones
from smallcrm.text import clean_entry, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_TEXT = 1_000
MAX_LONG_TEXT = 1_000_000
MAX_PARTS = 200


def clean_values(noun: Noun, values: Values) -> Values:
    """The values as they are stored; raises ValidationError naming the field, UsageError for an unknown one."""
    cleaned: Values = {}
    for key, value in values.items():
        field = noun.field(key)
        if field.derived:
            raise ValidationError(f"{field.label} is worked out from other fields and cannot be set.", field=key)
        empty = value is None or value in ("", [])
        cleaned[key] = _EMPTY.get(field.kind) if empty else _CLEANERS[field.kind](field, value)
        if empty and field.many:
            cleaned[key] = []
    return cleaned


def _text(field: Field, value: Any) -> str | None:
    limit = MAX_LONG_TEXT if field.kind is Kind.LONG_TEXT else MAX_TEXT
    text = clean_entry(str(value), field.label).strip()
    if len(text) > limit:
        raise ValidationError(f"{field.label} is longer than {limit} characters.", field=field.key)
    if field.kind is not Kind.LONG_TEXT and ("\n" in text or "\r" in text):
        text = " ".join(text.split())
    return text or None


def _integer(field: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 53:
        raise ValidationError(f"{field.label} must be a whole number: {value!r}.", field=field.key)
    return value


def _money(field: Field, value: Any) -> dict[str, Any]:
    amount, currency = value.get("amount"), value.get("currency")
    known = isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isupper()
    if not isinstance(amount, int) or abs(amount) >= 1 << 62 or not known:
        raise ValidationError(f"{field.label} needs an amount and a currency such as EUR.", field=field.key)
    return {"amount": amount, "currency": currency}


def _date(field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise ValidationError(f"{field.label} must be a date such as 2026-03-31: {value!r}.", field=field.key) from error


def _boolean(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValidationError(f"{field.label} must be yes or no: {value!r}.", field=field.key)
    return value


def _select(field: Field, value: Any) -> str:
    wanted = fold(str(value)).strip()
    found = next((choice for choice in field.choices if fold(choice) == wanted), None)
    if found is None:
        raise ValidationError(f"{field.label} must be one of {', '.join(field.choices)}: {value!r}.", field=field.key)
    return found


def _member(field: Field, value: Any) -> int:
    if not isinstance(value, int) or not Member.select(Member.id).where(Member.id == value).exists():
        raise ValidationError(f"{field.label} must be a member of the workspace.", field=field.key)
    return value


def _record(field: Field, value: Any) -> int:
    from smallcrm.services.records.schema import noun

    model = noun(field.target).model
    there = model.select(model.id).where(model.id == value, model.state == State.LIVE)
    if not isinstance(value, int) or not there.exists():
        raise ValidationError(f"{field.label}: there is no such {field.target}.", field=field.key)
    return value


def _elements(field: Field, value: Any, make: Callable[[dict[str, Any]], dict[str, Any]]) -> list[dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    for element in value:
        cleaned = canonical(make(dict(element)))
        made.setdefault(fingerprint({key: part for key, part in cleaned.items() if key != "primary"}), cleaned)
    if len(made) > MAX_PARTS:
        raise ValidationError(f"{field.label}: more than {MAX_PARTS} values.", field=field.key)
    return list(made.values())


def _labelled(field: Field, element: dict[str, Any]) -> dict[str, Any]:
    label = element.get("label")
    return {**element, "label": _text(field, label).lower() if label and _text(field, label) else None}  # type: ignore[union-attr]


def _unique(elements: Iterable[dict[str, Any]], key: Callable[[dict[str, Any]], str]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for element in elements:
        kept = found.setdefault(key(element), element)
        if element.get("primary"):
            kept["primary"] = True
    return list(found.values())


def _emails(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        address = clean_entry(str(element.get("address", "")), field.label).strip()
        if emails.email_key(address) is None:
            raise ValidationError(f"Not an e-mail address: {address!r}.", field=field.key)
        return {**_labelled(field, element), "address": address}

    listed = _elements(field, value, make)
    return one_primary(_unique(listed, lambda element: str(emails.email_key(element["address"]))))


def _phones(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        number = clean_entry(str(element.get("number", "")), field.label).strip()
        if not number or len(number) > MAX_TEXT or not phones.has_digits(number):
            raise ValidationError(f"Not a phone number: {number!r}.", field=field.key)
        return {**_labelled(field, element), "number": number}

    return one_primary(_unique(_elements(field, value, make), lambda element: str(element["number"])))


def _domains(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        host = domains.normalise_domain(str(element.get("domain", "")))
        if host is None:
            raise ValidationError(f"Not a domain: {element.get('domain')!r}.", field=field.key)
        return {**element, "domain": host}

    return one_primary(_unique(_elements(field, value, make), lambda element: str(element["domain"])))


def _companies(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        company = _record(field, element.get("company"))
        role = element.get("role")
        ended = element.get("ended")
        return {
            "company": company,
            "role": _text(field, role) if role else None,
            "ended": _date(field, ended) if ended else None,
            "primary": bool(element.get("primary")) and not ended,
        }

    listed = _unique(_elements(field, value, make), lambda element: str(element["company"]))
    current = one_primary(element for element in listed if not element.get("ended"))
    return current + [element for element in listed if element.get("ended")]


def _tags(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        name = _text(field, element.get("name", ""))
        if not name or "," in name:
            raise ValidationError(f"Not a tag: {element.get('name')!r}.", field=field.key)
        return {"name": name}

    return _unique(_elements(field, value, make), lambda element: fold(element["name"]))


def _external_ids(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        return {key: _text(field, element.get(key, "")) for key in ("source", "key")}

    return _elements(field, value, make)


_EMPTY: dict[Kind, Any] = {Kind.BOOLEAN: False}
_CLEANERS: dict[Kind, Callable[[Field, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.URL: _text,
    Kind.INTEGER: _integer,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.BOOLEAN: _boolean,
    Kind.SELECT: _select,
    Kind.MEMBER: _member,
    Kind.RECORD: _record,
    Kind.EMAILS: _emails,
    Kind.PHONES: _phones,
    Kind.DOMAINS: _domains,
    Kind.COMPANIES: _companies,
    Kind.TAGS: _tags,
    Kind.EXTERNAL_IDS: _external_ids,
}
