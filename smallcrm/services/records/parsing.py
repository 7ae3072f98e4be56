"""What a person types for a field, as a value; and the record or member that a name means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import MAX_NUMBER, number_of, own_id
from smallcrm.errors import Conflict, NotFound, ValidationError
from smallcrm.models.base import State
from smallcrm.models.company import Company, CompanyDomain
from smallcrm.models.workspace import Member
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.values import dates, emails, numbers, words
from smallcrm.services.values.domains import normalise_domain
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGITS = len(str(MAX_NUMBER))
_LIST = re.compile(r"\s*,\s*")


def parse(field: Field, text: str, currency: str = "EUR") -> Any:
    """The value that a text means for a field; raises ValidationError naming the field."""
    text = text.strip()
    if not text:
        return None
    parser = _PARSERS.get(field.kind)
    return text if parser is None else parser(field, text, currency)


def _integer(field: Field, text: str, _currency: str) -> int:
    plain = text.replace(",", "").replace(" ", "").replace("_", "")
    if not plain.isascii() or not plain.isdigit():
        raise ValidationError(f"{field.label} must be a whole number: {text!r}.", field=field.key)
    return int(plain)


def _money(field: Field, text: str, currency: str) -> dict[str, Any]:
    parsed = numbers.parse_money(text, ".", currency)
    if parsed is None:
        raise ValidationError(f"{field.label} must be an amount such as 1200.50EUR: {text!r}.", field=field.key)
    amount, code = parsed
    return {"amount": amount, "currency": code}


def _date(field: Field, text: str, _currency: str) -> str:
    parsed = dates.parse_date(text)
    if parsed is None:
        raise ValidationError(f"{field.label} must be a date such as 2026-03-31: {text!r}.", field=field.key)
    return str(parsed)


def _boolean(field: Field, text: str, _currency: str) -> bool:
    parsed = words.parse_bool(text)
    if parsed is None:
        raise ValidationError(f"{field.label} must be yes or no: {text!r}.", field=field.key)
    return parsed


def _member(_field: Field, text: str, _currency: str) -> int:
    return find_member(text)


def _record(_field: Field, text: str, _currency: str) -> int:
    return find_company(text)


def _emails(_field: Field, text: str, _currency: str) -> list[dict[str, Any]]:
    return [_labelled("address", part) for part in _LIST.split(text) if part]


def _phones(_field: Field, text: str, _currency: str) -> list[dict[str, Any]]:
    return [_labelled("number", part) for part in _LIST.split(text) if part]


def _labelled(key: str, text: str) -> dict[str, Any]:
    """`work:ann@acme.com` is an address with a label."""
    label, colon, rest = text.partition(":")
    return {key: rest.strip(), "label": label.strip()} if colon and label.strip().isalpha() else {key: text}


def _names(key: str) -> Callable[[Field, str, str], list[dict[str, Any]]]:
    return lambda _field, text, _currency: [{key: part} for part in _LIST.split(text) if part]


def _companies(_field: Field, text: str, _currency: str) -> list[dict[str, Any]]:
    try:
        return [{"company": find_company(text)}]
    except NotFound:
        if "," not in text:
            raise
    return [{"company": find_company(part)} for part in _LIST.split(text) if part]


def _external_ids(field: Field, text: str, _currency: str) -> list[dict[str, Any]]:
    found = []
    for part in _LIST.split(text):
        source, colon, key = part.partition(":")
        if not colon or not source or not key:
            raise ValidationError(f"{field.label} are written source:key: {part!r}.", field=field.key)
        found.append({"source": source, "key": key})
    return found


def _numbered(number: int) -> int | None:
    if not 0 < number <= MAX_NUMBER:
        return None
    there = Company.select(Company.id).where(Company.id == own_id(number), Company.state == State.LIVE)
    rows: list[Any] = list(there.tuples())
    return rows[0][0] if rows else None


def find_company(text: str) -> int:
    """The id of the live company that a number, a domain or a name means; raises NotFound, or Conflict if several."""
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        found = _numbered(int(text))
        if found is not None:
            return found
    host = normalise_domain(text) if "." in text else None
    if host is not None:
        row = CompanyDomain.select(CompanyDomain.company).where(CompanyDomain.domain == host, CompanyDomain.live == 1)
        holder = row.tuples().first()
        if holder:
            return int(holder[0])
    query = Company.select(Company.id).where(Company.state == State.LIVE, Company.name_key == sort_key(text)).limit(9)
    rows: list[Any] = list(query.tuples())
    ids = [int(row[0]) for row in rows]
    if len(ids) == 1:
        return ids[0]
    if ids:
        numbers_ = ", ".join(str(number_of(found_id)) for found_id in ids)
        raise Conflict(f"Several companies are called {text!r}: {numbers_}. Give the number.")
    raise NotFound(f"There is no company {text!r}.", hint=f"smallcrm company add {text!r}")


def find_member(text: str) -> int:
    """The id of the member that an address, a name or `me` means; raises NotFound."""
    from smallcrm.services.accounts.access import actor

    if text == "me":
        return actor().member_id
    key = emails.email_key(text)
    mine = Member.email_key == key if key else Member.name_key == sort_key(text)
    row = Member.select(Member.id).where(mine).tuples().first()
    if row is None:
        raise NotFound(f"There is no member {text!r} in this workspace.")
    return int(row[0])


_PARSERS: dict[Kind, Callable[[Field, str, str], Any]] = {
    Kind.INTEGER: _integer,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.BOOLEAN: _boolean,
    Kind.MEMBER: _member,
    Kind.RECORD: _record,
    Kind.EMAILS: _emails,
    Kind.PHONES: _phones,
    Kind.DOMAINS: _names("domain"),
    Kind.COMPANIES: _companies,
    Kind.TAGS: _names("name"),
    Kind.EXTERNAL_IDS: _external_ids,
}
