"""What every value must be before it is stored, by the kind of its field; a noun's own rules come on top."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from smallcrm.clock import from_micros, micros
from smallcrm.errors import ValidationError
from smallcrm.models.base import State
from smallcrm.models.workspace import Member
from smallcrm.services.records import references, schema
from smallcrm.services.records.choices import MAX_DIGITS, choice_of
from smallcrm.services.records.parts import canonical, fingerprint, one_primary
from smallcrm.services.records.schema import Field, Kind, Noun, Values
from smallcrm.services.records.standing import remembered
from smallcrm.services.records.tagging import as_spelled
from smallcrm.services.values import domains, due, emails, phones, spans
from smallcrm.text import clean_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Container, Iterable

MAX_TEXT = 1_000
MAX_LONG_TEXT = 1_000_000
MAX_PARTS = 200
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CURRENCY = re.compile("[A-Z]{3}")


def clean_values(noun: Noun, values: Values, before: Values) -> Values:
    """The values as they are stored; raises ValidationError naming the field, UsageError for an unknown one.

    What stands in the document before may stay as it is, even a link to a record that is in the trash by now.
    """
    cleaned: Values = {}
    for key, value in _started(noun, values, before).items():
        field = noun.field(key)
        if field.hidden:
            raise ValidationError(f"{field.label} is archived.", field=key, hint=f"smallcrm field restore {key}")
        if not field.writable:
            raise ValidationError(f"{field.label} is worked out from other fields and cannot be set.", field=key)
        if value is None or value in ("", []):
            cleaned[key] = [] if field.many else None if field.custom else _EMPTY.get(field.kind)
        elif value == before.get(key):
            cleaned[key] = value
        elif field.kind in _OVER:
            cleaned[key] = _OVER[field.kind](noun, field, value, before.get(key) or [])
        else:
            cleaned[key] = _CLEANERS[field.kind](field, value)
    _refuse_missing(noun, cleaned, before)
    return cleaned


def _started(noun: Noun, values: Values, before: Values) -> Values:
    """The values, of a new record with the defaults of what the workspace added."""
    if before:
        return values
    from smallcrm.services.records.parsing import parse

    given = {field.key: parse(field, field.default) for field in noun.custom if field.default and field.writable}
    return {**given, **values}


def _refuse_missing(noun: Noun, cleaned: Values, before: Values) -> None:
    """Raise ValidationError where a required field is left out of a new record, or emptied.

    Another edit of an old record is let through, or nobody could work with what was there before the field.
    """
    for field in noun.custom:
        touched = not before or field.key in cleaned
        if field.required and field.writable and touched and cleaned.get(field.key) in (None, []):
            told = f"A {noun.name} needs a value in {field.label}."
            raise ValidationError(told, field=field.key, hint=f"--set {field.key}=VALUE")


def as_stored(field: Field, value: Any) -> Any:
    """One value as it is stored; raises ValidationError where it is none of the field."""
    return _CLEANERS[field.kind](field, value)


def fits(field: Field, value: Any) -> bool:
    """Whether an old value may come back to a field that the workspace added and may have changed since."""
    if not field.custom or value in (None, []):
        return True
    if field.refers:
        return _is_id(value)
    try:
        return bool(as_stored(replace(field, closed=frozenset()), value) == value)
    except ValidationError:
        return False


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
    least = -(1 << 53) if field.negative else -1
    if isinstance(value, bool) or not isinstance(value, int) or not least < value < 1 << 53:
        raise ValidationError(f"{field.label} must be a whole number: {value!r}.", field=field.key)
    return value


def _percent(field: Field, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:  # noqa: PLR2004
        raise ValidationError(f"{field.label} must be a whole number from 0 to 100: {value!r}.", field=field.key)
    return value


def _decimal(field: Field, value: Any) -> str:
    text = str(value).strip()
    if isinstance(value, (bool, float)) or not _DECIMAL.fullmatch(text) or len(text) > MAX_DIGITS:
        raise ValidationError(f"{field.label} must be a number such as 12.5: {value!r}.", field=field.key)
    return text


def _instant(field: Field, value: Any) -> int:
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = micros(value)
    try:
        if isinstance(value, bool) or not isinstance(value, int):
            raise OverflowError
        from_micros(value)
    except OverflowError as error:
        raise ValidationError(f"{field.label} must be an instant: {value!r}.", field=field.key) from error
    return value


def _money(field: Field, value: Any) -> dict[str, Any]:
    amount, currency = (value.get("amount"), value.get("currency")) if isinstance(value, dict) else (None, None)
    if (
        not isinstance(amount, int)
        or isinstance(amount, bool)
        or abs(amount) >= 1 << 62
        or not _CURRENCY.fullmatch(str(currency))
    ):
        raise ValidationError(f"{field.label} needs an amount and a currency such as EUR.", field=field.key)
    if amount < 0 and not field.negative:
        raise ValidationError(f"{field.label} cannot be less than 0.", field=field.key)
    return {"amount": amount, "currency": currency}


def _date(field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)).isoformat()
    except ValueError as error:
        raise ValidationError(
            f"{field.label} must be a date such as 2026-03-31: {value!r}.", field=field.key
        ) from error


def _due(field: Field, value: Any) -> str:
    found = due.canonical(str(value))
    if found is None:
        raise ValidationError(
            f"{field.label} must be a date such as 2026-03-31 or a time such as 2026-03-31T14:00Z: {value!r}.",
            field=field.key,
        )
    return found


def _boolean(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValidationError(f"{field.label} must be yes or no: {value!r}.", field=field.key)
    return value


def _select(field: Field, value: Any, known: Collection[str] = ()) -> str:
    """The choice that is meant; one that is closed only where it is known."""
    found = choice_of(field, str(value))
    if found is None or (found in field.closed and found not in known):
        offered = ", ".join(field.named(choice) for choice in field.offered)
        raise ValidationError(f"{field.label} must be one of {offered}: {value!r}.", field=field.key)
    return found


def _multi_select(field: Field, value: Any, known: Collection[str] = ()) -> list[dict[str, Any]]:
    return _elements(field, value, lambda element: {"value": _select(field, element.get("value", ""), known)})


def _email(field: Field, value: Any) -> str:
    address = _entry(field, value).strip()
    if emails.email_key(address) is None:
        raise ValidationError(f"{field.label} must be an e-mail address: {address!r}.", field=field.key)
    return address


def _phone(field: Field, value: Any) -> str:
    number = _text(field, value)
    if number is None or not phones.has_digits(number):
        raise ValidationError(f"{field.label} must be a phone number: {value!r}.", field=field.key)
    return number


def _member(field: Field, value: Any) -> int:
    mine = Member.select(Member.id).where(Member.id == value)
    if not _is_id(value) or not remembered(("member", value), lambda: bool(mine.exists())):
        raise ValidationError(f"{field.label} must be a member of the workspace.", field=field.key)
    return int(value)


def _members(field: Field, value: Any) -> list[dict[str, Any]]:
    return _elements(field, value, lambda element: {"member": _member(field, element.get("member"))})


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 63


def _record(field: Field, value: Any) -> Any:
    shaped = _is_id(value) if field.target else isinstance(value, dict) and {"object", "record"} <= set(value)
    if not shaped:
        raise ValidationError(f"{field.label} must be the id of a record: {value!r}.", field=field.key)
    return references.made(field, _live(field, references.ref_of(field, value)))


def _live(field: Field, ref: references.Ref) -> references.Ref:
    """The reference, where its record is live; raises ValidationError."""
    name, record_id = ref
    found = schema.nouns().get(name)
    if found is None or not _is_id(record_id):
        raise ValidationError(f"{field.label} must name a record of the workspace.", field=field.key)
    model = found.model
    live = model.select(model.id).where(model.id == record_id, model.state == State.LIVE)
    if not remembered(ref, lambda: bool(live.exists())):
        raise ValidationError(f"{field.label}: there is no such {name}.", field=field.key)
    return ref


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


def _records(field: Field, value: Any, parts: Container[str], known: Container[references.Ref]) -> list[dict[str, Any]]:
    """Records with what their part of the noun says of each: a role, one primary, the day it ended."""

    def make(element: dict[str, Any]) -> dict[str, Any]:
        key = references.key_of(field)
        ref = field.target or str(element.get("object")), element.get(key)
        if ref not in known:
            ref = _live(field, ref)  # type: ignore[arg-type]  # it checks the id
        made: dict[str, Any] = {"object": ref[0], key: ref[1]} if not field.target else {key: ref[1]}
        role, ended = element.get("role"), element.get("ended")
        if "role" in parts:
            made["role"] = _text(field, role) if role else None
        if "ended" in parts:
            made["ended"] = _date(field, ended) if ended else None
        if "primary" in parts:
            made["primary"] = bool(element.get("primary")) and not made.get("ended")
        return made

    # Where a record is named twice, the link that has not ended counts.
    elements = sorted(_elements(field, value, make), key=lambda element: bool(element.get("ended")))
    listed = _unique(elements, lambda element: str(references.ref_of(field, element)))
    if "primary" not in parts:
        return listed
    current = one_primary(element for element in listed if not element.get("ended"))
    return current + [element for element in listed if element.get("ended")]


def _tags(field: Field, value: Any, known: Iterable[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        name = _text(field, element.get("name", ""))
        if not name or "," in name:
            raise ValidationError(f"Not a tag: {element.get('name')!r}.", field=field.key)
        return {"name": name}

    return as_spelled(_elements(field, value, make), known)


def _external_ids(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        made = {key: _text(field, element.get(key) or "") for key in ("source", "key")}
        if not all(made.values()):
            raise ValidationError(f"{field.label} need a source and a key.", field=field.key)
        return made

    return _elements(field, value, make)


def _reminders(field: Field, value: Any) -> list[dict[str, Any]]:
    def make(element: dict[str, Any]) -> dict[str, Any]:
        minutes = element.get("minutes")
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 0 <= minutes <= spans.MAX_MINUTES:
            raise ValidationError(f"{field.label} are minutes before it is due: {minutes!r}.", field=field.key)
        return {"minutes": minutes}

    return _elements(field, value, make)


def _records_over(noun: Noun, field: Field, value: Any, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    parts = getattr(noun.part(field.key), "columns", ())
    return _records(field, value, frozenset(parts), references.named(field, before))


# What stands in such a list already may stay, as it is.
_OVER: dict[Kind, Callable[[Noun, Field, Any, list[dict[str, Any]]], Any]] = {
    Kind.MULTI_SELECT: lambda _noun, field, value, before: _multi_select(
        field, value, {element["value"] for element in before}
    ),
    Kind.RECORDS: _records_over,
    Kind.TAGS: lambda _noun, field, value, before: _tags(field, value, before),
}
_EMPTY: dict[Kind, Any] = {Kind.BOOLEAN: False}
_CLEANERS: dict[Kind, Callable[[Field, Any], Any]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.URL: _text,
    Kind.EMAIL: _email,
    Kind.PHONE: _phone,
    Kind.INTEGER: _integer,
    Kind.PERCENT: _percent,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.DUE: _due,
    Kind.BOOLEAN: _boolean,
    Kind.SELECT: _select,
    Kind.MULTI_SELECT: _multi_select,
    Kind.MEMBER: _member,
    Kind.MEMBERS: _members,
    Kind.RECORD: _record,
    Kind.EMAILS: _emails,
    Kind.PHONES: _phones,
    Kind.DOMAINS: _domains,
    Kind.TAGS: _tags,
    Kind.EXTERNAL_IDS: _external_ids,
    Kind.REMINDERS: _reminders,
}
