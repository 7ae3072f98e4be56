"""What every value must be before it is stored, by the kind of its field; a noun's own rules come on top."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from smallcrm.errors import ValidationError
from smallcrm.models.base import State
from smallcrm.models.workspace import Member
from smallcrm.services.records.parts import canonical, fingerprint, one_primary
from smallcrm.services.records.schema import Field, Kind, Noun, Values
from smallcrm.services.records.tagging import as_spelled
from smallcrm.services.values import domains, emails, phones
from smallcrm.text import clean_entry, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

MAX_TEXT = 1_000
MAX_LONG_TEXT = 1_000_000
MAX_PARTS = 200
_CURRENCY = re.compile("[A-Z]{3}")


def clean_values(noun: Noun, values: Values, before: Values) -> Values:
    """The values as they are stored; raises ValidationError naming the field, UsageError for an unknown one.

    What stands in the document before may stay as it is, even a link to a company that is in the trash by now.
    """
    cleaned: Values = {}
    for key, value in values.items():
        field = noun.field(key)
        if field.derived:
            raise ValidationError(f"{field.label} is worked out from other fields and cannot be set.", field=key)
        if value is None or value in ("", []):
            cleaned[key] = [] if field.many else _EMPTY.get(field.kind)
        elif value == before.get(key):
            cleaned[key] = value
        elif field.kind is Kind.COMPANIES:
            cleaned[key] = _companies(field, value, {element["company"] for element in before.get(key) or []})
        else:
            cleaned[key] = _CLEANERS[field.kind](field, value)
    return cleaned


def _entry(field: Field, value: Any) -> str:
    try:
        return clean_entry(str(value), field.label)
    except ValidationError as error:
        raise ValidationError(error.sentence, field=field.key) from error


def _text(field: Field, value: Any) -> str | None:
    limit = MAX_LONG_TEXT if field.kind is Kind.LONG_TEXT else MAX_TEXT
    text = _entry(field, value).strip()
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
    amount, currency = (value.get("amount"), value.get("currency")) if isinstance(value, dict) else (None, None)
    counted = isinstance(amount, int) and not isinstance(amount, bool) and abs(amount) < 1 << 62
    if not counted or not _CURRENCY.fullmatch(str(currency)):
        raise ValidationError(f"{field.label} needs an amount and a currency such as EUR.", field=field.key)
    return {"amount": amount, "currency": currency}


def _date(field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise ValidationError(
            f"{field.label} must be a date such as 2026-03-31: {value!r}.", field=field.key
        ) from error


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
    if not _is_id(value) or not Member.select(Member.id).where(Member.id == value).exists():
        raise ValidationError(f"{field.label} must be a member of the workspace.", field=field.key)
    return int(value)


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 63


def _record(field: Field, value: Any) -> int:
    from smallcrm.services.records.schema import noun

    model = noun(field.target).model
    there = model.select(model.id).where(model.id == value, model.state == State.LIVE)
    if not _is_id(value) or not there.exists():
        raise ValidationError(f"{field.label}: there is no such {field.target}.", field=field.key)
    return int(value)


def _elements(field: Field, value: Any, make: Callable[[dict[str, Any]], dict[str, Any]]) -> list[dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    if not isinstance(value, list) or not all(isinstance(element, dict) for element in value):
        raise ValidationError(f"{field.label} must be a list of values with their parts.", field=field.key)
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
        address = _entry(field, element.get("address", "")).strip()
        if emails.email_key(address) is None:
            raise ValidationError(f"Not an e-mail address: {address!r}.", field=field.key)
        return {**_labelled(field, element), "address": address}

    listed = _elements(field, value, make)
    return one_primary(_unique(listed, lambda element: str(emails.email_key(element["address"]))))


def _phones(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        number = _entry(field, element.get("number", "")).strip()
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


def _companies(field: Field, value: Any, known: Container[int] = ()) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        company = element.get("company")
        if company not in known:
            company = _record(field, company)
        role = element.get("role")
        ended = element.get("ended")
        return {
            "company": company,
            "role": _text(field, role) if role else None,
            "ended": _date(field, ended) if ended else None,
            "primary": bool(element.get("primary")) and not ended,
        }

    # Where a company is named twice, the place that has not ended counts.
    elements = sorted(_elements(field, value, make), key=lambda element: bool(element.get("ended")))
    listed = _unique(elements, lambda element: str(element["company"]))
    current = one_primary(element for element in listed if not element.get("ended"))
    return current + [element for element in listed if element.get("ended")]


def _tags(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        name = _text(field, element.get("name", ""))
        if not name or "," in name:
            raise ValidationError(f"Not a tag: {element.get('name')!r}.", field=field.key)
        return {"name": name}

    return as_spelled(_elements(field, value, make))


def _external_ids(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        made = {key: _text(field, element.get(key) or "") for key in ("source", "key")}
        if not all(made.values()):
            raise ValidationError(f"{field.label} need a source and a key.", field=field.key)
        return made

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
