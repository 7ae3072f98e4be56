"""What a person types for a field, as a value; and the record or member that a name means."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.errors import NotFound, SmallCRMError, ValidationError
from smallcrm.models.workspace import Member
from smallcrm.services.records import lookup, references, schema
from smallcrm.services.records.choices import MAX_DIGITS, choice_of
from smallcrm.services.records.nearest import near_members
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.values import amounts, due, emails, moments, numbers, spans, urls, words
from smallcrm.services.values.locale import Locale
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from smallcrm.services.records.schema import Noun, Values

_PLAIN_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LIST = re.compile(r"\s*,\s*")


def parse(field: Field, text: str, locale: Locale = Locale()) -> Any:  # noqa: B008 - it is frozen
    """The value that a text means for a field; raises ValidationError naming the field."""
    text = text.strip()
    if not text:
        return None
    parser = _PARSERS.get(field.kind)
    return text if parser is None else parser(field, text, locale)


def parse_inside(noun: Noun, field: Field, text: str, document: Values) -> Any:
    """The record that a name means for a document whose other fields narrow where it is looked up."""
    text = text.strip()
    narrower = document.get(field.within)
    if not text:
        return None
    column = noun.by_key[field.within].columns[0]
    return lookup.find(schema.noun(field.target), text, None if narrower is None else (column, narrower))


def _integer(field: Field, text: str, _locale: Locale) -> int:
    plain = text.replace(",", "").replace(" ", "").replace("_", "")
    digits = plain.removeprefix("-") if field.negative else plain
    if not digits.isascii() or not digits.isdigit() or len(digits) > MAX_DIGITS:
        raise ValidationError(f"{field.label} must be a whole number: {text!r}.", field=field.key)
    return int(plain)


def _url(field: Field, text: str, _locale: Locale) -> str:
    if not urls.is_web_address(text):
        told = f"{field.label} must be a web address such as https://acme.com: {text!r}."
        raise ValidationError(told, field=field.key)
    return text


def _percent(field: Field, text: str, locale: Locale) -> int:
    return _integer(field, text.removesuffix("%").rstrip(), locale)


def _decimal(field: Field, text: str, _locale: Locale) -> str:
    parsed = numbers.parse_number(text, ".")
    if parsed is None:
        raise ValidationError(f"{field.label} must be a number such as 12.5: {text!r}.", field=field.key)
    # As it was typed, so that 1.50 keeps its places.
    return text if _PLAIN_DECIMAL.fullmatch(text) else format(parsed, "f")


def _money(field: Field, text: str, locale: Locale) -> dict[str, Any]:
    parsed = amounts.read_amount(text, locale.currency)
    if parsed is None:
        raise ValidationError(f"{field.label} must be an amount such as 1200.50EUR: {text!r}.", field=field.key)
    if isinstance(parsed, amounts.Unfit):
        raise ValidationError(f"{field.label}: {parsed.sentence}", field=field.key, hint=parsed.hint)
    amount, code = parsed
    return {"amount": amount, "currency": code}


def _date(field: Field, text: str, locale: Locale) -> str:
    return _meant(field, text, _here(locale), f"a date such as {moments.DAY_EXAMPLES}").first.isoformat()


def _instant(field: Field, text: str, locale: Locale) -> int:
    told, here = f"a time such as {moments.TIME_EXAMPLES}", _here(locale)
    found = _meant(field, text, here, told).instants(here)
    if found is None:
        raise ValidationError(f"{field.label} must be {told}: {text!r}.", field=field.key)
    return clock.micros(found[0])


def _due(field: Field, text: str, locale: Locale) -> str:
    told = f"a date such as {moments.DAY_EXAMPLES}, or a time such as {moments.TIME_EXAMPLES}"
    found = due.text_of(_meant(field, text, _here(locale), told))
    if found is None:
        raise ValidationError(f"{field.label} must be {told}: {text!r}.", field=field.key)
    return found


def _here(locale: Locale) -> datetime:
    return moments.here_at(clock.now(), locale.zone)


def _meant(field: Field, text: str, here: datetime, told: str) -> moments.Meaning:
    """The one day or the time that a text means."""
    found = moments.read(text, here)
    if found is None:
        raise ValidationError(f"{field.label} must be {told}: {text!r}.", field=field.key)
    if found.first != found.last:
        raise ValidationError(
            f"{field.label} is one day, and {text!r} is all from {found.first} to {found.last}. "
            f"Say which, such as {found.last}; {moments.ends_of(found)}.",
            field=field.key,
        )
    return found


def _boolean(field: Field, text: str, _locale: Locale) -> bool:
    parsed = words.parse_bool(text)
    if parsed is None:
        raise ValidationError(f"{field.label} must be yes or no: {text!r}.", field=field.key)
    return parsed


def _member(_field: Field, text: str, _locale: Locale) -> int:
    return find_member(text)


def _members(_field: Field, text: str, _locale: Locale) -> list[dict[str, Any]]:
    """One member, who may have a comma in the name, or several."""
    try:
        return [{"member": find_member(text)}]
    except NotFound:
        if "," not in text:
            raise
    return [{"member": find_member(part)} for part in _LIST.split(text) if part]


def _record(field: Field, text: str, _locale: Locale) -> Any:
    return references.made(field, _ref(field, text))


def _ref(field: Field, text: str) -> references.Ref:
    if not field.target:
        return lookup.find_any(text)
    target = schema.noun(field.target)
    try:
        return field.target, lookup.find(target, text)
    except NotFound as error:
        if target.settings:
            raise
        noun, colon, _rest = text.partition(":")
        if colon and noun.strip() in schema.nouns():
            told = f"{field.label} is one of the {target.plural}, and {text!r} is none."
            raise NotFound(told, hint=f"smallcrm {target.name} list") from error
        raise NotFound(error.sentence, hint=f"smallcrm {target.name} add {shlex.quote(text)}") from error


def _emails(_field: Field, text: str, _locale: Locale) -> list[dict[str, Any]]:
    return [_labelled("address", part) for part in _LIST.split(text) if part]


def _phones(_field: Field, text: str, _locale: Locale) -> list[dict[str, Any]]:
    return [_labelled("number", part) for part in _LIST.split(text) if part]


def _labelled(key: str, text: str) -> dict[str, Any]:
    """`work:ann@acme.com` is an address with a label."""
    label, colon, rest = text.partition(":")
    return {key: rest.strip(), "label": label.strip()} if colon and label.strip().isalpha() else {key: text}


def _names(key: str) -> Callable[[Field, str, Locale], list[dict[str, Any]]]:
    return lambda _field, text, _locale: [{key: part} for part in _LIST.split(text) if part]


def _records(field: Field, text: str, _locale: Locale) -> list[dict[str, Any]]:
    """One record, which may have a comma in its name, or several; each may have its role before it."""
    try:
        return [_element(field, text)]
    except NotFound:
        if "," not in text:
            raise
    return [_element(field, part) for part in _LIST.split(text) if part]


def _element(field: Field, text: str) -> dict[str, Any]:
    """`boss:acme.com` names a record with a role, if nothing is called that as a whole."""
    try:
        return dict(references.made(field, _ref(field, text)))
    except SmallCRMError:
        role, colon, rest = text.partition(":")
        if not colon or not role.strip() or not rest.strip():
            raise
        try:
            return {**references.made(field, _ref(field, rest)), "role": role.strip()}
        except SmallCRMError:
            pass
        raise


def _external_ids(field: Field, text: str, _locale: Locale) -> list[dict[str, Any]]:
    found = []
    for part in _LIST.split(text):
        source, colon, key = part.partition(":")
        if not colon or not source or not key:
            raise ValidationError(f"{field.label} are written source:key: {part!r}.", field=field.key)
        found.append({"source": source, "key": key})
    return found


def _reminders(field: Field, text: str, _locale: Locale) -> list[dict[str, Any]]:
    found = []
    for part in _LIST.split(text):
        minutes = spans.minutes_of(part)
        if minutes is None:
            raise ValidationError(f"{field.label} are written 30m, 2h or 1d before: {part!r}.", field=field.key)
        found.append({"minutes": minutes})
    return found


def _choices(field: Field, text: str, _locale: Locale) -> list[dict[str, Any]]:
    """Choices as they are stored, where they are known; what is not is for the cleaner to refuse."""
    return [{"value": choice_of(field, part) or part} for part in _LIST.split(text) if part]


def find_member(text: str) -> int:
    """The id of the member that an address, a name or `me` means; raises NotFound."""
    from smallcrm.services.accounts.access import actor

    if text == "me":
        return actor().member_id
    key = emails.email_key(text)
    mine = Member.email_key == key if key else Member.name_key == sort_key(text)
    row = Member.select(Member.id).where(mine).tuples().first()
    if row is None:
        raise NotFound(f"There is no member {text!r} in this workspace.{near_members(text)}", hint="me is yourself")
    return int(row[0])


_PARSERS: dict[Kind, Callable[[Field, str, Locale], Any]] = {
    Kind.INTEGER: _integer,
    Kind.URL: _url,
    Kind.PERCENT: _percent,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
    Kind.DUE: _due,
    Kind.BOOLEAN: _boolean,
    Kind.MULTI_SELECT: _choices,
    Kind.MEMBER: _member,
    Kind.MEMBERS: _members,
    Kind.RECORD: _record,
    Kind.EMAILS: _emails,
    Kind.PHONES: _phones,
    Kind.DOMAINS: _names("domain"),
    Kind.RECORDS: _records,
    Kind.TAGS: _names("name"),
    Kind.EXTERNAL_IDS: _external_ids,
    Kind.REMINDERS: _reminders,
}
